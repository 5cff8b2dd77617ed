import { randomBytes } from "node:crypto"
import { readFile, rename, rm, stat } from "node:fs/promises"
import { hostname } from "node:os"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { SettingsNotSaved } from "../../core/ports/settings_store.ts"
import { createFile, type Disk, isMissing, reasonOf } from "./_disk.ts"

/** A lock of a process that cannot be asked counts as forgotten after this long; a save takes less than a second. */
const LOCK_FORGOTTEN_MS = 30_000
const LOCK_WAIT_MS = 10_000
const LOCK_RETRY_MS = 25

interface Holder {
  readonly pid: number
  readonly host: string
}

const us: Holder = { pid: process.pid, host: hostname() }

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

async function isForgotten(lock: string, nowMs: number): Promise<boolean> {
  const found = await stat(lock)
  const holder = await readFile(lock, "utf8")
    .then(
      (text) => JSON.parse(text) as Holder,
      () => null,
    )
    .catch(() => null)
  if (holder !== null && holder.host === us.host && holder.pid !== us.pid && !runs(holder.pid)) return true
  return nowMs - found.mtimeMs > LOCK_FORGOTTEN_MS
}

/** Whether the lock is ours now. A forgotten one is moved away first, so that only one of two waiting processes does it. */
async function tryLock(disk: Disk, lock: string, nowMs: number): Promise<boolean> {
  try {
    await createFile(disk, lock, Buffer.from(JSON.stringify(us)))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
  }
  try {
    if (await isForgotten(lock, nowMs)) {
      const aside = `${lock}.${randomBytes(4).toString("hex")}`
      await rename(lock, aside)
      await rm(aside, { force: true })
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  return false
}

/**
 * Runs `work` while no other process that keeps to this lock writes `file`: a server and a command must not undo each
 * other's changes. Killed holders are noticed. Editors do not know the lock; their changes are looked for separately.
 */
export const locked = <A, E>(
  disk: Disk,
  file: string,
  work: Effect.Effect<A, E>,
): Effect.Effect<A, E | SettingsNotSaved> => {
  const lock = `${file}.lock`
  const notSaved = (reason: string) => new SettingsNotSaved({ file, reason })
  const acquire = Effect.gen(function* () {
    const begunMs = yield* Clock.currentTimeMillis
    for (;;) {
      const done = yield* Effect.tryPromise({
        try: () => tryLock(disk, lock, Date.now()),
        catch: (error) => notSaved(reasonOf(error)),
      })
      if (done) return
      if ((yield* Clock.currentTimeMillis) - begunMs > LOCK_WAIT_MS)
        return yield* notSaved("another process is writing it")
      yield* Effect.sleep(LOCK_RETRY_MS)
    }
  })
  const release = Effect.promise(() => rm(lock, { force: true }).catch(() => undefined))
  return Effect.acquireUseRelease(
    acquire,
    () => work,
    () => release,
  )
}
