import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import {
  BACKUPS_MAX,
  type Backup,
  BackupUnknown,
  type SettingsEvent,
  SettingsNotSaved,
  SettingsStore,
} from "../../core/ports/settings_store.ts"
import {
  applyPatch,
  changedKeys,
  DEFAULT_SETTINGS,
  type Settings,
  type SettingsPatch,
} from "../../core/settings/settings.ts"

export interface MemorySettingsOptions {
  /** What differs from a new installation. */
  readonly settings?: SettingsPatch
  /** Why a save is refused now, as a full disk or a read-only folder would; null: it is not. */
  readonly refusal?: () => string | null
}

const FILE = "config.yaml"

const make = (options: MemorySettingsOptions) =>
  Effect.gen(function* () {
    const events = yield* PubSub.sliding<SettingsEvent>(64)
    const turn = yield* Semaphore.make(1)
    let settings = applyPatch(DEFAULT_SETTINGS, options.settings ?? {})
    let kept: ReadonlyArray<Backup & { readonly settings: Settings }> = []
    let number = 0

    const allowed = Effect.suspend(() => {
      const reason = options.refusal?.() ?? null
      return reason === null ? Effect.void : Effect.fail(new SettingsNotSaved({ file: FILE, reason }))
    })
    const replace = (next: Settings) =>
      Effect.gen(function* () {
        const keys = changedKeys(settings, next)
        if (keys.length === 0) return settings
        yield* allowed
        const before = settings
        settings = next
        yield* PubSub.publish(events, { _tag: "Changed", settings, before, keys, by: "us" })
        return settings
      })
    const keep = (reason: string) =>
      Effect.gen(function* () {
        yield* allowed
        const atMs = yield* Clock.currentTimeMillis
        number += 1
        const backup: Backup = { id: `backup-${number}-${reason}`, atMs, bytes: 0, reason }
        kept = [{ ...backup, settings }, ...kept].slice(0, BACKUPS_MAX)
        return backup
      })

    return SettingsStore.of({
      current: Effect.sync(() => settings),
      warnings: Effect.succeed([]),
      fixed: Effect.succeed([]),
      rejected: Effect.succeed(null),
      update: (change) =>
        turn.withPermits(1)(Effect.suspend(() => replace(applyPatch(settings, change(settings))))),
      backup: (reason) => turn.withPermits(1)(keep(reason)),
      backups: Effect.sync(() => kept.map(({ id, atMs, bytes, reason }) => ({ id, atMs, bytes, reason }))),
      restore: (id) =>
        Effect.gen(function* () {
          const backup = kept.find((one) => one.id === id)
          if (backup === undefined) return yield* new BackupUnknown({ id })
          yield* keep("restore")
          return yield* replace(backup.settings)
        }).pipe(turn.withPermits(1)),
      events: Stream.fromPubSub(events),
    })
  })

/** Settings that no file stands behind, for tests. It keeps every promise of the port but that of surviving. */
export const layer = (options: MemorySettingsOptions = {}): Layer.Layer<SettingsStore> =>
  Layer.effect(SettingsStore, make(options))
