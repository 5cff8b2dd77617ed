import { filenameParse, type ParsedShow, parseResolution } from "@ctrl/video-filename-parser"
import * as Layer from "effect/Layer"
import {
  editionsIn,
  RELEASE_NAME_CHARS_MAX,
  type ReleaseName,
  type ReleaseSource,
  streamingService,
  UNKNOWN_RELEASE_NAME,
} from "../../core/media/release_name.ts"
import { ReleaseNames } from "../../core/ports/release_names.ts"

/** Names that are remembered; a search for one item parses the same few names again and again. */
const NAMES_REMEMBERED_MAX = 2_000

/** Longest piece without a separator; longer ones are no words of a release and make the expressions slow. */
const WORD_CHARS_MAX = 60

/** Numbers in a name that are looked at. Real names have up to nine; each further one doubles the parser's worst case. */
const NUMBERS_MAX = 12

/** Most episodes that a range in a name stands for. */
const EPISODES_MAX = 50

const SOURCES: Readonly<Record<string, ReleaseSource>> = {
  BLURAY: "bluray",
  WEBDL: "web",
  WEBRIP: "web",
  DVD: "dvd",
  TV: "tv",
  PPV: "tv",
  CAM: "cam",
  TELESYNC: "cam",
  TELECINE: "cam",
  SCREENER: "cam",
  WORKPRINT: "cam",
}

/** A group that only a space or a dot parts from the codec, as some uploaders write it: `x265 10bit Tigole)`. */
const TRAILING_GROUP =
  /(?:[xh]\.?26[45]|hevc|avc|xvid|10bit|aac|ac3|ddp?5\.1|bluray|\d{3,4}p)[ .]([a-z][a-z0-9]{2,15})[)\]]?$/i
const NO_GROUP =
  /^(?:[xh]26[45]|hevc|avc|xvid|divx|aac|ddp?|ac3|dts|atmos|web|webrip|bluray|hdtv|proper|repack|\d+p?|10bit)$/i

/** The season and episode that a name states outright, whatever numbers its episode's title holds. */
const STATED =
  /(?:^|[^a-z0-9])s(\d{1,4})[ ._-]?e(\d{1,4})((?:[ ._-]?e\d{1,4}|-\d{1,3}(?![a-z0-9]))*)(?![a-z0-9])/i
/** Anime releases state the season at the end of the title: `Vinland Saga (Season 2)`, `Title S2`. */
const SEASON_IN_TITLE = /[ (](?:season |s)(\d{1,2})\)?$/i

/** Folder ids of Plex and Radarr, file extensions, and runs of separators. */
function tidy(name: string): string {
  let numbers = 0
  return name
    .slice(0, RELEASE_NAME_CHARS_MAX)
    .replace(/\{(?:imdb|tmdb|tvdb|edition)-([^}]*)\}/gi, (whole, value: string) =>
      whole.toLowerCase().startsWith("{edition") ? ` ${value} ` : " ",
    )
    .replace(/\[(?:tt\d+|(?:tmdb|tvdb)(?:id)?[-=]\d+)\]/gi, " ")
    .replace(/\.(?:mkv|mp4|avi|m4v|ts|wmv|srt|ass|ssa|sub|vtt|smi|zip|rar)$/i, "")
    .replace(/([-._ ])\1+/g, "$1")
    .replace(/[^-._ ]{61,}/g, (word) => word.slice(0, WORD_CHARS_MAX))
    .replace(/\d+/g, (digits) => {
      numbers += 1
      return numbers > NUMBERS_MAX ? "" : digits
    })
    .trim()
}

function groupOf(found: string | null | undefined, name: string): string | null {
  const group = found && !NO_GROUP.test(found) ? found : TRAILING_GROUP.exec(name)?.[1]
  return group === undefined || NO_GROUP.test(group) ? null : group.toLowerCase()
}

/** Editions stand behind the year of a film; in a show's name the words may be those of an episode's title. */
function editionsOf(text: string, kind: "movie" | "episode", year: number | null): ReleaseName["editions"] {
  if (kind === "episode") {
    const shouted = text.match(/\b(?:EXTENDED|UNCENSORED|UNRATED|UNCUT)\b/g) ?? []
    return editionsIn(shouted.join(" "))
  }
  const at = year === null ? -1 : text.lastIndexOf(String(year))
  const tail = at < 0 ? "" : text.slice(at + 4)
  return /^[ ._)]+DC[ ._]/.test(tail) ? ["directors"] : editionsIn(tail)
}

interface Place {
  readonly seasons: ReadonlyArray<number>
  readonly episodes: ReadonlyArray<number>
  readonly absoluteEpisodes: ReadonlyArray<number>
}

function placeOf(text: string, show: ParsedShow | null): Place {
  const stated = STATED.exec(text)
  if (stated !== null) {
    const first = Number(stated[2])
    const more = (stated[3]?.match(/\d+/g) ?? []).map(Number)
    const last = more.length === 1 && stated[3]?.includes("-") ? (more[0] ?? first) : first
    const run = Array.from(
      { length: Math.min(Math.max(last - first, 0), EPISODES_MAX) + 1 },
      (_, index) => first + index,
    )
    return {
      seasons: [Number(stated[1])],
      episodes: [...new Set([...run, ...more])].sort((a, b) => a - b),
      absoluteEpisodes: [],
    }
  }
  if (show === null) return { seasons: [], episodes: [], absoluteEpisodes: [] }
  if (show.seasons.length > 0)
    return { seasons: show.seasons, episodes: show.episodeNumbers, absoluteEpisodes: [] }
  const season = SEASON_IN_TITLE.exec(show.title)?.[1]
  return season === undefined
    ? { seasons: [], episodes: [], absoluteEpisodes: show.episodeNumbers }
    : { seasons: [Number(season)], episodes: show.episodeNumbers, absoluteEpisodes: [] }
}

function read(name: string, kind: "movie" | "episode"): ReleaseName {
  const text = tidy(name)
  if (text === "") return UNKNOWN_RELEASE_NAME
  const parsed = filenameParse(text, kind === "episode")
  const show = "isTv" in parsed ? (parsed as ParsedShow) : null
  const named = parsed.year ?? (kind === "episode" ? filenameParse(text, false).year : null)
  const year = named !== null && named !== undefined && /^\d{4}$/.test(named) ? Number(named) : null
  const resolution = parseResolution(text)
  const place = kind === "episode" ? placeOf(text, show) : placeOf("", null)
  return {
    title: parsed.title === "" ? null : parsed.title,
    year,
    ...place,
    airDate: show?.airDate instanceof Date ? show.airDate.toISOString().slice(0, 10) : null,
    fullSeason: place.episodes.length === 0 && (show?.fullSeason ?? false),
    group: groupOf(parsed.group, text),
    source: parsed.sources.map((one) => SOURCES[one]).find((one) => one !== undefined) ?? null,
    resolution: resolution.source === undefined ? null : (resolution.resolution?.toLowerCase() ?? null),
    service: streamingService(text),
    editions: editionsOf(text, kind, year),
  }
}

/** Parses with the expressions that Sonarr and Radarr use, as `@ctrl/video-filename-parser` keeps them. */
export const layer: Layer.Layer<ReleaseNames> = Layer.sync(ReleaseNames, () => {
  const known = new Map<string, ReleaseName>()
  return ReleaseNames.of({
    parse: (name, kind) => {
      const key = `${kind}\n${name}`
      const before = known.get(key)
      if (before !== undefined) return before
      const found = read(name, kind)
      if (known.size >= NAMES_REMEMBERED_MAX) known.clear()
      known.set(key, found)
      return found
    },
  })
})
