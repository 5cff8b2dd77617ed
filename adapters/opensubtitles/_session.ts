import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import { ProviderRejected } from "../../core/ports/subtitle_source.ts"
import { decoded, failureOf, JSON_BYTES_MAX, jsonOf, told } from "../_provider/answer.ts"
import type { ProviderClient } from "../_provider/client.ts"
import { makePace } from "../_provider/pace.ts"
import type { Account } from "./_account.ts"
import { decodeLogin } from "./_answers.ts"

/** How long a token is used, in milliseconds; it lives for 24 hours. */
export const TOKEN_KEPT_MS = 12 * 60 * 60 * 1_000
/** Logins that are allowed: one a second. */
const LOGIN_PACE = { count: 1, windowMs: 1_000 }

export interface Session {
  /** Base address for everything after the login. */
  readonly base: string
  readonly token: Redacted.Redacted
}

export interface SessionOptions {
  readonly provider: string
  readonly base: string
  /** The address was set by hand, and wins over the host that a login names. */
  readonly baseFixed: boolean
  readonly client: ProviderClient
}

/** The address that a login names, bare or whole; null when it is none of the service's own. */
export function hostOf(named: string | null | undefined): string | null {
  const text = named?.trim() ?? ""
  const url = /^https?:\/\//i.test(text) ? text : `https://${text}`
  if (text === "" || !URL.canParse(url)) return null
  const { hostname, port } = new URL(url)
  return port === "" && /(^|\.)opensubtitles\.com$/.test(hostname) ? `https://${hostname}/api/v1` : null
}

/** What a user has signed in to. Wrong credentials are tried once and then remembered, since trying again locks the account. */
export const makeSessions = Effect.fnUntraced(function* ({
  base,
  baseFixed,
  client,
  provider,
}: SessionOptions) {
  const permit = yield* Semaphore.make(1)
  const turn = makePace(LOGIN_PACE)
  let kept: (Session & { readonly mark: string; readonly untilMs: number }) | null = null
  let refused: { readonly mark: string; readonly detail: string } | null = null

  const login = Effect.fnUntraced(function* (account: Account, user: NonNullable<Account["user"]>) {
    const secrets = [Redacted.value(account.apiKey), Redacted.value(user.password)]
    const body = JSON.stringify({ username: user.name, password: Redacted.value(user.password) })
    yield* turn
    const answer = yield* client.send({
      method: "POST",
      url: new URL(`${base}/login`),
      headers: { accept: "application/json", "content-type": "application/json" },
      secretHeaders: { "api-key": account.apiKey },
      body: Redacted.make(body),
      bytesMax: JSON_BYTES_MAX,
      redirects: "same_origin",
    })
    if ([400, 401, 403].includes(answer.status)) {
      const value = Option.getOrNull(jsonOf(answer)) as { message?: unknown } | null
      const words = told(value?.message, secrets)
      const what =
        answer.status === 401 ? "the user name or the password is wrong" : "it does not accept the login"
      const detail = words === "" ? what : `${what} (${words})`
      refused = { mark: account.mark, detail }
      return yield* new ProviderRejected({ provider, detail })
    }
    if (answer.status !== 200) return yield* failureOf(provider, answer, secrets)
    const { base_url, token } = yield* decoded(provider, answer, decodeLogin)
    const untilMs = (yield* Clock.currentTimeMillis) + TOKEN_KEPT_MS
    kept = { base: baseFixed ? base : (hostOf(base_url) ?? base), token, mark: account.mark, untilMs }
    return kept as Session
  })

  return {
    /** The session of the account's user, from before or new; null for an account that is a key alone. */
    of: (account: Account) =>
      Effect.gen(function* () {
        const { user } = account
        if (user === null) return null
        if (refused?.mark === account.mark)
          return yield* new ProviderRejected({ provider, detail: refused.detail })
        const nowMs = yield* Clock.currentTimeMillis
        if (kept !== null && kept.mark === account.mark && kept.untilMs > nowMs) return kept as Session
        return yield* login(account, user)
      }).pipe(permit.withPermits(1)),
    /** The service does not take the session's token any more. */
    forget: (session: Session): void => {
      if (kept?.token === session.token) kept = null
    },
  }
})
