import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { ItemIndex, PlexNotFound, PlexServer, PlexUnreachable } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import { buildSection, updateSection } from "./build_index.ts"
import { noteLibraries } from "./find_unread.ts"

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
 * day (all of them with `whole`) are read whole, of the others what has changed; those that are gone are forgotten. One that
 * cannot be read keeps nothing from the others; its failure is the answer at the end.
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
  yield* noteLibraries(serverId, libraries.length)
  const building = new Set(known.filter((one) => one.building !== null).map((one) => one.sectionId))
  // What is being built is not built a second time beside it.
  const due = libraries.filter(({ id }) => !building.has(id))
  const done: Array<IndexedLibrary> = []
  const failed: Array<PlexNotFound | PlexUnreachable> = []
  for (const section of due) {
    const before = known.find((one) => one.sectionId === section.id && one.uuid === section.uuid)
    const builtAtMs = before?.builtAtMs ?? null
    const isDue = options.whole === true || builtAtMs === null || nowMs - builtAtMs >= REBUILD_EVERY_MS
    const read = isDue
      ? Effect.map(buildSection(access, section), ({ items }) => items)
      : updateSection(access, section, before?.updatedAt ?? 0)
    const result = yield* Effect.result(read)
    if (Result.isSuccess(result)) {
      const { id: sectionId, title } = section
      done.push({ sectionId, title, did: isDue ? "built" : "updated", items: result.success })
    } else if (isOwn(result.failure)) failed.push(result.failure)
    else return yield* Effect.fail(result.failure)
  }
  const [first] = failed
  return first === undefined ? done : yield* Effect.fail(first)
})

/** Whether a failure is one of the library alone, so that the others can be read all the same. */
function isOwn(error: { readonly _tag: string }): error is PlexNotFound | PlexUnreachable {
  if (error instanceof PlexNotFound) return true
  return error instanceof PlexUnreachable && (error.fault === "status" || error.fault === "bad_answer")
}
