import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { Settings, SettingsPatch, SettingsWarning } from "../settings/settings.ts"

/** The file cannot be used at all: broken YAML, a root that is no mapping, an unknown `auth_method`. It is left untouched. */
export class SettingsUnreadable extends Schema.TaggedError<SettingsUnreadable>()("SettingsUnreadable", {
  file: Schema.String,
  line: Schema.NullOr(Schema.Int),
  key: Schema.NullOr(Schema.String),
  expected: Schema.String,
}) {
  override get message(): string {
    const where = this.line === null ? this.file : `${this.file}:${this.line}`
    const key = this.key === null ? "" : ` at "${this.key}"`
    return `Cannot read ${where}${key}: ${this.expected}`
  }
}

/** Nothing was written and the settings in memory are what they were before. */
export class SettingsNotSaved extends Schema.TaggedError<SettingsNotSaved>()("SettingsNotSaved", {
  file: Schema.String,
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot save ${this.file}: ${this.reason}`
  }
}

export class BackupUnknown extends Schema.TaggedError<BackupUnknown>()("BackupUnknown", {
  id: Schema.String,
}) {
  override get message(): string {
    return `Cannot find the backup "${this.id}"`
  }
}

/** One byte-identical copy of the configuration. `id` is its file name; newest first when listed. */
export interface Backup {
  readonly id: string
  readonly atMs: number
  readonly bytes: number
  /** Why it was made, for example "migration" or "restore". */
  readonly reason: string
}

/** A setting that was decided at the start, by a flag or by the environment. What the file has counts without it. */
export interface FixedSetting {
  /** `general.port` */
  readonly key: string
  /** `--port`, `ONCUE_PORT` */
  readonly by: string
  /** What is in force; null for a secret. */
  readonly value: string | null
}

/** How many configuration backups are kept; the oldest goes first. */
export const BACKUPS_MAX = 10

/** What happened to the configuration behind our back (an edit by hand) or through `update`. */
export type SettingsEvent =
  | {
      readonly _tag: "Changed"
      readonly settings: Settings
      /** What was in force until then. */
      readonly before?: Settings
      readonly keys: ReadonlyArray<string>
      readonly by: "us" | "hand"
    }
  | { readonly _tag: "Rejected"; readonly error: SettingsUnreadable }
  /** What was rejected before can be read again; what it changed, if anything, is told by a `Changed` of its own. */
  | { readonly _tag: "Accepted" }

/** The configuration: read from memory, written atomically and only where something changed. */
export class SettingsStore extends Context.Service<
  SettingsStore,
  {
    /** The settings in force. Never touches the disk. */
    readonly current: Effect.Effect<Settings>
    /** What was odd about the file when it was last read: values replaced by their defaults, unknown types understood. */
    readonly warnings: Effect.Effect<ReadonlyArray<SettingsWarning>>
    /** What the file does not decide while this process runs. */
    readonly fixed: Effect.Effect<ReadonlyArray<FixedSetting>>
    /**
     * Why the file as it is now is not used, although it was changed; null when it is in force. Until it can be read again
     * the settings of before stay in force, and every `update` that changes something fails.
     */
    readonly rejected: Effect.Effect<SettingsUnreadable | null>
    /**
     * Applies `change` to the settings in force and saves. Updates are serialised, so `change` sees every earlier one.
     * Keys not in the patch keep their text; a patch that changes nothing writes nothing. Answers the new settings.
     * Fails with SettingsNotSaved, and then memory and disk are both unchanged.
     */
    readonly update: (
      change: (current: Settings) => SettingsPatch,
    ) => Effect.Effect<Settings, SettingsNotSaved>
    /** Copies the file as it is, byte by byte, readable by the owner only. */
    readonly backup: (reason: string) => Effect.Effect<Backup, SettingsNotSaved>
    readonly backups: Effect.Effect<ReadonlyArray<Backup>>
    /** Puts a backup back, byte by byte, and applies it. The text that it replaces is backed up first. */
    readonly restore: (
      id: string,
    ) => Effect.Effect<Settings, BackupUnknown | SettingsNotSaved | SettingsUnreadable>
    /** Changes from now on; never ends. */
    readonly events: Stream.Stream<SettingsEvent>
  }
>()("core/ports/SettingsStore") {}
