import { randomBytes } from "node:crypto"
import { access, link, readFile, rename, rm, stat } from "node:fs/promises"
import { hostname } from "node:os"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { SettingsNotSaved } from "../../core/ports/settings_store.ts"
import { beside, createFile, type Disk, isExisting, isMissing, reasonOf } from "./_disk.ts"

/**
 * A lock of a process that cannot be asked (in another container, or with a number that was given out again) counts as
 * forgotten after this long. A save takes less than two seconds, and whoever waits waits longer than this.
 */
const LOCK_FORGOTTEN_MS = 8_000
const LOCK_WAIT_MS = 12_000
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

/**
 * Makes the lock with its holder's name in it from the first moment on, so that one whose holder was killed at once can
 * be told. Fails with EEXIST when there is one. A file system without links gets a file that is filled after it is made.
 */
async function makeLock(disk: Disk, file: string, lock: string): Promise<void> {
  const content = Buffer.from(JSON.stringify(us))
  const filled = beside(file)
  await createFile(disk, filled, content)
  try {
    await link(filled, lock)
  } catch (error) {
    if (isExisting(error)) throw error
    await createFile(disk, lock, content)
  } finally {
    await rm(filled, { force: true })
  }
}

/** Whether the lock is ours now. A forgotten one is moved away first, so that only one of two waiting processes does it. */
async function tryLock(disk: Disk, file: string, lock: string, nowMs: number): Promise<boolean> {
  const isHeld = await access(lock).then(
    () => true,
    () => false,
  )
  try {
    if (!isHeld) {
      await makeLock(disk, file, lock)
      return true
    }
  } catch (error) {
    if (!isExisting(error)) throw error
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
        try: () => tryLock(disk, file, lock, Date.now()),
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
