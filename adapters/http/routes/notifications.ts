import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { openReceiver } from "../../../core/notify/open_receiver.ts"
import { testReceiver } from "../../../core/notify/test_receiver.ts"
import { SettingsStore } from "../../../core/ports/mod.ts"
import { NotificationType } from "../../../core/settings/records.ts"
import { choiceArgument, SecretArgument, TextArgument, TextsArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "Notifications"

const ShownReceiver = Schema.Struct({
  id: Schema.String,
  type: NotificationType,
  enabled: Schema.Boolean,
  /** Host and port of its address, which as a whole may hold a key; null when it cannot be read. */
  host: Schema.NullOr(Schema.String),
}).annotate({ identifier: "Receiver" })

export const listReceivers = route({
  method: "GET",
  path: "/api/notifications",
  tag,
  summary: "Who is told of subtitles that were found; they are set in oncue.notifications",
  access: "key",
  answers: { 200: Schema.Struct({ data: Schema.Array(ShownReceiver) }) },
  handle: () =>
    Effect.gen(function* () {
      const { notifications } = (yield* SettingsStore.use((store) => store.current)).oncue
      const data = yield* Effect.forEach(notifications, (entry) =>
        Effect.map(Effect.result(openReceiver(entry)), (opened) => {
          const url = opened._tag === "Success" ? Redacted.value(opened.success.url) : ""
          const { enabled, id, type } = entry
          return { id, type, enabled, host: URL.canParse(url) ? new URL(url).host : null }
        }),
      )
      return answer(200, { data })
    }),
})

export const testNotification = route({
  method: "POST",
  path: "/api/notifications/test",
  tag,
  summary: "Send a test message to a receiver of the settings, or to one as it would be saved",
  access: "key",
  input: Schema.Struct({
    /** Name of a receiver of the settings; what is left out below, or sent as ***, is what it has there. */
    id: Schema.optionalKey(TextArgument),
    type: Schema.optionalKey(choiceArgument(NotificationType)),
    url: Schema.optionalKey(SecretArgument),
    token: Schema.optionalKey(SecretArgument),
    username: Schema.optionalKey(TextArgument),
    from: Schema.optionalKey(TextArgument),
    to: Schema.optionalKey(TextsArgument),
  }),
  answers: {
    200: Schema.Struct({ data: Schema.Struct({ sent: Schema.Literal(true) }) }),
    404: ErrorBody,
    502: ErrorBody,
  },
  handle: ({ input }) =>
    Effect.map(testReceiver(input), () => answer(200, { data: { sent: true as const } })),
})
