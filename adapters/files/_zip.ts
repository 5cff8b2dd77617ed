import { unzipSync } from "fflate"
import { ARCHIVE_ENTRIES_MAX, SubtitleUnreadable } from "../../core/ports/subtitle_reader.ts"
import type { Archive, Entry } from "./_entry.ts"
import { unreadable } from "./_unreadable.ts"

/** Stored and deflated, the two methods that every program writes. */
const METHODS = new Set([0, 8])

const damaged = (error: unknown) =>
  error instanceof SubtitleUnreadable ? error : unreadable("archive", "the zip archive is damaged")

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
      let at = -1
      try {
        // By its place, since two entries may have the same name.
        const found = unzipSync(bytes, { filter: () => ++at === entries.indexOf(wanted) })
        return Promise.resolve(found[wanted.name] ?? new Uint8Array())
      } catch (error) {
        return Promise.reject(damaged(error))
      }
    },
  }
}
