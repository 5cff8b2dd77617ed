/** How plex.tv answers: XML unless JSON was asked for, errors as a list, and who is asking. */

import type { Simulation } from "../context.ts"
import { type Answer, json, xml } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { listToXml, plexTvXml, toXml } from "../http/xml.ts"
import type { Account } from "../world/account.ts"
import { accountOf } from "../world/world.ts"
import type { LiveToken } from "./tokens.ts"

export function wantsJson(call: Call): boolean {
  return (call.headers.accept ?? "").includes("json") || call.path.endsWith(".json")
}

/** Headers may be sent as query parameters of the same name. */
export function plexHeader(call: Call, name: string): string | undefined {
  const header = call.headers[name.toLowerCase()]
  return (
    (typeof header === "string" && header !== "" ? header : undefined) ?? call.query.get(name) ?? undefined
  )
}

export function reply(
  call: Call,
  root: string,
  value: Readonly<Record<string, unknown>>,
  status = 200,
): Answer {
  return wantsJson(call) ? json(value, status) : xml(toXml(root, value, plexTvXml), status)
}

export function plexError(call: Call, status: number, code: number, message: string): Answer {
  const errors = [{ code, message, status }]
  return wantsJson(call) ? json({ errors }, status) : xml(listToXml("errors", errors, plexTvXml), status)
}

export const missingClient = (call: Call): Answer =>
  plexError(call, 400, 1000, "X-Plex-Client-Identifier is missing")

export const unauthorized = (call: Call): Answer =>
  plexError(call, 401, 1001, "User could not be authenticated")

export interface SignedIn {
  readonly account: Account
  readonly token: LiveToken
}

/** Who asks; otherwise the refusal. An expired device token is 498, not 401. */
export function signedIn(simulation: Simulation, call: Call): SignedIn | Answer {
  const sent = plexHeader(call, "X-Plex-Token")
  const token = sent === undefined ? undefined : simulation.tokens.find(sent)
  if (token?.expiresAtMs !== undefined && token.expiresAtMs <= simulation.now()) {
    return plexError(call, 498, 1098, "Token expired")
  }
  const account = token === undefined ? undefined : accountOf(simulation.world, token.username)
  return token === undefined || account === undefined ? unauthorized(call) : { account, token }
}

export function isAnswer(value: SignedIn | Answer): value is Answer {
  return "status" in value
}
