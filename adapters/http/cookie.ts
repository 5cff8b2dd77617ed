import type { IncomingMessage } from "node:http"
import * as Redacted from "effect/Redacted"
import type { Context } from "hono"
import { SESSION_IDLE_MS } from "../../core/access/session.ts"
import { AGENT_LENGTH_MAX, type Visitor } from "../../core/access/visitor.ts"
import { originOf } from "./_proxies.ts"

/** Longest session token, in characters, that is looked at. */
const TOKEN_LENGTH_MAX = 100

const FORWARDING = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-real-ip",
  "cf-connecting-ip",
  "true-client-ip",
]

/** Who sent this request; `trusted` are the proxies whose word counts (see `oncue.trusted_proxies`). */
export function visitorOf(c: Context, trusted: ReadonlyArray<string>): Visitor {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  const protocol = c.req.header("x-forwarded-proto")?.split(",")[0]?.trim().toLowerCase()
  const encrypted = (incoming?.socket as { encrypted?: boolean } | undefined)?.encrypted === true
  return {
    ...originOf(incoming, (c.req.header("host") ?? "").toLowerCase(), trusted),
    origin: c.req.header("origin") ?? null,
    forwarded: incoming?.httpVersion === "1.0" || FORWARDING.some((name) => c.req.header(name) !== undefined),
    secure: encrypted || protocol === "https",
    agent: (c.req.header("user-agent") ?? "").slice(0, AGENT_LENGTH_MAX),
  }
}

/** Cookies know no ports, so two installations on one host are told apart by the name. */
function cookieName({ host }: Visitor): string {
  const port = /:(\d{1,5})$/.exec(host)?.[1]
  return port === undefined ? "oncue_session" : `oncue_session_${port}`
}

/** The session token that the browser sent, or null. */
export function tokenOf(c: Context, visitor: Visitor): Redacted.Redacted | null {
  const name = cookieName(visitor)
  for (const pair of (c.req.header("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=")
    if (at < 0 || pair.slice(0, at).trim() !== name) continue
    const token = pair.slice(at + 1).trim()
    if (token !== "" && token.length <= TOKEN_LENGTH_MAX) return Redacted.make(token)
  }
  return null
}

/**
 * The header that gives the browser its session: out of reach for scripts, and sent by pages of ours only. Null takes it
 * away.
 */
export function sessionCookie(visitor: Visitor, token: Redacted.Redacted | null): Record<string, string> {
  const value = token === null ? "" : Redacted.value(token)
  const seconds = token === null ? 0 : Math.floor(SESSION_IDLE_MS / 1_000)
  const secure = visitor.secure ? "; Secure" : ""
  return {
    "set-cookie": `${cookieName(visitor)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`,
  }
}
