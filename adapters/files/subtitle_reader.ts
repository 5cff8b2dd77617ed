import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import {
  type ArchiveWish,
  SUBTITLE_BYTES_MAX,
  SubtitleReader,
  type SubtitleText,
  SubtitleUnreadable,
} from "../../core/ports/subtitle_reader.ts"
import { chooseFiles } from "../../core/subtitles/pack.ts"
import { subtitleText } from "../../core/subtitles/subtitle_text.ts"
import { containerOf, leavesFolder, openArchive, unGzip } from "./_archive.ts"
import { decodeText } from "./_encoding.ts"
import type { Entry } from "./_entry.ts"
import { mebibytes, unreadable } from "./_unreadable.ts"

/** Files of one archive that are tried when the likeliest ones are no subtitles. */
export const FILES_TRIED_MAX = 5

const nameOf = (path: string) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)

/** The subtitle in bytes that are in nothing else. Throws SubtitleUnreadable. */
function textOf(bytes: Uint8Array, wish: ArchiveWish, fileName: string | null): SubtitleText {
  if (bytes.length > SUBTITLE_BYTES_MAX)
    throw unreadable("too_large", `the file is larger than ${mebibytes(SUBTITLE_BYTES_MAX)}`)
  if (bytes.length === 0) throw unreadable("empty", "the file is empty")
  const decoded = decodeText(bytes, wish.language)
  if (decoded === null) throw unreadable("binary", "the file is no text")
  const { encoding, text } = decoded
  return Result.getOrThrowWith(
    subtitleText(text, { encoding, fileName, frameRate: wish.frameRate ?? null }),
    (error) => error,
  )
}

const place = (wish: ArchiveWish) =>
  `S${String(wish.season ?? "?").padStart(2, "0")}E${String(wish.episode ?? "?").padStart(2, "0")}`

/** The entries that may be meant, the likeliest first. Throws SubtitleUnreadable when there are none. */
function chosen(entries: ReadonlyArray<Entry>, wish: ArchiveWish): ReadonlyArray<Entry> {
  const honest = entries.filter((entry) => !leavesFolder(entry.name) && !/[/\\]$/.test(entry.name))
  if (honest.length === 0)
    throw unreadable("archive", entries.length === 0 ? "the archive is empty" : "its names leave the archive")
  const open = honest.filter((entry) => !entry.isEncrypted)
  if (open.length === 0) throw unreadable("archive", "the archive has a password")
  const paths = chooseFiles(
    open.map((entry) => entry.name),
    wish,
  )
  if (paths.length === 0) {
    const what = wish.episode === null ? "is a subtitle for it" : `is for ${place(wish)}`
    throw unreadable("no_matching_file", `none of the archive's ${open.length} files ${what}`)
  }
  const fitting = paths.flatMap((path) => open.filter((entry) => entry.name === path).slice(0, 1))
  const small = fitting.filter((entry) => entry.bytes <= SUBTITLE_BYTES_MAX)
  if (small.length === 0)
    throw unreadable("too_large", `the file in the archive is larger than ${mebibytes(SUBTITLE_BYTES_MAX)}`)
  return small.slice(0, FILES_TRIED_MAX)
}

async function fromArchive(
  bytes: Uint8Array,
  container: "zip" | "rar",
  wish: ArchiveWish,
): Promise<SubtitleText> {
  const archive = await openArchive(bytes, container)
  let first: SubtitleUnreadable | null = null
  for (const entry of chosen(archive.entries, wish)) {
    try {
      const content = await archive.read(entry)
      if (containerOf(content) !== "none")
        throw unreadable("archive", "there is another archive in the archive")
      return textOf(content, wish, nameOf(entry.name))
    } catch (error) {
      if (!(error instanceof SubtitleUnreadable)) throw error
      first ??= error
    }
  }
  throw first ?? unreadable("no_matching_file", "the archive has no subtitle")
}

async function readAny(bytes: Uint8Array, wish: ArchiveWish): Promise<SubtitleText> {
  const container = containerOf(bytes)
  switch (container) {
    case "zip":
    case "rar":
      return await fromArchive(bytes, container, wish)
    case "gzip": {
      const content = unGzip(bytes)
      if (containerOf(content) !== "none")
        throw unreadable("archive", "there is another archive in the gzip file")
      return textOf(content, wish, wish.fileName?.replace(/\.gz$/i, "") ?? null)
    }
    case "7z":
      throw unreadable("archive", "7z archives are not opened")
    case "other_archive":
      throw unreadable("archive", "archives of this kind are not opened")
    case "none":
      return textOf(bytes, wish, wish.fileName)
  }
}

/** Reads what providers send. One archive at a time: unpacking is work for the processor, and unrar has one state. */
export const layer: Layer.Layer<SubtitleReader> = Layer.effect(
  SubtitleReader,
  Effect.gen(function* () {
    const permit = yield* Semaphore.make(1)
    return SubtitleReader.of({
      read: Effect.fn("SubtitleReader.read")(
        (bytes: Uint8Array, wish: ArchiveWish) =>
          Effect.tryPromise({
            try: () => readAny(bytes, wish),
            catch: (error) =>
              error instanceof SubtitleUnreadable ? error : unreadable("archive", "it cannot be unpacked"),
          }),
        permit.withPermits(1),
      ),
    })
  }),
)
