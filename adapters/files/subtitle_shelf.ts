import { mkdir, open, stat, unlink } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { MOVIE_HASH_BLOCK_BYTES, MOVIE_HASH_BYTES_MIN, movieHash } from "../../core/media/movie_hash.ts"
import {
  type ShelfBackup,
  type ShelfChanged,
  ShelfOccupied,
  ShelfUnavailable,
  type ShelfWritten,
  SubtitleShelf,
} from "../../core/ports/subtitle_shelf.ts"
import { isBeside } from "../../core/subtitles/beside.ts"
import { idFor, keep, kept, prune } from "./_backups.ts"
import { digestOf, digestOfFile, insist } from "./_digest.ts"
import { type Doing, fault } from "./_fault.ts"
import { folderOn, namesIn, placeOf, targetIn } from "./_place.ts"
import { copyUnfinished, place, removeLeftovers, tryFolder, writeUnfinished } from "./_write.ts"

export interface ShelfOptions {
  /** Where replaced files are kept, for example `backups/subtitles`. Made when it is needed. */
  readonly backupsDir: string
}

/** Longest wait, in milliseconds, for a disk; a network share that went away would hold a call for ever. */
export const DISK_TIMEOUT_MS = 20_000
/** Most bytes of one file that are read. */
export const READ_BYTES_MAX = 16 * 1024 * 1024

async function readStart(path: string, limit: number): Promise<Uint8Array> {
  const handle = await open(path, "r")
  try {
    const { size } = await handle.stat()
    const wanted = Math.max(0, Math.min(limit, size, READ_BYTES_MAX))
    const bytes = new Uint8Array(wanted)
    let filled = 0
    while (filled < wanted) {
      const { bytesRead } = await handle.read(bytes, filled, wanted - filled, filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  } finally {
    await handle.close()
  }
}

async function hashOf(path: string): Promise<{ readonly hash: string | null; readonly bytes: number }> {
  const handle = await open(path, "r")
  try {
    const { size, mtimeMs } = await handle.stat()
    if (size < MOVIE_HASH_BYTES_MIN) return { hash: null, bytes: size }
    const first = new Uint8Array(MOVIE_HASH_BLOCK_BYTES)
    const last = new Uint8Array(MOVIE_HASH_BLOCK_BYTES)
    const start = await handle.read(first, 0, first.length, 0)
    const end = await handle.read(last, 0, last.length, size - last.length)
    const after = await handle.stat()
    // A file that is still being written would get a hash that no finished file has.
    const settled = after.size === size && after.mtimeMs === mtimeMs
    const whole = start.bytesRead === first.length && end.bytesRead === last.length
    return { hash: settled && whole ? movieHash(size, first, last) : null, bytes: size }
  } finally {
    await handle.close()
  }
}

/** Runs until the disk answers or the time is over; `stopped` tells the work that nobody waits for it any more. */
function disk<A, E extends ShelfUnavailable | ShelfOccupied | ShelfChanged = ShelfUnavailable>(
  path: string,
  doing: Doing,
  work: (stopped: AbortSignal) => Promise<A>,
): Effect.Effect<A, E> {
  return Effect.tryPromise({ try: work, catch: (error) => fault(path, doing, error) as E }).pipe(
    Effect.timeoutOrElse({
      duration: DISK_TIMEOUT_MS,
      orElse: () => {
        const detail = `the disk did not answer within ${DISK_TIMEOUT_MS / 1_000} s`
        return Effect.fail(new ShelfUnavailable({ path, reason: "other", detail }) as E)
      },
    }),
  )
}

const make = Effect.fnUntraced(function* ({ backupsDir }: ShelfOptions) {
  const keepCopy = async (path: string, nowMs: number, id: string | undefined) => {
    await mkdir(backupsDir, { recursive: true, mode: 0o700 })
    const backup = await keep(backupsDir, path, nowMs, id)
    await prune(backupsDir, nowMs)
    return backup
  }

  const write: SubtitleShelf["Service"]["write"] = Effect.fn("SubtitleShelf.write")(function* (
    videoPath,
    name,
    bytes,
    { backupId, replace },
  ) {
    const nowMs = yield* Clock.currentTimeMillis
    return yield* disk<ShelfWritten, ShelfUnavailable | ShelfOccupied | ShelfChanged>(
      dirname(videoPath),
      "write",
      async (stopped) => {
        const video = await placeOf(videoPath)
        const target = await targetIn(video, name)
        if (target.exists && replace === false) throw new ShelfOccupied({ path: target.path })
        const meant = typeof replace === "object" ? replace.digest : true
        await insist(target.path, meant)
        await removeLeftovers(video.folder, target.names, nowMs)
        // The copy first: when it cannot be kept, nothing has been touched.
        const backup = target.exists ? await keepCopy(target.path, nowMs, backupId) : null
        const unfinished = await writeUnfinished(video.folder, bytes, video.stats, stopped)
        await place(unfinished, target.path, target.exists, stopped, meant)
        return { path: target.path, digest: digestOf(bytes), backup }
      },
    )
  })

  const restore: SubtitleShelf["Service"]["restore"] = Effect.fn("SubtitleShelf.restore")(
    function* (backupId, options) {
      const nowMs = yield* Clock.currentTimeMillis
      const found = yield* disk(backupsDir, "read", () => kept(backupsDir, backupId))
      if (found === null) {
        const detail = `there is no such backup; they are kept for a limited time`
        return yield* new ShelfUnavailable({ path: backupId, reason: "missing", detail })
      }
      const meant = options === undefined ? true : options.replace
      return yield* disk<ShelfWritten, ShelfUnavailable | ShelfChanged>(
        found.path,
        "write",
        async (stopped) => {
          const there = await digestOfFile(found.path)
          await insist(found.path, meant)
          const backup = there === null ? null : await keepCopy(found.path, nowMs, options?.backupId)
          const unfinished = await copyUnfinished(dirname(found.path), found.content, found, stopped)
          const digest = (await digestOfFile(unfinished)) ?? ""
          await place(unfinished, found.path, true, stopped, meant)
          return { path: found.path, digest, backup }
        },
      )
    },
  )

  const remove: SubtitleShelf["Service"]["remove"] = Effect.fn("SubtitleShelf.remove")(
    function* (videoPath, name, options) {
      const nowMs = yield* Clock.currentTimeMillis
      return yield* disk<ShelfBackup, ShelfUnavailable | ShelfChanged>(
        dirname(videoPath),
        "write",
        async () => {
          const target = await targetIn(await placeOf(videoPath), name)
          if (target.exists) await insist(target.path, options?.digest ?? true)
          const backup = await keepCopy(target.path, nowMs, options?.backupId)
          await unlink(target.path)
          return backup
        },
      )
    },
  )

  yield* Effect.forkScoped(
    Effect.flatMap(Clock.currentTimeMillis, (nowMs) => Effect.promise(() => prune(backupsDir, nowMs))),
  )

  return SubtitleShelf.of({
    list: (videoPath) =>
      disk(dirname(videoPath), "read", async () => {
        const video = await placeOf(videoPath)
        const names = (await namesIn(video.folder)).filter((name) => isBeside(video.video, name))
        const files = await Promise.all(
          names.map(async (name) => {
            const found = await stat(join(video.folder, name)).catch(() => null)
            if (found === null || !found.isFile()) return null
            return { name, bytes: found.size, modifiedMs: Math.floor(found.mtimeMs) }
          }),
        )
        return files.filter((file) => file !== null).sort((a, b) => (a.name < b.name ? -1 : 1))
      }),
    read: (videoPath, name, limit) =>
      disk(join(dirname(videoPath), basename(name)), "read", async () => {
        const target = await targetIn(await placeOf(videoPath), name)
        return readStart(target.path, limit)
      }),
    obstacle: (videoPath) =>
      disk(dirname(videoPath), "write", async () => {
        const { folder } = await placeOf(videoPath)
        await tryFolder(folder)
        return null
      }).pipe(Effect.catch((error) => Effect.succeed(error))),
    folderObstacle: (folder) =>
      disk(folder, "write", async () => {
        await tryFolder(await folderOn(folder))
        return null
      }).pipe(Effect.catch((error) => Effect.succeed(error))),
    digest: (videoPath, name) =>
      disk(join(dirname(videoPath), basename(name)), "read", async () => {
        const target = await targetIn(await placeOf(videoPath), name)
        return digestOfFile(target.path)
      }),
    foresee: Effect.fn("SubtitleShelf.foresee")(function* (what) {
      const backupId = idFor(yield* Clock.currentTimeMillis)
      if (what === null) return { digest: null, backupId }
      if (what instanceof Uint8Array) return { digest: digestOf(what), backupId }
      const digest = yield* disk(backupsDir, "read", async () => {
        const found = await kept(backupsDir, what.backupId)
        return found === null ? null : await digestOfFile(found.content)
      })
      return { digest, backupId }
    }),
    write,
    restore,
    remove,
    movieHash: (videoPath) => disk(videoPath, "read", async () => hashOf((await placeOf(videoPath)).video)),
  })
})

/** The folders that this process sees. */
export const layer = (options: ShelfOptions): Layer.Layer<SubtitleShelf> =>
  Layer.effect(SubtitleShelf, make(options))
