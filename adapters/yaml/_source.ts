import { readFile } from "node:fs/promises"
import * as Effect from "effect/Effect"
import { SettingsUnreadable } from "../../core/ports/settings_store.ts"
import { textOf, withoutMark } from "./_bytes.ts"
import { type ConfigRead, type OpenFork, readConfig } from "./_config_text.ts"
import { type Look, look, realFile, reasonOf } from "./_disk.ts"
import { unreadable } from "./_document.ts"

/** A configuration file at one moment; no text where there was no file. */
export interface Seen {
  readonly look: Look | null
  readonly text: string | null
}

/** How the file behind `file` looks now; null also where it cannot be asked. */
export const lookNow = (file: string): Effect.Effect<Look | null> =>
  Effect.promise(async () => look(await realFile(file)).catch(() => null))

/** The file as it is now. Fails where it is there and is no text. */
export const readNow = (file: string): Effect.Effect<Seen, SettingsUnreadable> =>
  Effect.gen(function* () {
    const seen = yield* Effect.tryPromise({
      try: async () => {
        const path = await realFile(file)
        const found = await look(path)
        return { look: found, bytes: found === null ? null : await readFile(path) }
      },
      catch: (error) => new SettingsUnreadable({ file, line: null, key: null, expected: reasonOf(error) }),
    })
    if (seen.bytes === null) return { look: null, text: null }
    const text = textOf(seen.bytes)
    return typeof text === "string"
      ? { look: seen.look, text }
      : yield* unreadable(file, "", { ...text, offset: null })
  })

/** What a text stands for; no text is a new installation. */
export const settingsIn = (
  file: string,
  text: string | null,
  open: OpenFork | null,
): Effect.Effect<ConfigRead, SettingsUnreadable> =>
  Effect.suspend(() => {
    const result = readConfig(file, withoutMark(text ?? "").body, open)
    return result instanceof SettingsUnreadable ? Effect.fail(result) : Effect.succeed(result)
  })
