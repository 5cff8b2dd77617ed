import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Settings, SettingsWarning } from "../settings/settings.ts"
import type { SettingsNotSaved, SettingsUnreadable } from "./settings_store.ts"

/** What another configuration file says. */
export interface SettingsFileRead {
  readonly settings: Settings
  readonly warnings: ReadonlyArray<SettingsWarning>
  /** The `section.key` names that it gives a value which was understood; all others have their defaults. */
  readonly given: ReadonlyArray<string>
}

/** Configuration files that are not the one in force: those that are brought in, and those that are handed out. */
export class SettingsFile extends Context.Service<
  SettingsFile,
  {
    /** Reads a file and touches nothing in its folder. Fails with SettingsUnreadable when it is missing, too. */
    readonly read: (path: string) => Effect.Effect<SettingsFileRead, SettingsUnreadable>
    /**
     * Writes a new file, for its owner only: the configuration in force with its comments and unknown keys, with these
     * settings in it, and without the sections and `section.key` names of `without`. Never replaces a file: fails with
     * SettingsNotSaved when there is one.
     */
    readonly writeCopy: (
      path: string,
      settings: Settings,
      without: ReadonlyArray<string>,
    ) => Effect.Effect<void, SettingsNotSaved>
  }
>()("core/ports/SettingsFile") {}
