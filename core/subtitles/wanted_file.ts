import type { Identity } from "../media/identity.ts"
import { type MediaItem, type MediaPart, partsOf } from "../media/media_item.ts"
import { fileNameOf } from "../media/path_mapping.ts"
import type { Release } from "../media/release.ts"
import type { FilePiece } from "./score.ts"

/** One file of an item that is to have the wanted subtitles. */
export interface WantedFile {
  /** Null when the server names no file. */
  readonly part: MediaPart | null
  readonly release: Release
  /** Null: the whole film or episode. */
  readonly piece: FilePiece | null
  /** The server's id of the version, where the item has more than one; else null. */
  readonly mediaId: string | null
}

/**
 * Every file of an item with what is known about it alone, in the server's order; the item itself when the server names
 * no file. Files beyond those that were identified are left out.
 */
export function wantedFiles(
  item: MediaItem,
  identity: Pick<Identity, "files" | "release">,
): readonly [WantedFile, ...Array<WantedFile>] {
  const files = item.versions.flatMap((version) =>
    version.parts.flatMap((part, index): ReadonlyArray<WantedFile> => {
      const known = identity.files.find((one) => one.partId === part.id)
      if (known === undefined) return []
      const piece = version.parts.length === 1 ? null : { number: index + 1, of: version.parts.length }
      return [
        { part, release: known.release, piece, mediaId: item.versions.length === 1 ? null : version.id },
      ]
    }),
  )
  const [first, ...others] = files
  if (first !== undefined) return [first, ...others]
  return [{ part: partsOf(item)[0] ?? null, release: identity.release, piece: null, mediaId: null }]
}

/**
 * How a file is told from the others of its item, for people; empty when it is the only one.
 *
 * @example
 * ```ts
 * const file = { part: { file: "/films/Sintel (2010)/Sintel 4K.mkv" } }
 * assert.strictEqual(fileLabel(file, 1), "")
 * assert.strictEqual(fileLabel(file, 2), " for Sintel 4K.mkv")
 * ```
 */
export function fileLabel(file: Pick<WantedFile, "part">, count: number): string {
  if (count < 2) return ""
  return ` for ${file.part?.file === null || file.part === null ? "the file" : fileNameOf(file.part.file)}`
}
