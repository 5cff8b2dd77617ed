import type { ArchiveWish } from "../ports/subtitle_reader.ts"
import { parseLanguage, sameLanguage } from "./language.ts"

/** Longest name, in characters, that is looked at. */
const NAME_CHARS_MAX = 300

/** Text formats, the most useful first; `sub` and `txt` may be anything. */
const EXTENSIONS: ReadonlyArray<string> = ["srt", "ass", "ssa", "vtt", "smi", "sub", "txt"]

/** What the name of a subtitle says about its place in a show. */
export interface PlaceInName {
  readonly season: number | null
  /** Empty where the name has no number that could be one. */
  readonly episodes: ReadonlyArray<number>
}

const baseOf = (path: string) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)
const extensionOf = (path: string) => (/\.([a-z0-9]{1,5})$/i.exec(baseOf(path))?.[1] ?? "").toLowerCase()
const stemOf = (path: string) =>
  baseOf(path)
    .replace(/\.[a-z0-9]{1,5}$/i, "")
    .slice(0, NAME_CHARS_MAX)

/** `E01E02`, `E01-E03`, `E01-03`: all of them, also the ones between. */
function episodesIn(first: string, rest: string): ReadonlyArray<number> {
  const numbers = [Number(first), ...[...rest.matchAll(/\d{1,4}/g)].map(([number]) => Number(number))]
  const [from, to] = [Math.min(...numbers), Math.max(...numbers)]
  const isRange = /[-–~]/.test(rest) && to - from < 30
  return isRange ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : [...new Set(numbers)]
}

const SHAPES: ReadonlyArray<(name: string) => PlaceInName | null> = [
  (name) => {
    const found =
      /(?:^|[^a-z0-9])s(\d{1,4})[ ._-]*(?:e|ep|x)[ ._-]?(\d{1,4})((?:[ ._]?(?:[-–~]|(?=e\d))[ ._]?e?p?\d{1,4}(?![\dp]))*)/i.exec(
        name,
      )
    return found && { season: Number(found[1]), episodes: episodesIn(found[2] ?? "", found[3] ?? "") }
  },
  (name) => {
    const found = /(?:^|[^a-z0-9])(\d{1,2})x(\d{1,3})((?:[-–~]\d{1,3}(?!\d))*)(?![\dx])/i.exec(name)
    return found && { season: Number(found[1]), episodes: episodesIn(found[2] ?? "", found[3] ?? "") }
  },
  (name) => {
    const found = /season[ ._-]*(\d{1,3})[ ._,-]*(?:episode|ep)[ ._-]*(\d{1,4})/i.exec(name)
    return found && { season: Number(found[1]), episodes: [Number(found[2])] }
  },
  (name) => {
    const found =
      /(?:^|[^a-z])(?:episode|episodio|épisode|folge|odcinek|ep|e)[ ._#-]*(\d{1,4})(?![\dp])/i.exec(name)
    return found && { season: null, episodes: [Number(found[1])] }
  },
  (name) => {
    const found = /第\s*(\d{1,4})\s*[話话集回]/.exec(name)
    return found && { season: null, episodes: [Number(found[1])] }
  },
  // Anime: `[Group] Title - 03 (1080p)`, `[03]`; and packs that number their files: `03 - Title`, `3`.
  (name) => {
    const found =
      /(?:\s[-–]\s|\[)(\d{1,4})(?:v\d)?(?=\s*(?:[([\]]|$|\s-\s|\.))/.exec(name) ??
      /^(\d{1,3})(?=$|[ ._-])(?![ ._-]*(?:p|bit)\b)/.exec(name)
    return found && { season: null, episodes: [Number(found[1])] }
  },
]

/**
 * The season and episodes that a subtitle's file name gives.
 *
 * @example
 * ```ts
 * assert.deepStrictEqual(placeInName("Show.S01E02E03.720p.srt"), { season: 1, episodes: [2, 3] })
 * assert.deepStrictEqual(placeInName("The Season/[Group] Show - 07 (1080p).ass"), { season: null, episodes: [7] })
 * assert.deepStrictEqual(placeInName("Show.1080p.x264.srt"), { season: null, episodes: [] })
 * ```
 */
export function placeInName(path: string): PlaceInName {
  const stem = stemOf(path)
  for (const shape of SHAPES) {
    const found = shape(stem)
    if (found !== null) return found.season === null ? { ...found, season: seasonOfFolder(path) } : found
  }
  return { season: null, episodes: [] }
}

/** The season that a folder in an archive names: `Show/Season 2/03.srt`. */
function seasonOfFolder(path: string): number | null {
  const folder = path.slice(0, path.length - baseOf(path).length).slice(-NAME_CHARS_MAX)
  const found = /(?:^|[^a-z])(?:s|season|staffel|saison|temporada)[ ._-]?(\d{1,2})(?!\d)/i.exec(folder)
  return found === null ? null : Number(found[1])
}

/** The language that a file name ends in: `Film.pt-BR.srt`, `2_English.srt`. */
function languageIn(path: string) {
  const words = stemOf(path).split(/[ ._[\]()]+/)
  const last = words.at(-1) ?? ""
  const named = /^[a-z]{2,3}(?:-[a-z]{2,4})?$/i.test(last) || /^[a-z]{5,12}$/i.test(last)
  return named ? parseLanguage(last) : null
}

const words = (text: string) =>
  new Set(
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== ""),
  )

/** How many words two names share, from 0 to 1. */
function likeness(a: string, b: string): number {
  const [one, other] = [words(a.slice(0, NAME_CHARS_MAX)), words(b.slice(0, NAME_CHARS_MAX))]
  const shared = [...one].filter((word) => other.has(word)).length
  return shared === 0 ? 0 : shared / (one.size + other.size - shared)
}

function rankOf(path: string, wish: ArchiveWish): ReadonlyArray<number> {
  const extension = EXTENSIONS.indexOf(extensionOf(path))
  const similar = wish.names.map((name) => likeness(stemOf(path), name))
  const special = /(?:^|[^a-z])(?:forced|foreign|commentary|signs?|songs?|lyrics)(?:[^a-z]|$)/i.test(
    stemOf(path),
  )
  return [
    wish.fileName !== null && stemOf(path) === stemOf(wish.fileName) ? 0 : 1,
    special && !wish.names.some((name) => /forced|commentary/i.test(name)) ? 1 : 0,
    -Math.round(Math.max(0, ...similar) * 20),
    extension === -1 ? EXTENSIONS.length : extension,
    path.length,
  ]
}

function compare(a: ReadonlyArray<number>, b: ReadonlyArray<number>): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** Whether a file name is that of a text subtitle that may be read. */
export function isSubtitleName(path: string): boolean {
  return (
    EXTENSIONS.includes(extensionOf(path)) &&
    !/^\._|^__MACOSX\//i.test(path) &&
    !baseOf(path).startsWith("._")
  )
}

/**
 * The files of an archive that may be meant, the likeliest first; empty when every one is for something else. A file
 * that names no episode counts only where it is the only one.
 */
export function chooseFiles(paths: ReadonlyArray<string>, wish: ArchiveWish): ReadonlyArray<string> {
  const subtitles = paths.filter(isSubtitleName)
  const wanted = wish.language === null ? null : parseLanguage(wish.language)
  const inLanguage = subtitles.filter((path) => {
    const language = languageIn(path)
    return language === null || wanted === null || sameLanguage(language, wanted)
  })
  // Halves for two discs fit no file that is whole.
  const whole = inLanguage.filter((path) => !/(?:^|[^a-z])cd ?\d(?!\d)/i.test(stemOf(path)))
  const candidates = inLanguage.length === 0 ? subtitles : inLanguage.length === 1 ? inLanguage : whole
  const fitting = candidates.filter((path) => {
    if (wish.episode === null) return true
    const { episodes, season } = placeInName(path)
    if (season !== null && wish.season !== null && season !== wish.season) return false
    return episodes.length === 0 ? candidates.length === 1 : episodes.includes(wish.episode)
  })
  return fitting
    .map((path) => ({ path, rank: rankOf(path, wish) }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ path }) => path)
}
