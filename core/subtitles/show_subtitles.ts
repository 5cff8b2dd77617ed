import * as Effect from "effect/Effect"
import { refreshItem } from "../library/refresh_item.ts"
import { describeOutcome } from "../library/refresh_outcome.ts"
import { displayName, type ItemRef, type MediaItem, type MediaStream } from "../media/media_item.ts"
import { Journal, SettingsStore } from "../ports/mod.ts"
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

/**
 * Makes Plex list what lies there, all of it in one go, and says in the journal of each whether it does. `item` is the
 * item as it was read before anything was placed.
 */
export const showSubtitles = Effect.fn("showSubtitles")(function* (
  story: Story,
  access: ServerAccess,
  item: MediaItem,
  expected: ReadonlyArray<ExpectedStream>,
) {
  if (expected.length === 0) return []
  const looks = expected.map((one) => listedSince(item, one))
  const { ratingKey } = item.ref
  const outcome = yield* refreshItem({ access, ratingKey, expect: listedAll(looks), item })
  const { plex } = yield* SettingsStore.use((store) => store.current)
  const mayAsk = item.kind === "movie" ? plex.update_movie_library : plex.update_series_library
  const { calls, elapsedMs, reads, stage, tried } = outcome
  const journal = yield* Journal
  return yield* Effect.forEach(
    expected,
    Effect.fnUntraced(function* (one, index) {
      const stream = looks[index]?.(outcome.item) ?? null
      const listed = stream === null ? "not_listed" : "listed"
      const text = describeOutcome({ ...outcome, listed, stream })
      const detail = { calls, elapsedMs, reads, stage, tried, language: one.language }
      const { jobId, ref, title } = story
      yield* journal.write({ kind: listed, text, detail, jobId, title, ...ref })
      const unlisted = stream === null ? { text, isFinal: !mayAsk } : null
      return { expected: one, stream, unlisted } satisfies Shown as Shown
    }),
  )
})
