import { inflateRawSync } from "node:zlib"
import { unzipSync } from "fflate"
import { ARCHIVE_ENTRIES_MAX, SubtitleUnreadable } from "../../core/ports/subtitle_reader.ts"
import type { Archive, Entry } from "./_entry.ts"
import { unreadable } from "./_unreadable.ts"

/** Stored and deflated, the two methods that every program writes. */
const METHODS = new Set([0, 8])

const damaged = (error: unknown) =>
  error instanceof SubtitleUnreadable ? error : unreadable("archive", "the zip archive is damaged")

const DIRECTORY_END = 0x06054b50
const DIRECTORY_END_BYTES = 22
/** Where a number is too large for its field, and stands elsewhere: in archives of more than 4 GiB. */
const ELSEWHERE = 0xffff_ffff

/**
 * The content of the entry at a place of the directory, `bytesMax` bytes of it at most (PKWARE's APPNOTE 4.3.7, 4.3.12
 * and 4.3.16). fflate would go through the whole of an entry that is longer than the directory says, which takes
 * seconds in which nothing else runs. Throws on whatever is not as it should be.
 */
function contentOf(bytes: Uint8Array, place: number, bytesMax: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = bytes.length - DIRECTORY_END_BYTES
  while (view.getUint32(end, true) !== DIRECTORY_END) end -= 1
  let at = view.getUint32(end + 16, true)
  for (let n = 0; n < place; n++) {
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  const size = view.getUint32(at + 20, true)
  const local = view.getUint32(at + 42, true)
  if (size === ELSEWHERE || local === ELSEWHERE) throw unreadable("archive", "zip64 archives are not opened")
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  const packed = bytes.subarray(from, from + size)
  if (view.getUint16(at + 10, true) === 0) return packed.slice(0, bytesMax)
  return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesMax) })
}

/** A zip archive: its directory now, an entry when it is asked for. Throws SubtitleUnreadable. */
export function openZip(bytes: Uint8Array): Archive {
  const entries: Array<Entry> = []
  try {
    unzipSync(bytes, {
      filter: ({ name, originalSize, compression }) => {
        if (entries.length >= ARCHIVE_ENTRIES_MAX)
          throw unreadable("archive", `the zip archive has more than ${ARCHIVE_ENTRIES_MAX} entries`)
        entries.push({ name, bytes: originalSize, isEncrypted: !METHODS.has(compression) })
        return false
      },
    })
  } catch (error) {
    throw damaged(error)
  }
  return {
    entries,
    read: (wanted) => {
      try {
        // By its place, since two entries may have the same name.
        return Promise.resolve(contentOf(bytes, entries.indexOf(wanted), wanted.bytes))
      } catch (error) {
        return Promise.reject(damaged(error))
      }
    },
  }
}
