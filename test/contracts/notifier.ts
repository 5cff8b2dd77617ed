import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { foundNotification } from "../../core/notify/notification.ts"
import { Notifier, type Receiver } from "../../core/ports/notifier.ts"
import type { NotificationType } from "../../core/settings/records.ts"

/** A notifier under test, with receivers that keep what they take. */
export interface NotifierWorld {
  readonly layer: Layer.Layer<Notifier>
  readonly receiver: (type: NotificationType) => Receiver
  /** Makes this receiver refuse what comes. */
  readonly refuse: (type: NotificationType) => void
  /** Title and text of each message that was taken. */
  readonly told: () => ReadonlyArray<readonly [title: string, text: string]>
}

export const FOUND = foundNotification({ serverId: "den", ratingKey: "7" }, "Amélie (2001)", [
  { language: "Dutch", provider: "Gestdown (Addic7ed)", score: 87, release: "Amelie.2001.1080p" },
  { language: "English (SDH)", provider: "SubDL", score: 61, release: null },
])
export const FOUND_TEXT =
  "Dutch from Gestdown (Addic7ed), score 87 (Amelie.2001.1080p)\nEnglish (SDH) from SubDL, score 61"

const TYPES: ReadonlyArray<NotificationType> = ["discord", "ntfy", "gotify", "webhook", "email"]

/** What every notifier owes. */
export function notifierContract(name: string, make: Effect.Effect<NotifierWorld, never, Scope.Scope>): void {
  describe(`${name} Notifier`, () => {
    for (const type of TYPES) {
      it.live(`send() brings a message to ${type} as it is`, () =>
        Effect.gen(function* () {
          const { layer, receiver, told } = yield* make
          yield* Notifier.use((one) => one.send(receiver(type), FOUND)).pipe(Effect.provide(layer))
          assert.deepStrictEqual(told(), [["Amélie (2001)", FOUND_TEXT]])
        }).pipe(Effect.scoped),
      )

      it.live(`send() says that ${type} refuses, by its name and without its secrets`, () =>
        Effect.gen(function* () {
          const { layer, receiver, refuse, told } = yield* make
          refuse(type)
          const target = receiver(type)
          const error = yield* Effect.flip(
            Notifier.use((one) => one.send(target, FOUND)).pipe(Effect.provide(layer)),
          )
          assert.deepStrictEqual([error._tag, error.receiver, told()], ["NotificationFailed", target.id, []])
          assert.include(error.message, `Cannot tell ${target.id}: `)
          const shown = JSON.stringify(error) + error.message
          const token = Redacted.value(target.token)
          if (token !== "") assert.notInclude(shown, token)
          const { pathname } = new URL(Redacted.value(target.url))
          if (pathname.length > 1) assert.notInclude(shown, pathname)
        }).pipe(Effect.scoped),
      )
    }
  })
}
