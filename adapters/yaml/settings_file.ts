import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SettingsFile, SettingsNotSaved, SettingsUnreadable } from "../../core/ports/mod.ts"
import { withoutMark } from "./_bytes.ts"
import { type ConfigRead, copyConfig, givenKeys, readConfig } from "./_config_text.ts"
import { createFile, DISK, isExisting, reasonOf } from "./_disk.ts"
import { readNow } from "./_source.ts"

export interface SettingsFileOptions {
  /** The configuration in force, of which copies are made. */
  readonly file: string
}

const textOf = (path: string) =>
  Effect.flatMap(readNow(path), ({ text }) =>
    text === null
      ? Effect.fail(
          new SettingsUnreadable({ file: path, line: null, key: null, expected: "there is no such file" }),
        )
      : Effect.succeed(withoutMark(text).body),
  )

/** Configuration files beside the one in force, as YAML. */
export const layer = ({ file }: SettingsFileOptions): Layer.Layer<SettingsFile> =>
  Layer.succeed(SettingsFile, {
    read: Effect.fnUntraced(function* (path) {
      const text = yield* textOf(path)
      const result: ConfigRead | SettingsUnreadable = readConfig(path, text)
      if (result instanceof SettingsUnreadable) return yield* result
      const unread = new Set(result.warnings.filter((one) => one.used === "default").map((one) => one.key))
      const given = givenKeys(text).filter((name) => !unread.has(name))
      return { settings: result.settings, warnings: result.warnings, given }
    }),
    writeCopy: Effect.fnUntraced(function* (path, settings, without) {
      const notSaved = (reason: string) => new SettingsNotSaved({ file: path, reason })
      const own = yield* Effect.mapError(readNow(file), (error) => notSaved(error.message))
      const copied = copyConfig(withoutMark(own.text ?? "").body, settings, without)
      if ("reason" in copied) return yield* notSaved(copied.reason)
      yield* Effect.tryPromise({
        try: () => createFile(DISK, path, Buffer.from(copied.text)),
        catch: (error) =>
          notSaved(
            isExisting(error) ? "there is a file already; remove it or name another one" : reasonOf(error),
          ),
      })
    }),
  })
