import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readEvent } from "../../../core/events/event.ts"
import { handleEvent } from "../../../core/events/handle_event.ts"
import { receiveTest, signedTest } from "../../../core/events/test_webhook.ts"
import { TextArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { readPayload } from "../payload.ts"
import { answer, rawRoute } from "../route.ts"

const refusal = (status: 400 | 413, reason: string) =>
  answer(status, { error: reason, code: status === 413 ? "BODY_TOO_LARGE" : "BAD_REQUEST" })

/** The webhook that Plex calls. Answers as soon as the event is durable; whatever is not for us is 204. */
export const plexWebhook = rawRoute({
  method: "POST",
  path: "/api/webhooks/plex",
  tag: "Triggers",
  summary: "Take an event from Plex",
  access: "events",
  input: Schema.Struct({
    /** The event as JSON text; Plex sends it as a multipart field. */
    payload: TextArgument,
  }),
  answers: { 200: Schema.Literal(""), 204: null, 400: ErrorBody, 413: ErrorBody, 503: ErrorBody },
  handleRaw: Effect.fnUntraced(function* (request) {
    const payload = yield* Effect.promise(() => readPayload(request))
    if (payload._tag === "Refused") return refusal(payload.status, payload.reason)
    const test = signedTest(payload.json)
    if (test !== null) return (yield* receiveTest(test)) ? answer(200, "" as const) : answer(204, null)
    const event = readEvent(payload.json)
    if (typeof event === "string") return refusal(400, event)
    const handled = yield* handleEvent(event, "webhook")
    switch (handled._tag) {
      case "Queued":
        return answer(200, "" as const)
      case "Ignore":
        return answer(204, null)
      case "Malformed":
        return refusal(400, handled.reason)
    }
  }),
})
