import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ItemIndex, PlexServer } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import { buildSection, updateSection } from "./build_index.ts"

/** Age after which a library is read whole again, in milliseconds: removals that nobody announced show only then. */
export const REBUILD_EVERY_MS = 24 * 3_600_000

/** What became of one library. */
export interface IndexedLibrary {
  readonly sectionId: string
  readonly title: string
  readonly did: "built" | "updated"
  /** Items read. */
  readonly items: number
}

/**
 * Brings the index of one server up to date: libraries that are new, were made anew or have not been read whole for a
 * day (all of them with `whole`) are read whole, of the others what has changed; those that are gone are forgotten.
 */
export const refreshIndex = Effect.fn("refreshIndex")(function* (
  access: ServerAccess,
  options: { readonly whole?: boolean } = {},
) {
  const index = yield* ItemIndex
  const server = yield* PlexServer
  const serverId = access.machineIdentifier
  const nowMs = yield* Clock.currentTimeMillis
  const libraries = (yield* server.sections(access)).filter(({ type }) => type !== "other")
  const known = (yield* index.sections).filter((one) => one.serverId === serverId)
  for (const one of known) {
    const still = libraries.some(({ id, uuid }) => id === one.sectionId && uuid === one.uuid)
    if (!still) yield* index.forget(serverId, one.sectionId)
  }
  const building = new Set(known.filter((one) => one.building !== null).map((one) => one.sectionId))
  return yield* Effect.forEach(
    // What is being built is not built a second time beside it.
    libraries.filter(({ id }) => !building.has(id)),
    Effect.fnUntraced(function* (section) {
      const before = known.find((one) => one.sectionId === section.id && one.uuid === section.uuid)
      const builtAtMs = before?.builtAtMs ?? null
      const isDue = options.whole === true || builtAtMs === null || nowMs - builtAtMs >= REBUILD_EVERY_MS
      const items = isDue
        ? (yield* buildSection(access, section)).items
        : yield* updateSection(access, section, before?.updatedAt ?? 0)
      const done: IndexedLibrary = {
        sectionId: section.id,
        title: section.title,
        did: isDue ? "built" : "updated",
        items,
      }
      return done
    }),
  )
})
