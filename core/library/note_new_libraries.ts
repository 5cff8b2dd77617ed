import * as Effect from "effect/Effect"
import { ItemIndex, PlexServer } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"

/**
 * Notes the libraries of a server that the index has never heard of as still to be read, so that they are read soon and
 * nobody is told meanwhile that what they hold is nowhere. One small call; answers how many those are. None for a server
 * of which nothing was read yet: that is read whole anyway.
 */
export const noteNewLibraries = Effect.fn("noteNewLibraries")(function* (access: ServerAccess) {
  const index = yield* ItemIndex
  const server = yield* PlexServer
  const serverId = access.machineIdentifier
  const known = new Set(
    (yield* index.sections).filter((one) => one.serverId === serverId).map(({ sectionId }) => sectionId),
  )
  if (known.size === 0) return 0
  let news = 0
  for (const { id: sectionId, title, type: kind, uuid } of yield* server.sections(access)) {
    if (kind === "other" || known.has(sectionId)) continue
    yield* index.beginBuild({ serverId, sectionId, kind, title, uuid })
    yield* index.abandonBuild(serverId, sectionId)
    news += 1
  }
  if (news > 0) yield* index.ask
  return news
})
