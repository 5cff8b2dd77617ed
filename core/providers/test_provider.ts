import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ItemIndex, PlexLibrary, PlexServer, type ProviderProof, SubtitleSources } from "../ports/mod.ts"
import { accessServer } from "../servers/access_server.ts"
import { guarded, unready } from "./ask_provider.ts"

/** What came of a test. */
export type ProviderTest =
  | ({ readonly _tag: "Works"; readonly tookMs: number } & ProviderProof)
  /** The sentence says what it is about. */
  | { readonly _tag: "Failed"; readonly tookMs: number; readonly reason: string }

/** Any title of the primary server, for the search that is Plex's own. The libraries need not have been read yet. */
const anyItem = Effect.gen(function* () {
  const access = yield* accessServer(null)
  const index = yield* ItemIndex
  const place = { serverId: access.machineIdentifier, sectionId: null }
  const known = yield* index.search({ text: "", place, offset: 0, limit: 1 })
  const [first] = known.entries
  if (first !== undefined) return { ref: first.ref, access }
  const library = yield* PlexLibrary
  const sections = yield* PlexServer.use((server) => server.sections(access))
  for (const { id, type } of sections) {
    if (type === "other") continue
    const section = { id, kind: type === "movie" ? ("movie" as const) : ("episode" as const) }
    const { items } = yield* library.page(access, section, { offset: 0, limit: 1, updatedAfter: null })
    if (items[0] !== undefined) return { ref: items[0].ref, access }
  }
  return null
})

/**
 * Asks one provider whether it works with the account that is saved, whether it rests or not, since somebody wants to
 * know; its answer counts like that of a search. Null: there is no such provider.
 */
export const testProvider = Effect.fn("testProvider")(function* (id: string) {
  const source = (yield* SubtitleSources).find((one) => one.id === id)
  if (source === undefined) return null
  const begunMs = yield* Clock.currentTimeMillis
  const failed = (reason: string): Effect.Effect<ProviderTest> =>
    Effect.map(Clock.currentTimeMillis, (nowMs) => ({ _tag: "Failed", tookMs: nowMs - begunMs, reason }))
  const missing = yield* unready(source)
  if (missing !== null) return yield* failed(missing)
  const item = id === "plex" ? anyItem : Effect.succeed(null)
  return yield* item.pipe(
    Effect.flatMap((found) => guarded(id, source.test(found))),
    Effect.matchEffect({
      onFailure: (error) => failed(error.message),
      onSuccess: (proof) =>
        Effect.map(
          Clock.currentTimeMillis,
          (nowMs): ProviderTest => ({ _tag: "Works", tookMs: nowMs - begunMs, ...proof }),
        ),
    }),
  )
})
