/** Who may ask a media server for what. */

import { type Answer, errorPage } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { plexHeader } from "../plex_tv/reply.ts"
import type { Account } from "../world/account.ts"
import { accountOf } from "../world/world.ts"
import type { PmsContext } from "./pms_context.ts"

export interface Visitor {
  readonly account: Account
  readonly admin: boolean
}

/** Undefined when the token is missing or not good here. */
export function visitorOf(context: PmsContext, call: Call): Visitor | undefined {
  const { server, simulation } = context
  const token = plexHeader(call, "X-Plex-Token")
  if (token === undefined) return undefined
  const visitor = (username: string, admin: boolean): Visitor | undefined => {
    const account = accountOf(simulation.world, username)
    return account === undefined ? undefined : { account, admin }
  }
  if (token === server.accessToken) return visitor(server.owner, true)
  const share = server.shares.find((candidate) => candidate.accessToken === token)
  if (share !== undefined) return visitor(share.username, false)
  const live = simulation.tokens.find(token)
  // Device tokens are for plex.tv; servers of this version refuse them.
  if (live?.kind === "opaque" && server.acceptAccountToken && live.username === server.owner) {
    return visitor(server.owner, true)
  }
  return undefined
}

export const unauthorizedPage = (): Answer => errorPage(401, "Unauthorized")
export const forbiddenPage = (): Answer => errorPage(403, "Forbidden")
export const notFoundPage = (): Answer => errorPage(404, "Not Found")
export const badRequestPage = (): Answer => errorPage(400, "Bad Request")
