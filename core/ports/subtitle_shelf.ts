import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The folder of a video cannot be used: not mounted here, not readable, not writable, full. */
export class ShelfUnavailable extends Schema.TaggedError<ShelfUnavailable>()("ShelfUnavailable", {
  path: Schema.String,
  reason: Schema.Literals(["missing", "not_readable", "not_writable", "full", "other"]),
  detail: Schema.String,
}) {
  override get message(): string {
    return `Cannot use ${this.path}: ${this.detail}`
  }
}

/** There is such a file already and no rule says that it may be replaced. It is untouched. */
export class ShelfOccupied extends Schema.TaggedError<ShelfOccupied>()("ShelfOccupied", {
  path: Schema.String,
}) {
  override get message(): string {
    return `Cannot write ${this.path}: there is such a file already`
  }
}

/** The file there is not the one that was meant: somebody else has put or changed it. It is untouched. */
export class ShelfChanged extends Schema.TaggedError<ShelfChanged>()("ShelfChanged", {
  path: Schema.String,
}) {
  override get message(): string {
    return `Cannot touch ${this.path}: it is another file than the one OnCue has written`
  }
}

/** A file beside a video that may be a subtitle of it. */
export interface ShelfFile {
  readonly name: string
  readonly bytes: number
  readonly modifiedMs: number
}

/** A file that was replaced, kept under `backups/subtitles/` for `SUBTITLE_BACKUP_DAYS`. */
export interface ShelfBackup {
  readonly id: string
  readonly path: string
  readonly atMs: number
}

/** What is beside the video after a change, and where what it replaced is kept; null when it replaced nothing. */
export interface ShelfWritten {
  readonly path: string
  readonly digest: string
  readonly backup: ShelfBackup | null
}

export const SUBTITLE_BACKUP_DAYS = 30

/** The folders in which videos lie, as this process sees them (paths already mapped). */
export class SubtitleShelf extends Context.Service<
  SubtitleShelf,
  {
    /** The subtitle files (by extension) in the video's folder that share the video's base name. NFC and NFD are the same. */
    readonly list: (videoPath: string) => Effect.Effect<ReadonlyArray<ShelfFile>, ShelfUnavailable>
    /** The start of a file beside the video, at most `limit` bytes. */
    readonly read: (
      videoPath: string,
      name: string,
      limit: number,
    ) => Effect.Effect<Uint8Array, ShelfUnavailable>
    /** Null when a file can be created beside the video, else why not. Leaves nothing behind. */
    readonly obstacle: (videoPath: string) => Effect.Effect<ShelfUnavailable | null>
    /** The same for a folder, whatever is in it: a library's, of which no video is known. */
    readonly folderObstacle: (folder: string) => Effect.Effect<ShelfUnavailable | null>
    /** SHA-256 of a file beside the video, 64 hex digits; null when there is no such file. */
    readonly digest: (videoPath: string, name: string) => Effect.Effect<string | null, ShelfUnavailable>
    /**
     * What a change will come to, so that it can be remembered before it is made: the SHA-256 of these bytes, or of a
     * backup (null when there is no such one), and an id for the backup of what it takes the place of.
     */
    readonly foresee: (
      what: Uint8Array | { readonly backupId: string } | null,
    ) => Effect.Effect<{ readonly digest: string | null; readonly backupId: string }, ShelfUnavailable>
    /**
     * Writes `name` beside the video: temporary file, fsync, rename, with the video's owner (when allowed) and mode
     * (without execute bits). With `replace: false` an existing file is ShelfOccupied, also when it appears during the
     * write; otherwise the old one goes to the backups first: with `true` whatever it is, with a digest only when it is
     * that file and else ShelfChanged. Answers the path written, with the digest of what is there now. Here and below the
     * backup gets the id `backupId` where it is given, and is as it is when there is one already.
     */
    readonly write: (
      videoPath: string,
      name: string,
      bytes: Uint8Array,
      options: {
        readonly replace: boolean | { readonly digest: string }
        readonly backupId?: string
      },
    ) => Effect.Effect<ShelfWritten, ShelfUnavailable | ShelfOccupied | ShelfChanged>
    /**
     * Puts a replaced file back; what is there now goes to the backups. With `replace` given only when what is there has
     * this digest, or nothing is there for null; else ShelfChanged.
     */
    readonly restore: (
      backupId: string,
      options?: { readonly replace: string | null; readonly backupId?: string },
    ) => Effect.Effect<ShelfWritten, ShelfUnavailable | ShelfChanged>
    /** Moves a file to the backups; with a digest only when it is that file, else ShelfChanged. */
    readonly remove: (
      videoPath: string,
      name: string,
      options?: { readonly digest: string; readonly backupId?: string },
    ) => Effect.Effect<ShelfBackup, ShelfUnavailable | ShelfChanged>
    /** OpenSubtitles' hash and the size of the video; null for files under 128 KiB. */
    readonly movieHash: (
      videoPath: string,
    ) => Effect.Effect<{ readonly hash: string | null; readonly bytes: number }, ShelfUnavailable>
  }
>()("core/ports/SubtitleShelf") {}
