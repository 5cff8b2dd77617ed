import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { ItemIndex, type ServerNotification } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import { updateSection } from "./build_index.ts"
import { noteNewLibraries } from "./note_new_libraries.ts"

/** Notifications are looked at together, so that a scan of a thousand items costs one look at the library. */
const TOGETHER_MAX = 512
const TOGETHER_WITHIN = "3 seconds"
/** Timeline states of Plex that matter here (plexapi `alert.py`, Tautulli `activity_handler.py`). */
const DONE = 5
const DELETED = 9
/** Types: 1 film, 2 show, 4 episode. */
const KINDS: ReadonlySet<number> = new Set([1, 2, 4])

/**
 * Keeps the index of a server fresh by its notifications: items that are deleted go at once, libraries in which something
 * is done are read from where they were read last, and one that is new is read soon. A failure is logged; the next event or the daily build makes it good.
 */
export const followTimeline = Effect.fn("followTimeline")(function* <E, R>(
  access: ServerAccess,
  notifications: Stream.Stream<ServerNotification, E, R>,
) {
  yield* notifications.pipe(
    Stream.groupedWithin(TOGETHER_MAX, TOGETHER_WITHIN),
    Stream.runForEach((together) => noteTimeline(access, together)),
  )
})

/** Takes what some notifications say into the index. */
export const noteTimeline = Effect.fn("noteTimeline")(function* (
  access: ServerAccess,
  notifications: ReadonlyArray<ServerNotification>,
) {
  const index = yield* ItemIndex
  const serverId = access.machineIdentifier
  const events = notifications.flatMap((one) => (one._tag === "Timeline" && KINDS.has(one.type) ? [one] : []))
  if (events.length === 0) return
  const gone = events.filter(({ state }) => state === DELETED)
  const touched = new Set(events.filter(({ state }) => state === DONE).map(({ sectionId }) => sectionId))
  const work = Effect.gen(function* () {
    if (gone.length > 0) yield* index.remove(gone.map(({ itemId }) => ({ serverId, ratingKey: itemId })))
    if (touched.size === 0) return
    const sections = yield* index.sections
    const known = new Set(
      sections.filter((one) => one.serverId === serverId).map(({ sectionId }) => sectionId),
    )
    for (const section of sections) {
      const isBuilt = section.builtAtMs !== null && section.building === null
      if (section.serverId !== serverId || !touched.has(section.sectionId) || !isBuilt) continue
      yield* updateSection(access, { id: section.sectionId, type: section.kind }, section.updatedAt)
    }
    if ([...touched].some((sectionId) => !known.has(sectionId))) yield* noteNewLibraries(access)
  })
  yield* Effect.catch(work, (error) => Effect.logWarning(`The index may be behind: ${error.message}`))
})
