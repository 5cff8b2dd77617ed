import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The bytes are no subtitle that can be kept: an HTML page, an empty file, an archive trap, an unknown format. */
export class SubtitleUnreadable extends Schema.TaggedError<SubtitleUnreadable>()("SubtitleUnreadable", {
  reason: Schema.Literals([
    "html",
    "empty",
    "too_large",
    "archive",
    "unknown_format",
    "no_matching_file",
    "binary",
  ]),
  detail: Schema.String,
}) {
  override get message(): string {
    return `Cannot use the subtitle: ${this.detail}`
  }
}

export type SubtitleFormat = "srt" | "ass" | "ssa" | "vtt" | "smi" | "microdvd" | "mpl2" | "tmplayer"

/** A subtitle file as text. `encoding` is what it was stored in; the text has no byte-order mark. */
export interface SubtitleText {
  readonly text: string
  readonly format: SubtitleFormat
  readonly encoding: string
  /** The name inside the archive, or the download's. */
  readonly fileName: string | null
}

/** Which file of an archive is meant. */
export interface ArchiveWish {
  readonly season: number | null
  readonly episode: number | null
  /** Names of the release, to choose among several files for the same episode. */
  readonly names: ReadonlyArray<string>
  /** A language code to guide the guess of the encoding; null when unknown. */
  readonly language: string | null
  readonly fileName: string | null
  /** The video's, for formats that count frames; null or absent when unknown. */
  readonly frameRate?: number | null
}

/** Largest subtitle, in bytes, after unpacking. */
export const SUBTITLE_BYTES_MAX = 5 * 1024 * 1024
/** Most entries of an archive that are looked at. */
export const ARCHIVE_ENTRIES_MAX = 500

/**
 * Unpacks archives and decodes text. Everything from outside is hostile: sizes, names and ratios are bounded. SRT, ASS,
 * SSA, VTT and SMI stay as they are; MicroDVD, MPL2 and TMPlayer, which Plex does not read, come back as SRT.
 */
export class SubtitleReader extends Context.Service<
  SubtitleReader,
  {
    readonly read: (bytes: Uint8Array, wish: ArchiveWish) => Effect.Effect<SubtitleText, SubtitleUnreadable>
  }
>()("core/ports/SubtitleReader") {}
