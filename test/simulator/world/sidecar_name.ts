/** Which files beside a video Plex takes for its subtitles, and what their names say. */

import { type Language, languageOfSegment } from "./language.ts"

export interface SidecarName {
  readonly codec: string
  readonly language: Language | undefined
  readonly forced: boolean
  readonly hearingImpaired: boolean
}

const SUBTITLE_EXTENSIONS = new Set(["srt", "smi", "ssa", "ass", "vtt"])
const VIDEO_EXTENSIONS = new Set(["mkv", "mp4", "avi", "m4v", "ts", "mov", "wmv"])
const FLAGS = new Set(["forced", "sdh", "cc"])

// Names reach the server in either Unicode form, depending on the file system that wrote them.
const fold = (name: string) => name.normalize("NFC").toLowerCase()

export function baseName(file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1)
  const dot = name.lastIndexOf(".")
  return dot <= 0 ? name : name.slice(0, dot)
}

function extension(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase()
}

/** What one file name says as a sidecar of one video; undefined when Plex would not list it.
 *  `hi` is Hindi and no flag, also behind another language: `Film.en.hi.srt` is listed as Hindi. */
export function parseSidecar(videoBase: string, fileName: string): SidecarName | undefined {
  const codec = extension(fileName)
  if (!SUBTITLE_EXTENSIONS.has(codec)) return undefined
  const folded = fold(fileName)
  const base = fold(videoBase)
  if (!folded.startsWith(`${base}.`)) return undefined
  const segments = folded
    .slice(base.length + 1, -(codec.length + 1))
    .split(".")
    .filter((segment) => segment !== "")
  const flags = new Set<string>()
  while (segments.length > 0 && FLAGS.has(segments.at(-1)!)) flags.add(segments.pop()!)
  const last = segments.at(-1)
  return {
    codec,
    language: last === undefined ? undefined : languageOfSegment(last),
    forced: flags.has("forced"),
    hearingImpaired: flags.has("sdh") || flags.has("cc"),
  }
}

/** The sidecars of one video among the names in its folder. A name that fits two videos
 *  (`Film.mkv`, `Film.Extended.mkv`) belongs to the longer one. */
export function sidecarsOf(
  videoFile: string,
  folderNames: ReadonlyArray<string>,
): ReadonlyArray<{ readonly name: string; readonly parsed: SidecarName }> {
  const own = baseName(videoFile)
  const others = folderNames
    .filter((name) => VIDEO_EXTENSIONS.has(extension(name)))
    .map((name) => baseName(name))
    .filter((base) => base.length > own.length && fold(base).startsWith(fold(own)))
  const found: Array<{ name: string; parsed: SidecarName }> = []
  for (const name of folderNames) {
    const parsed = parseSidecar(own, name)
    if (parsed === undefined) continue
    if (others.some((base) => parseSidecar(base, name) !== undefined)) continue
    found.push({ name, parsed })
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}
