import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type Receiver, SecretBox, SettingsStore } from "../ports/mod.ts"
import type { NotificationEntry } from "../settings/records.ts"
import { secretKeys } from "../settings/settings.ts"

/** An entry of the settings with its secrets opened; fails with SecretUnreadable where they cannot be. */
export const openReceiver = Effect.fn("openReceiver")(function* (entry: NotificationEntry) {
  const settings = yield* (yield* SettingsStore).current
  const box = yield* SecretBox
  const opened = Effect.fnUntraced(function* (stored: Redacted.Redacted, what: string) {
    if (Redacted.value(stored) === "") return stored
    const { secret } = yield* box.open(Redacted.value(stored), secretKeys(settings), `${what} of ${entry.id}`)
    return secret
  })
  const { from, id, to, type, username } = entry
  return {
    id,
    type,
    username,
    from,
    to,
    url: yield* opened(entry.url, "address"),
    token: yield* opened(entry.token, "token"),
  } satisfies Receiver as Receiver
})
