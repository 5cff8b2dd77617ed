import * as Effect from "effect/Effect"
import { refreshItem } from "../library/refresh_item.ts"
import { describeOutcome, type RefreshOutcome } from "../library/refresh_outcome.ts"
import { displayName, type ItemRef, type MediaItem, type MediaStream } from "../media/media_item.ts"
import { Journal, PlexLibrary, SettingsStore } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import { type ExpectedStream, listedAll, listedSince } from "./expected_stream.ts"

/** Whose story is told, and about what. */
export interface Story {
  readonly jobId: number | null
  readonly ref: ItemRef
  readonly title: string | null
}

export const storyOf = (jobId: number | null, item: MediaItem): Story => ({
  jobId,
  ref: item.ref,
  title: displayName(item),
})

/** What lies there and is not listed. `isFinal`: the settings do not let us ask Plex to look, so trying again is no use. */
export interface Unlisted {
  readonly text: string
  readonly isFinal: boolean
}

/** A subtitle that Plex lists, or why it does not. */
export interface Shown {
  readonly expected: ExpectedStream
  readonly stream: MediaStream | null
  readonly unlisted: Unlisted | null
}

/** Pauses, in milliseconds, after which the others are looked for once the first is listed: one scan finds them all. */
const OTHERS_AFTER_MS: ReadonlyArray<number> = [200, 600]

/** One subtitle to be listed, and how it is looked for. */
interface Wanted {
  readonly index: number
  readonly expected: ExpectedStream
  readonly look: (item: MediaItem) => MediaStream | null
}

const tell = Effect.fnUntraced(function* (
  story: Story,
  outcome: RefreshOutcome,
  { expected, look }: Wanted,
  mayAsk: boolean,
) {
  const stream = look(outcome.item)
  const listed = stream === null ? "not_listed" : "listed"
  const text = describeOutcome({ ...outcome, listed, stream })
  const { calls, elapsedMs, reads, stage, tried } = outcome
  const detail = { calls, elapsedMs, reads, stage, tried, language: expected.language }
  const { jobId, ref, title } = story
  yield* Journal.use((journal) => journal.write({ kind: listed, text, detail, jobId, title, ...ref }))
  const unlisted = stream === null ? { text, isFinal: !mayAsk } : null
  return { expected, stream, unlisted } satisfies Shown as Shown
})

/**
 * Makes Plex list what lies there and says in the journal of each whether it does. The first is waited for alone, since
 * it is the most wanted and one look of Plex mostly finds them all; what is then missing is waited for together. `item`
 * is the item as it was read before anything was placed.
 */
export const showSubtitles = Effect.fn("showSubtitles")(function* (
  story: Story,
  access: ServerAccess,
  item: MediaItem,
  expected: ReadonlyArray<ExpectedStream>,
) {
  const library = yield* PlexLibrary
  const { plex } = yield* SettingsStore.use((store) => store.current)
  const mayAsk = item.kind === "movie" ? plex.update_movie_library : plex.update_series_library
  const { ratingKey } = item.ref
  const shown = new Map<number, Shown>()
  let left: ReadonlyArray<Wanted> = expected.map((one, index) => {
    return { index, expected: one, look: listedSince(item, one) }
  })
  const settle = Effect.fnUntraced(function* (outcome: RefreshOutcome, isLast: boolean) {
    for (const one of left) {
      if (!isLast && one.look(outcome.item) === null) continue
      shown.set(one.index, yield* tell(story, outcome, one, mayAsk))
    }
    left = left.filter(({ index }) => !shown.has(index))
  })
  const [first] = left
  if (first === undefined) return []
  const outcome = yield* refreshItem({ access, ratingKey, expect: first.look, item })
  yield* settle(outcome, outcome.listed !== "listed")
  for (const pauseMs of OTHERS_AFTER_MS) {
    if (left.length === 0) break
    yield* Effect.sleep(pauseMs)
    const now = yield* library.item(access, ratingKey, { refresh: false })
    yield* settle({ ...outcome, item: now }, false)
  }
  if (left.length > 0) {
    const expect = listedAll(left.map((one) => one.look))
    yield* settle(yield* refreshItem({ access, ratingKey, expect, item }), true)
  }
  return expected.flatMap((_, index) => shown.get(index) ?? [])
})
