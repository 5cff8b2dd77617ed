import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { upgradeJob } from "../../../core/placed/offer_upgrades.ts"
import { PlacedState, type PlacedSubtitle, PlacedTiming } from "../../../core/placed/placed.ts"
import { placedRecord } from "../../../core/placed/placed_story.ts"
import { refuseSubtitle } from "../../../core/placed/refuse_subtitle.ts"
import { returnSubtitle } from "../../../core/placed/return_subtitle.ts"
import { JobQueue, SettingsStore, SubtitleLedger } from "../../../core/ports/mod.ts"
import { choicesArgument, TextArgument, wholeArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "Subtitles"
const LIST_DEFAULT = 50

export const PlacedView = Schema.Struct({
  id: Schema.Int,
  serverId: Schema.String,
  ratingKey: Schema.String,
  title: Schema.NullOr(Schema.String),
  /** Unix milliseconds. */
  atMs: Schema.Finite,
  language: Schema.String,
  forced: Schema.Boolean,
  hearingImpaired: Schema.Boolean,
  provider: Schema.String,
  /** The provider's id of it, which the blacklist uses. */
  candidateId: Schema.String,
  /** The release it was made for. */
  name: Schema.String,
  score: Schema.Finite,
  /** The name of the file beside the video; null when Plex keeps it. */
  fileName: Schema.NullOr(Schema.String),
  state: PlacedState,
  /** The one whose place it took; while this one is `placed`, one call returns to it. */
  replaces: Schema.NullOr(Schema.Int),
  /** When a better one is looked for next; null: not any more. */
  nextLookMs: Schema.NullOr(Schema.Finite),
  timing: PlacedTiming,
}).annotate({ identifier: "PlacedSubtitle" })

export function placedView(record: PlacedSubtitle): typeof PlacedView.Type {
  const { backup: _backup, file, jobId: _job, machineTranslated: _machine, partId: _part, ...rest } = record
  const { plexKey: _key, plexTitle: _title, sinceMs: _since, ...shown } = rest
  return { ...shown, fileName: file?.name ?? null }
}

export const subtitleParams = Schema.Struct({ id: wholeArgument(1, Number.MAX_SAFE_INTEGER) })
const JobStarted = Schema.Struct({ data: Schema.Struct({ jobId: Schema.NullOr(Schema.Int) }) })
export const subtitleFailures = { 404: ErrorBody, 409: ErrorBody, 502: ErrorBody, 503: ErrorBody } as const

export const listPlacedSubtitles = route({
  method: "GET",
  path: "/api/subtitles",
  tag,
  summary: "Subtitles that OnCue has placed, newest first; of one item with server and ratingKey",
  access: "key",
  input: Schema.Struct({
    server: Schema.optionalKey(TextArgument),
    ratingKey: Schema.optionalKey(TextArgument),
    state: Schema.optionalKey(choicesArgument(PlacedState)),
    before: Schema.optionalKey(wholeArgument(1, Number.MAX_SAFE_INTEGER)),
    limit: Schema.optionalKey(wholeArgument(1, 500)),
  }),
  answers: { 200: Schema.Struct({ data: Schema.Array(PlacedView) }), 503: ErrorBody },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const ledger = yield* SubtitleLedger
      const records = yield* ledger.list({
        limit: input.limit ?? LIST_DEFAULT,
        ...(input.server === undefined ? {} : { serverId: input.server }),
        ...(input.ratingKey === undefined ? {} : { ratingKey: input.ratingKey }),
        ...(input.state === undefined ? {} : { states: input.state }),
        ...(input.before === undefined ? {} : { beforeId: input.before }),
      })
      return answer(200, { data: records.map(placedView) })
    }),
})

export const refusePlacedSubtitle = route({
  method: "POST",
  path: "/api/subtitles/{id}/refuse",
  tag,
  summary: '"Not this one": take a subtitle away, put it on the blacklist of its item, and search another',
  access: "key",
  params: subtitleParams,
  answers: { 202: JobStarted, ...subtitleFailures },
  handle: ({ params }) => Effect.map(refuseSubtitle(params.id), (jobId) => answer(202, { data: { jobId } })),
})

export const returnPlacedSubtitle = route({
  method: "POST",
  path: "/api/subtitles/{id}/return",
  tag,
  summary: "Go back from an upgrade to the subtitle before it; the same upgrade is not made again",
  access: "key",
  params: subtitleParams,
  answers: {
    200: Schema.Struct({ data: PlacedView, jobId: Schema.NullOr(Schema.Int) }),
    ...subtitleFailures,
  },
  handle: ({ params }) =>
    Effect.map(returnSubtitle(params.id), ({ jobId, placed }) =>
      answer(200, { data: placedView(placed), jobId }),
    ),
})

export const upgradePlacedSubtitle = route({
  method: "POST",
  path: "/api/subtitles/{id}/upgrade",
  tag,
  summary: "Look for a better subtitle now, whatever the window for upgrades says",
  access: "key",
  params: subtitleParams,
  answers: { 202: JobStarted, ...subtitleFailures },
  handle: ({ params }) =>
    Effect.gen(function* () {
      const record = yield* placedRecord(params.id)
      const { oncue } = yield* SettingsStore.use((store) => store.current)
      if (oncue.mode === "bazarr")
        return answer(409, {
          error: "Bazarr searches and owns the files (oncue.mode): it makes its own upgrades",
          code: "BAZARR_OWNS_FILES",
        })
      const queue = yield* JobQueue
      const [offered] = yield* queue.offer([upgradeJob(record, yield* Clock.currentTimeMillis, true)])
      return answer(202, { data: { jobId: offered?.jobId ?? null } })
    }),
})
