import * as Effect from "effect/Effect"
import { SubtitleLedger } from "../ports/mod.ts"
import type { Fulfilled } from "../subtitles/fulfil_wish.ts"
import type { Shown } from "../subtitles/show_subtitles.ts"
import type { PlacedSubtitle } from "./placed.ts"

/**
 * Keeps Plex's own names of the streams that it keeps for us, so that they can be taken away again. `shown` begins with
 * what became of `placed`, in the same order.
 */
export const rememberStreams = Effect.fnUntraced(function* (
  placed: ReadonlyArray<Pick<Fulfilled, "placement"> & { readonly placed: PlacedSubtitle | null }>,
  shown: ReadonlyArray<Shown>,
) {
  const ledger = yield* SubtitleLedger
  for (const [index, { placed: record, placement }] of placed.entries()) {
    const key = shown[index]?.stream?.key ?? null
    if (record === null || placement._tag === "Sidecar" || key === null) continue
    yield* Effect.catchTag(
      ledger.update(record.id, (one) => ({ ...one, plexKey: key })),
      "StoreUnavailable",
      (error) => Effect.logWarning(error.message),
    )
  }
})
