import { readFile } from "node:fs/promises"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import {
  BackupUnknown,
  type FixedSetting,
  type SettingsEvent,
  SettingsNotSaved,
  SettingsStore,
  type SettingsUnreadable,
} from "../../core/ports/settings_store.ts"
import {
  applyPatch,
  changedKeys,
  patchOf,
  type Settings,
  type SettingsPatch,
} from "../../core/settings/settings.ts"
import { keepBackup, listBackups, readBackup } from "./_backups.ts"
import { textOf, withoutMark } from "./_bytes.ts"
import { type ConfigRead, editConfig, type OpenFork } from "./_config_text.ts"
import {
  DISK,
  type Disk,
  type Look,
  realFile,
  reasonOf,
  removeLeftovers,
  replaceFile,
  sameLook,
} from "./_disk.ts"
import { unreadable } from "./_document.ts"
import { locked } from "./_lock.ts"
import { lookNow, readNow, type Seen, settingsIn } from "./_source.ts"
import { watched } from "./_watch.ts"

export interface YamlSettingsOptions {
  readonly file: string
  readonly backupsDir: string
  /** Values of the environment and of flags: in force while the process runs, never saved. */
  readonly overrides?: SettingsPatch
  /** These values and others that were decided at the start, with what has decided them. */
  readonly fixed?: () => ReadonlyArray<FixedSetting>
  /** Opens the values of Bazarr's fork that are used as they stand; without it they are left as they are. */
  readonly openFork?: OpenFork
  /** How often the file is looked at beside what the system reports, in milliseconds. */
  readonly lookEveryMs?: number
  /** Calls of the file system that a test lets fail. */
  readonly disk?: Partial<Disk>
}

/** Events that a slow listener may be behind; older ones are dropped. */
const EVENTS_KEPT = 64
const LOOK_EVERY_MS = 5_000
const HEADER = "# Settings of OnCue. Comments, unknown keys and the order of the keys are kept.\n"

/** The file whose settings are in force, without the overrides. */
interface State extends Seen, ConfigRead {
  /** The file as it looks since somebody wrote what cannot be read, and why. */
  readonly rejected: { readonly look: Look | null; readonly error: SettingsUnreadable } | null
}

const make = (options: YamlSettingsOptions) =>
  Effect.gen(function* () {
    const { file, backupsDir, overrides = {}, openFork = null } = options
    const disk: Disk = { ...DISK, ...options.disk }
    const notSaved = (reason: string) => new SettingsNotSaved({ file, reason })
    const attempt = <A>(work: () => Promise<A>) =>
      Effect.tryPromise({ try: work, catch: (error) => notSaved(reasonOf(error)) })
    const events = yield* PubSub.sliding<SettingsEvent>(EVENTS_KEPT)
    const turn = yield* Semaphore.make(1)

    yield* Effect.promise(() => removeLeftovers(file, Date.now()))
    const seen = yield* readNow(file)
    let state: State = { ...seen, ...(yield* settingsIn(file, seen.text, openFork)), rejected: null }
    const inForce = () => applyPatch(state.settings, overrides)

    /** Puts settings in force and tells what that has changed. */
    const apply = (next: Seen & ConfigRead, by: "us" | "hand") =>
      Effect.suspend(() => {
        const before = inForce()
        const wasRejected = state.rejected !== null
        state = { ...next, rejected: null }
        const keys = changedKeys(before, inForce())
        const told: ReadonlyArray<SettingsEvent> = [
          ...(wasRejected ? [{ _tag: "Accepted" } as const] : []),
          ...(keys.length === 0 ? [] : [{ _tag: "Changed", settings: inForce(), before, keys, by } as const]),
        ]
        return PubSub.publishAll(events, told)
      })

    /** Takes over what somebody else wrote. What cannot be read, or is gone, leaves the settings in force. */
    const refresh = Effect.gen(function* () {
      const look = yield* lookNow(file)
      if (look === null) state = { ...state, rejected: null }
      if (look === null || sameLook(look, state.rejected?.look ?? state.look)) return
      const read = Effect.gen(function* () {
        const now = yield* readNow(file)
        return now.text === null ? null : { ...now, ...(yield* settingsIn(file, now.text, openFork)) }
      })
      yield* Effect.matchEffect(read, {
        onSuccess: (next) => (next === null ? Effect.void : apply(next, "hand")),
        onFailure: (error) => {
          state = { ...state, rejected: { look, error } }
          return PubSub.publish(events, { _tag: "Rejected", error })
        },
      })
    })

    const write = (bytes: Uint8Array) =>
      Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
        attempt(async () => {
          const path = await realFile(file)
          const keepCopy = async () => keepBackup(disk, backupsDir, await readFile(path), "overwrite", nowMs)
          await replaceFile(disk, path, bytes, keepCopy)
          if (!(await readFile(path)).equals(bytes)) throw new Error("what was written cannot be read back")
        }).pipe(Effect.andThen(lookNow(file))),
      )

    /** What the file is to hold. An override that comes back as it is does not go into it. */
    const wanted = (change: (current: Settings) => SettingsPatch): Settings => {
      const current = inForce()
      const next = applyPatch(current, change(current))
      return applyPatch(state.settings, patchOf(next, changedKeys(current, next)))
    }
    const unchanged = (change: (current: Settings) => SettingsPatch) =>
      changedKeys(state.settings, wanted(change)).length === 0

    const keep = (reason: string) =>
      Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
        attempt(async () => keepBackup(disk, backupsDir, await readFile(file), reason, nowMs)),
      )

    const oddities = (text: string) =>
      settingsIn(file, text, openFork).pipe(
        Effect.map(({ warnings }) => warnings.length),
        Effect.mapError(({ message }) => notSaved(message)),
      )

    const save = (change: (current: Settings) => SettingsPatch) =>
      Effect.gen(function* () {
        yield* refresh
        if (state.rejected !== null) return yield* notSaved(state.rejected.error.message)
        const settings = wanted(change)
        const { mark, body } = withoutMark(state.text ?? HEADER)
        const edited = editConfig(body, settings, openFork)
        if ("reason" in edited) return yield* notSaved(edited.reason)
        const text = mark + edited.text
        if (text === state.text) return
        // Something that could not be understood is about to be replaced; it may be dear to whoever wrote it.
        if (state.text !== null && (yield* oddities(text)) < (yield* oddities(state.text)))
          yield* keep("replaced")
        const look = yield* write(Buffer.from(text))
        yield* apply({ ...state, text, look, settings }, "us")
      })

    /** One change at a time here, and no other process between the look at the file and the write. */
    const underLock = <A, E>(work: Effect.Effect<A, E>) =>
      Effect.flatMap(
        Effect.promise(() => realFile(file)),
        (path) => locked(disk, path, Effect.uninterruptible(work)),
      )

    const restore = (id: string, bytes: Uint8Array) =>
      Effect.gen(function* () {
        const text = textOf(bytes)
        if (typeof text !== "string") return yield* unreadable(id, "", { ...text, offset: null })
        const read = yield* settingsIn(id, text, openFork)
        const present = yield* lookNow(file)
        if (present !== null) yield* keep("restore")
        const look = yield* write(bytes)
        yield* apply({ ...read, text, look }, "us")
      })

    yield* watched(file, options.lookEveryMs ?? LOOK_EVERY_MS, turn.withPermits(1)(refresh))

    return SettingsStore.of({
      current: Effect.sync(inForce),
      warnings: Effect.sync(() => state.warnings),
      fixed: Effect.sync(() => options.fixed?.() ?? []),
      rejected: Effect.sync(() => state.rejected?.error ?? null),
      update: (change) =>
        refresh.pipe(
          Effect.andThen(Effect.suspend(() => (unchanged(change) ? Effect.void : underLock(save(change))))),
          Effect.andThen(Effect.sync(inForce)),
          turn.withPermits(1),
        ),
      backup: (reason) => turn.withPermits(1)(keep(reason)),
      backups: Effect.promise(() => listBackups(backupsDir)),
      restore: (id) =>
        Effect.gen(function* () {
          const bytes = yield* Effect.promise(() => readBackup(backupsDir, id))
          if (bytes === null) return yield* new BackupUnknown({ id })
          yield* underLock(restore(id, bytes))
          return inForce()
        }).pipe(turn.withPermits(1)),
      events: Stream.fromPubSub(events),
    })
  })

/**
 * config.yaml. A missing file is a new installation and is made at the first change; one that cannot be read fails the
 * layer with the line and the key, and is left as it is.
 */
export const layer = (options: YamlSettingsOptions): Layer.Layer<SettingsStore, SettingsUnreadable> =>
  Layer.effect(SettingsStore, make(options))
