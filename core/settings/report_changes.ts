import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { changesOf } from "../migration/changes.ts"
import { Journal, type SettingsEvent, SettingsStore } from "../ports/mod.ts"
import { wakeChanged } from "../providers/ask_provider.ts"
import { patchOf, type Settings } from "./settings.ts"

/** Keys that are named in a report; of more only the number. */
const KEYS_NAMED_MAX = 8

/** Keys that take effect at the next start. */
const AT_START = ["general.ip", "general.port", "general.base_url"]

/** The keys, as many as a sentence holds, and the number of the others. */
export function namedKeys(keys: ReadonlyArray<string>): string {
  const more = keys.length > KEYS_NAMED_MAX ? ` and ${keys.length - KEYS_NAMED_MAX} more` : ""
  return `${keys.slice(0, KEYS_NAMED_MAX).join(", ")}${more}`
}

/** What an edit by hand has done, as one sentence. */
export function editText(keys: ReadonlyArray<string>): string {
  const later = keys.filter((key) => AT_START.includes(key))
  const restart = later.length === 0 ? "" : `; ${later.join(", ")} will count after a restart`
  return `config.yaml was edited: ${namedKeys(keys)}${restart}`
}

const reported = (event: SettingsEvent) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    if (event._tag === "Rejected") {
      const text = `config.yaml was edited and is not used: ${event.error.message}`
      yield* Effect.logError(text)
      return yield* journal.write({ kind: "settings", text })
    }
    if (event._tag === "Accepted") {
      const text = "config.yaml can be read again and is in force"
      yield* Effect.logInfo(text)
      return yield* journal.write({ kind: "settings", text })
    }
    if (event.by === "us") return
    yield* wakeChanged(event.keys)
    const text = editText(event.keys)
    yield* Effect.logInfo(text)
    yield* journal.write({
      kind: "settings",
      text,
      detail: {
        keys: event.keys,
        by: "hand",
        ...(event.before === undefined
          ? {}
          : { changes: changesOf(event.before, patchOf(event.settings, event.keys)) }),
      },
    })
  })

/**
 * Tells the journal and the log of every edit of config.yaml by hand, for ever. `onChange` hears of every change, whoever
 * made it, for what the process keeps outside the settings.
 */
export const reportChanges = Effect.fn("reportChanges")(function* (onChange: (settings: Settings) => void) {
  const { events } = yield* SettingsStore
  yield* Stream.runForEach(events, (event) => {
    if (event._tag === "Changed") onChange(event.settings)
    return reported(event)
  })
})
