import type { Extractor, FileHeader } from "node-unrar-js"
import {
  ARCHIVE_ENTRIES_MAX,
  SUBTITLE_BYTES_MAX,
  SubtitleUnreadable,
} from "../../core/ports/subtitle_reader.ts"
import type { Archive, Entry } from "./_entry.ts"
import { largestDictionary } from "./_rar_dictionary.ts"
import { mebibytes, unreadable } from "./_unreadable.ts"

/** Largest dictionary, in bytes, of an archive that is unpacked; WinRAR makes none larger than its files. */
export const RAR_DICTIONARY_BYTES_MAX = 64 * 1024 * 1024
/** Most bytes that are unpacked on the way to one file: in a solid archive every file before it. */
export const RAR_UNPACKED_BYTES_MAX = 32 * 1024 * 1024

const failure = (error: unknown) => {
  if (error instanceof SubtitleUnreadable) return error
  const reason = error instanceof Error && "reason" in error ? String(error.reason) : ""
  if (/PASSWORD/.test(reason)) return unreadable("archive", "the rar archive has a password")
  return unreadable("archive", "the rar archive is damaged")
}

/** unrar is a megabyte of WebAssembly that few need, so that it is loaded when the first archive comes. */
async function opened(bytes: Uint8Array): Promise<Extractor<Uint8Array>> {
  const { createExtractorFromData } = await import("node-unrar-js")
  return createExtractorFromData({ data: new Uint8Array(bytes).buffer })
}

function listed(extractor: Extractor<Uint8Array>): ReadonlyArray<FileHeader> {
  const { arcHeader, fileHeaders } = extractor.getFileList()
  const headers: Array<FileHeader> = []
  for (const header of fileHeaders) {
    if (headers.length >= ARCHIVE_ENTRIES_MAX) {
      // A list that is not read to its end would keep its archive open for ever.
      ;(extractor as unknown as { readonly closeArc: () => void }).closeArc()
      throw unreadable("archive", `the rar archive has more than ${ARCHIVE_ENTRIES_MAX} entries`)
    }
    headers.push(header)
  }
  if (arcHeader.flags.volume) throw unreadable("archive", "the rar archive is one part of several")
  return headers
}

/** A rar archive. The module behind it serves one archive at a time; the caller sees to that. Throws SubtitleUnreadable. */
export async function openRar(bytes: Uint8Array): Promise<Archive> {
  const dictionary = largestDictionary(bytes)
  if (dictionary > RAR_DICTIONARY_BYTES_MAX)
    throw unreadable("archive", `the rar archive wants a dictionary of ${mebibytes(dictionary)}`)
  try {
    const extractor = await opened(bytes)
    const headers = listed(extractor)
    const entries = headers
      .filter((header) => !header.flags.directory)
      .map(
        (header): Entry => ({
          name: header.name,
          bytes: header.unpSize,
          isEncrypted: header.flags.encrypted,
        }),
      )
    const read = async (wanted: Entry): Promise<Uint8Array> => {
      const isSolid = headers.some((one) => one.flags.solid)
      const onTheWay = (isSolid ? entries.slice(0, entries.indexOf(wanted) + 1) : [wanted]).reduce(
        (sum, one) => sum + one.bytes,
        0,
      )
      if (onTheWay > RAR_UNPACKED_BYTES_MAX)
        throw unreadable(
          "archive",
          `${mebibytes(RAR_UNPACKED_BYTES_MAX)} and more have to be unpacked for it`,
        )
      try {
        const { files } = (await opened(bytes)).extract({ files: [wanted.name] })
        const [content = new Uint8Array()] = Array.from(files, (file) => file.extraction)
        if (content.length > SUBTITLE_BYTES_MAX)
          throw unreadable("too_large", "the file in the archive is larger than it says")
        return content
      } catch (error) {
        throw failure(error)
      }
    }
    return { entries, read }
  } catch (error) {
    throw failure(error)
  }
}
