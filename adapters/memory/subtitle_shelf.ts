import { createHash } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { MOVIE_HASH_BLOCK_BYTES, movieHash } from "../../core/media/movie_hash.ts"
import {
  type ShelfBackup,
  ShelfChanged,
  ShelfOccupied,
  ShelfUnavailable,
  SUBTITLE_BACKUP_DAYS,
  SubtitleShelf,
} from "../../core/ports/subtitle_shelf.ts"
import { isBeside } from "../../core/subtitles/beside.ts"

export interface MemoryFile {
  bytes: Uint8Array
  modifiedMs: number
}

/** A disk that lives in memory. Tests fill and change it while it is in use. */
export interface MemoryDisk {
  /** By whole path, with `/` between folders. A video has to be there for anything to be done beside it. */
  readonly files: Map<string, MemoryFile>
  /** Folders that refuse, with the reason. `not_writable` and `full` let files be read. */
  readonly refusals: Map<string, ShelfUnavailable["reason"]>
  readonly backups: Map<string, ShelfBackup & { readonly bytes: Uint8Array }>
}

export const memoryDisk = (): MemoryDisk => ({ files: new Map(), refusals: new Map(), backups: new Map() })

const DAY_MS = 86_400_000
const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"))
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const sameName = (a: string, b: string) => a.normalize("NFC") === b.normalize("NFC")

/** A shelf over `disk`, as honest as the one over files: it looks for videos, compares names composed, keeps backups. */
export const layer = (disk: MemoryDisk = memoryDisk()): Layer.Layer<SubtitleShelf> => {
  let count = 0
  const fail = (path: string, reason: ShelfUnavailable["reason"], detail: string) =>
    Effect.fail(new ShelfUnavailable({ path, reason, detail }))

  const find = (path: string) => [...disk.files.keys()].find((one) => sameName(one, path))

  const placeOf = Effect.fnUntraced(function* (videoPath: string, doing: "read" | "write") {
    const video = find(videoPath)
    const folder = folderOf(video ?? videoPath)
    const refusal = disk.refusals.get(folder)
    const readable = refusal === "not_writable" || refusal === "full"
    if (refusal !== undefined && (doing === "write" || !readable))
      return yield* fail(folder, refusal, `the disk says ${refusal}`)
    if (video === undefined) return yield* fail(videoPath, "missing", "the video is not there")
    return { folder, video }
  })

  const targetOf = Effect.fnUntraced(function* (videoPath: string, name: string, doing: "read" | "write") {
    const { folder, video } = yield* placeOf(videoPath, doing)
    if (/[/\0]/.test(name) || name === "" || name === "." || name === "..")
      return yield* fail(folder, "other", "a file's name may hold no folder")
    const existing = find(`${folder}/${name}`)
    if (existing !== undefined) return { path: existing, exists: true }
    const base = video.slice(folder.length + 1).replace(/\.[^.]+$/, "")
    const [own, whole] = [base.normalize("NFC"), name.normalize("NFC")]
    const spelled = whole.startsWith(`${own}.`) ? `${base}${whole.slice(own.length)}` : name
    return { path: `${folder}/${spelled}`, exists: false }
  })

  const freshId = () => {
    count += 1
    return `backup-${count}`
  }
  const keep = Effect.fnUntraced(function* (path: string, wished: string | undefined) {
    const known = wished === undefined ? undefined : disk.backups.get(wished)
    if (known !== undefined) return { id: known.id, path: known.path, atMs: known.atMs }
    const file = disk.files.get(path)
    if (file === undefined) return yield* fail(path, "missing", "it is not there")
    const atMs = yield* Clock.currentTimeMillis
    const backup: ShelfBackup = { id: wished ?? freshId(), path, atMs }
    disk.backups.set(backup.id, { ...backup, bytes: file.bytes })
    for (const [id, old] of disk.backups) {
      if (atMs - old.atMs > SUBTITLE_BACKUP_DAYS * DAY_MS) disk.backups.delete(id)
    }
    return backup
  })

  const insist = (path: string, meant: true | string | null) => {
    const file = disk.files.get(path)
    const there = file === undefined ? null : digestOf(file.bytes)
    return meant === true || there === meant ? Effect.void : Effect.fail(new ShelfChanged({ path }))
  }

  const put = (path: string, bytes: Uint8Array) =>
    Effect.map(Clock.currentTimeMillis, (modifiedMs) => {
      disk.files.set(path, { bytes: bytes.slice(), modifiedMs })
    })

  return Layer.succeed(SubtitleShelf, {
    list: Effect.fnUntraced(function* (videoPath) {
      const { folder, video } = yield* placeOf(videoPath, "read")
      return [...disk.files]
        .filter(([path]) => folderOf(path) === folder && isBeside(video, path.slice(folder.length + 1)))
        .map(([path, { bytes, modifiedMs }]) => {
          return { name: path.slice(folder.length + 1), bytes: bytes.length, modifiedMs }
        })
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    }),
    read: Effect.fnUntraced(function* (videoPath, name, limit) {
      const { path } = yield* targetOf(videoPath, name, "read")
      const file = disk.files.get(path)
      if (file === undefined) return yield* fail(path, "missing", "it is not there")
      return file.bytes.slice(0, Math.max(0, limit))
    }),
    obstacle: (videoPath) =>
      placeOf(videoPath, "write").pipe(
        Effect.as(null),
        Effect.catch((error) => Effect.succeed(error)),
      ),
    folderObstacle: (folder) =>
      Effect.gen(function* () {
        const refusal = disk.refusals.get(folder)
        if (refusal !== undefined) return yield* fail(folder, refusal, `the disk says ${refusal}`)
        const isThere = [...disk.files.keys()].some((path) => path.startsWith(`${folder}/`))
        return isThere ? null : yield* fail(folder, "missing", "the folder is not there")
      }).pipe(Effect.catch((error) => Effect.succeed(error))),
    write: Effect.fnUntraced(function* (videoPath, name, bytes, { backupId, replace }) {
      const { path, exists } = yield* targetOf(videoPath, name, "write")
      if (exists && replace === false) return yield* new ShelfOccupied({ path })
      yield* insist(path, typeof replace === "object" ? replace.digest : true)
      const backup = exists ? yield* keep(path, backupId) : null
      yield* put(path, bytes)
      return { path, digest: digestOf(bytes), backup }
    }),
    foresee: (what) =>
      Effect.sync(() => {
        const backupId = freshId()
        if (what === null) return { digest: null, backupId }
        const bytes = what instanceof Uint8Array ? what : disk.backups.get(what.backupId)?.bytes
        return { digest: bytes === undefined ? null : digestOf(bytes), backupId }
      }),
    digest: Effect.fnUntraced(function* (videoPath, name) {
      const { path } = yield* targetOf(videoPath, name, "read")
      const file = disk.files.get(path)
      return file === undefined ? null : digestOf(file.bytes)
    }),
    restore: Effect.fnUntraced(function* (backupId, options) {
      const backup = disk.backups.get(backupId)
      if (backup === undefined) return yield* fail(backupId, "missing", "there is no such backup")
      const refusal = disk.refusals.get(folderOf(backup.path))
      if (refusal !== undefined) return yield* fail(backup.path, refusal, `the disk says ${refusal}`)
      yield* insist(backup.path, options === undefined ? true : options.replace)
      const replaced = disk.files.has(backup.path) ? yield* keep(backup.path, options?.backupId) : null
      yield* put(backup.path, backup.bytes)
      return { path: backup.path, digest: digestOf(backup.bytes), backup: replaced }
    }),
    remove: Effect.fnUntraced(function* (videoPath, name, options) {
      const { path, exists } = yield* targetOf(videoPath, name, "write")
      if (exists) yield* insist(path, options?.digest ?? true)
      const backup = yield* keep(path, options?.backupId)
      disk.files.delete(path)
      return backup
    }),
    movieHash: Effect.fnUntraced(function* (videoPath) {
      const { video } = yield* placeOf(videoPath, "read")
      const bytes = disk.files.get(video)?.bytes ?? new Uint8Array()
      const last = bytes.subarray(Math.max(0, bytes.length - MOVIE_HASH_BLOCK_BYTES))
      return {
        hash: movieHash(bytes.length, bytes.subarray(0, MOVIE_HASH_BLOCK_BYTES), last),
        bytes: bytes.length,
      }
    }),
  })
}
