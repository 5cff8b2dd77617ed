import { gunzipSync } from "node:zlib"
import { SUBTITLE_BYTES_MAX } from "../../core/ports/subtitle_reader.ts"
import type { Archive } from "./_entry.ts"
import { openRar } from "./_rar.ts"
import { mebibytes, unreadable } from "./_unreadable.ts"
import { openZip } from "./_zip.ts"

export type Container = "zip" | "rar" | "gzip" | "7z" | "other_archive" | "none"

const SIGNATURES: ReadonlyArray<readonly [Container, ReadonlyArray<number>]> = [
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  // An archive without entries.
  ["zip", [0x50, 0x4b, 0x05, 0x06]],
  ["rar", [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
  ["gzip", [0x1f, 0x8b]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ["other_archive", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["other_archive", [0x42, 0x5a, 0x68]],
  ["other_archive", [0x28, 0xb5, 0x2f, 0xfd]],
]

/** What the bytes are packed in, by their first few: names and content types lie. */
export function containerOf(bytes: Uint8Array): Container {
  const found = SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte))
  return found?.[0] ?? "none"
}

/** The content of a gzip file. Throws SubtitleUnreadable. */
export function unGzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: SUBTITLE_BYTES_MAX })
  } catch (error) {
    throw error instanceof RangeError
      ? unreadable("too_large", `the gzip file holds more than ${mebibytes(SUBTITLE_BYTES_MAX)}`)
      : unreadable("archive", "the gzip file is damaged")
  }
}

export function openArchive(bytes: Uint8Array, container: "zip" | "rar"): Promise<Archive> {
  return container === "rar" ? openRar(bytes) : Promise.resolve().then(() => openZip(bytes))
}

/** A name that leaves the folder into which an archive is unpacked. Nothing is ever unpacked, but its maker means harm. */
export function leavesFolder(name: string): boolean {
  return /(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[a-z]:|\0/i.test(name)
}
