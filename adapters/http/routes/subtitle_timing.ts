import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { PRIORITY, TIMING_LANE } from "../../../core/jobs/job.ts"
import { placedRecord } from "../../../core/placed/placed_story.ts"
import { JobQueue, SettingsStore } from "../../../core/ports/mod.ts"
import { checkTiming, retimeSubtitle, undoRetiming } from "../../../core/timing/retime_subtitle.ts"
import { toolOf } from "../../../core/timing/sync_tool.ts"
import { TextArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"
import { PlacedView, placedView, subtitleFailures, subtitleParams } from "./subtitles.ts"

const tag = "Subtitles"
const Placed = Schema.Struct({ data: PlacedView })
const number = TextArgument.pipe(Schema.decodeTo(Schema.FiniteFromString))

export const retimePlacedSubtitle = route({
  method: "POST",
  path: "/api/subtitles/{id}/timing",
  tag,
  summary:
    "Move every time of a subtitle to ratio * time + offsetMs; without arguments by the fix that is offered",
  access: "key",
  params: subtitleParams,
  input: Schema.Struct({
    ratio: Schema.optionalKey(number),
    /** Milliseconds; negative: earlier. */
    offsetMs: Schema.optionalKey(number),
  }),
  answers: { 200: Placed, 400: ErrorBody, ...subtitleFailures },
  handle: ({ input, params }) => {
    const isGiven = input.ratio !== undefined || input.offsetMs !== undefined
    const shift = isGiven ? { ratio: input.ratio ?? 1, offsetMs: input.offsetMs ?? 0 } : null
    return Effect.map(retimeSubtitle(params.id, shift), (record) => answer(200, { data: placedView(record) }))
  },
})

export const undoSubtitleTiming = route({
  method: "POST",
  path: "/api/subtitles/{id}/timing/undo",
  tag,
  summary: "Put the original of a subtitle whose times were moved back",
  access: "key",
  params: subtitleParams,
  answers: { 200: Placed, ...subtitleFailures },
  handle: ({ params }) =>
    Effect.map(undoRetiming(params.id), (record) => answer(200, { data: placedView(record) })),
})

export const checkSubtitleTiming = route({
  method: "POST",
  path: "/api/subtitles/{id}/timing/check",
  tag,
  summary: "Look again whether a subtitle runs in step with the film, and offer a fix where it does not",
  access: "key",
  params: subtitleParams,
  answers: { 200: Placed, 403: ErrorBody, ...subtitleFailures },
  handle: ({ params }) =>
    Effect.map(checkTiming(params.id), (record) => answer(200, { data: placedView(record) })),
})

export const listenToSubtitleTiming = route({
  method: "POST",
  path: "/api/subtitles/{id}/timing/listen",
  tag,
  summary:
    "Compare a subtitle with the sound of its video by the tool of oncue.sync_tool; a fix is then offered",
  access: "key",
  params: subtitleParams,
  answers: {
    202: Schema.Struct({ data: Schema.Struct({ jobId: Schema.NullOr(Schema.Int) }) }),
    ...subtitleFailures,
  },
  handle: ({ params: { id } }) =>
    Effect.gen(function* () {
      const { oncue } = yield* SettingsStore.use((store) => store.current)
      if (toolOf(oncue.sync_tool) === null)
        return answer(409, {
          error: "Set oncue.sync_tool to the path of ffsubsync or alass first",
          code: "NO_SYNC_TOOL",
        })
      const { ratingKey, serverId, title } = yield* placedRecord(id)
      const atMs = yield* Clock.currentTimeMillis
      const cause = { source: "api", event: "timing", atMs, viewer: null, player: null, title } as const
      const queue = yield* JobQueue
      const [offered] = yield* queue.offer([
        {
          key: `timing/${id}`,
          work: { _tag: "ListenToTiming", serverId, ratingKey, placedId: id, cause },
          priority: PRIORITY.upgraded,
          lane: TIMING_LANE,
          notBeforeMs: 0,
          sighting: null,
        },
      ])
      return answer(202, { data: { jobId: offered?.jobId ?? null } })
    }),
})
