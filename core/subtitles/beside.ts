/** Extensions of files that may be subtitles, in lower case without the dot; Plex does not read all of them. */
export const SUBTITLE_EXTENSIONS: ReadonlyArray<string> = ["srt", "smi", "ssa", "ass", "vtt", "sub", "idx"]

const nameOf = (path: string) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)

function split(name: string): readonly [stem: string, extension: string] {
  const dot = name.lastIndexOf(".")
  return dot <= 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)]
}

/**
 * Whether a file of the video's folder is, by its name, a subtitle of this video: a subtitle's extension, and the video's
 * base name alone or before a dot. Case and Unicode form do not count, as for Plex's scanner.
 *
 * @example
 * ```ts
 * assert.isTrue(isBeside("/films/Sintel (2010).mkv", "sintel (2010).pt-BR.forced.SRT"))
 * assert.isFalse(isBeside("/films/Sintel (2010).mkv", "Sintel (2010) extras.en.srt"))
 * ```
 */
export function isBeside(videoPath: string, name: string): boolean {
  const fold = (text: string) => text.normalize("NFC").toLowerCase()
  const [base] = split(fold(nameOf(videoPath)))
  const [stem, extension] = split(fold(name))
  if (!SUBTITLE_EXTENSIONS.includes(extension)) return false
  return stem === base || stem.startsWith(`${base}.`)
}
