import { type Language, parseLanguage } from "./language.ts"

/** What the name of a subtitle file beside a video says. `language` is null where it says nothing about it. */
export interface SidecarName {
  readonly language: Language | null
  readonly forced: boolean
  readonly hearingImpaired: boolean
  /** In lower case, without the dot. */
  readonly extension: string
}

/** Text formats that Plex reads beside a video. An `.idx` counts through its `.sub`, which it cannot do without. */
export const SIDECAR_EXTENSIONS: ReadonlyArray<string> = ["srt", "smi", "ssa", "ass", "vtt", "sub"]

/** The marker for the hearing impaired. Plex documents `sdh` and `cc`; `hi` is Bazarr's, and Hindi's code as well. */
export type HearingImpairedMarker = "sdh" | "cc" | "hi"

const HEARING_IMPAIRED = new Set(["sdh", "cc", "hi"])
const FORCED = new Set(["forced", "foreign"])
/** Words that other programs add and Plex's scanner skips. */
const NEUTRAL = new Set(["default", "normal", "full", "embedded", "custom", "und"])

/** A file name without folder and last extension, composed (NFC) as names are compared. */
export function baseName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)
  const dot = name.lastIndexOf(".")
  return (dot <= 0 ? name : name.slice(0, dot)).normalize("NFC")
}

/**
 * Reads the name of a file beside `videoPath` by Plex's rules: the video's base name, then a language and flags, each
 * after a dot. Null when the file belongs to another video ("Name.Part 2.srt") or is no subtitle. `.hi` after a language marks a subtitle
 * for the hearing impaired, alone it is Hindi.
 *
 * @example
 * ```ts
 * const name = parseSidecar("/films/Avatar (2009).mkv", "Avatar (2009).de.sdh.forced.srt")
 * assert.deepStrictEqual(name, { language: "de", forced: true, hearingImpaired: true, extension: "srt" })
 * assert.strictEqual(parseSidecar("/films/Avatar (2009).mkv", "Avatar (2009).hi.srt")?.language, "hi")
 * assert.strictEqual(parseSidecar("/films/Avatar (2009).mkv", "Avatar (2022).de.srt"), null)
 * ```
 */
export function parseSidecar(videoPath: string, fileName: string): SidecarName | null {
  const base = baseName(videoPath).toLowerCase()
  const name = fileName.normalize("NFC")
  const dot = name.lastIndexOf(".")
  const extension = name.slice(dot + 1).toLowerCase()
  if (dot <= 0 || !SIDECAR_EXTENSIONS.includes(extension)) return null
  const stem = name.slice(0, dot)
  if (stem.toLowerCase() === base) return { language: null, forced: false, hearingImpaired: false, extension }
  if (!stem.toLowerCase().startsWith(`${base}.`)) return null
  const segments = stem.slice(base.length + 1).split(".")
  let language: Language | null = null
  let forced = false
  let hearingImpaired = false
  let strange = false
  for (let index = segments.length - 1; index >= 0; index--) {
    for (const word of words(segments[index] ?? "")) {
      const found = parseLanguage(word)
      if (FORCED.has(word)) forced = true
      else if (HEARING_IMPAIRED.has(word) && (word !== "hi" || namesLanguage(segments.slice(0, index))))
        hearingImpaired = true
      else if (found !== null) language ??= found
      else if (!NEUTRAL.has(word)) strange = true
    }
  }
  if (strange && language === null) return null
  return { language, forced, hearingImpaired, extension }
}

/** Segments at the end of a name that are taken as language and flags. */
const SUFFIXES_MAX = 6

/**
 * The base names of videos to which a subtitle of this name may belong, the longest first; none for any other file.
 * Whether it does belong to one is what `parseSidecar` tells.
 *
 * @example
 * ```ts
 * assert.deepStrictEqual(videoStems("Dr. No.pt-BR.srt"), ["Dr. No.pt-BR", "Dr. No", "Dr"])
 * assert.deepStrictEqual(videoStems("Dr. No.mkv"), [])
 * ```
 */
export function videoStems(fileName: string): ReadonlyArray<string> {
  const [extension = "", ...rest] = fileName.split(".").reverse()
  if (!SIDECAR_EXTENSIONS.includes(extension.toLowerCase())) return []
  const segments = rest.reverse()
  return segments
    .map((_, at) => segments.slice(0, segments.length - at).join("."))
    .slice(0, SUFFIXES_MAX + 1)
    .filter((stem) => stem !== "")
}

/** `forced-sdh` is two flags, `pt-br` is one language. */
function words(segment: string): ReadonlyArray<string> {
  const word = segment.trim().toLowerCase()
  const parts = word.split(/[-_+ ]/)
  const flags = parts.every((part) => FORCED.has(part) || HEARING_IMPAIRED.has(part) || NEUTRAL.has(part))
  return flags ? parts : [word]
}

function namesLanguage(segments: ReadonlyArray<string>): boolean {
  return segments.some((segment) => parseLanguage(segment) !== null)
}

/**
 * How a language is written in a file name: as Plex and the other programs of this field write it, with a region rather
 * than a script (`zh-TW`, not `zh-Hant`).
 */
export function sidecarLanguage(language: Language): string {
  if (language === "zh-Hant") return "zh-TW"
  if (language === "zh-Hans") return "zh-CN"
  return language
}

/**
 * The name under which a subtitle is stored beside `videoPath`: `Name.pt-BR.forced.srt`, `Name.en.sdh.srt`. The base
 * name keeps the bytes it has on disk; Plex compares them after composing.
 */
export function formatSidecar(
  videoPath: string,
  subtitle: {
    readonly language: Language
    readonly forced: boolean
    readonly hearingImpaired: boolean
    readonly extension: string
  },
  marker: HearingImpairedMarker,
): string {
  const name = videoPath.slice(Math.max(videoPath.lastIndexOf("/"), videoPath.lastIndexOf("\\")) + 1)
  const dot = name.lastIndexOf(".")
  const base = dot <= 0 ? name : name.slice(0, dot)
  return [
    base,
    sidecarLanguage(subtitle.language),
    ...(subtitle.hearingImpaired ? [marker] : []),
    ...(subtitle.forced ? ["forced"] : []),
    subtitle.extension,
  ].join(".")
}
