import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import {
  SettingsFile,
  type SettingsFileRead,
  SettingsNotSaved,
  SettingsUnreadable,
} from "../../core/ports/mod.ts"
import { applyPatch, changedKeys, DEFAULT_SETTINGS, patchOf } from "../../core/settings/settings.ts"

/** Configuration files in memory, by path. `files` is read and written. */
export const layer = (files = new Map<string, SettingsFileRead>()): Layer.Layer<SettingsFile> =>
  Layer.succeed(SettingsFile, {
    read: (path) =>
      Effect.suspend(() => {
        const found = files.get(path)
        return found === undefined
          ? Effect.fail(
              new SettingsUnreadable({
                file: path,
                line: null,
                key: null,
                expected: "there is no such file",
              }),
            )
          : Effect.succeed(found)
      }),
    writeCopy: (path, settings, without) =>
      Effect.suspend(() => {
        if (files.has(path))
          return Effect.fail(new SettingsNotSaved({ file: path, reason: "there is a file already" }))
        const isLeftOut = (name: string) =>
          without.includes(name) || without.includes(name.split(".")[0] ?? "")
        const given = changedKeys(DEFAULT_SETTINGS, settings).filter((name) => !isLeftOut(name))
        const kept = applyPatch(DEFAULT_SETTINGS, patchOf(settings, given))
        files.set(path, { settings: kept, warnings: [], given })
        return Effect.void
      }),
  })
