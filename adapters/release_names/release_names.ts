import { filenameParse, type ParsedShow, parseResolution } from "@ctrl/video-filename-parser"
import * as Layer from "effect/Layer"
import {
  type Edition,
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

const EDITIONS: ReadonlyArray<readonly [string, Edition]> = [
  ["directors", "directors"],
  ["extended", "extended"],
  ["fanEdit", "fan_edit"],
  ["imax", "imax"],
  ["theatrical", "theatrical"],
  ["unrated", "unrated"],
]

/** Groups whose names the parser takes for something else, or overlooks because nothing but a space precedes them. */
const TRAILING_GROUP = /[ .(]([a-z][a-z0-9]{2,15})\)?$/i
const NO_GROUP =
  /^(?:[xh]26[45]|hevc|avc|aac|ddp?|ac3|web|webrip|bluray|hdtv|proper|repack|mkv|mp4|avi|\d+p?|10bit)$/i

/** Folder ids of Plex and Radarr, file extensions, and runs of separators. */
function tidy(name: string): string {
  return name
    .slice(0, RELEASE_NAME_CHARS_MAX)
    .replace(/\{(?:imdb|tmdb|tvdb|edition)-([^}]*)\}/gi, (whole, value: string) =>
      whole.toLowerCase().startsWith("{edition") ? ` ${value} ` : " ",
    )
    .replace(/\[(?:tt\d+|(?:tmdb|tvdb)(?:id)?[-=]\d+)\]/gi, " ")
    .replace(/\.(?:mkv|mp4|avi|m4v|ts|wmv|srt|ass|ssa|sub|vtt|smi|zip|rar)$/i, "")
    .replace(/([-._ ])\1+/g, "$1")
    .replace(/[^-._ ]{61,}/g, (word) => word.slice(0, WORD_CHARS_MAX))
    .trim()
}

function groupOf(found: string | null | undefined, name: string): string | null {
  if (found && !NO_GROUP.test(found)) return found.toLowerCase()
  const last = / [a-z]/i.test(name) && !name.includes("-") ? null : TRAILING_GROUP.exec(name)?.[1]
  return last === undefined || last === null || NO_GROUP.test(last) ? null : last.toLowerCase()
}

function read(name: string, kind: "movie" | "episode"): ReleaseName {
  const text = tidy(name)
  if (text === "") return UNKNOWN_RELEASE_NAME
  const parsed = filenameParse(text, kind === "episode")
  const show = "isTv" in parsed ? (parsed as ParsedShow) : null
  const year = parsed.year ?? (kind === "episode" ? filenameParse(text, false).year : null)
  const absolute = show !== null && show.seasons.length === 0
  const source = parsed.sources.map((one) => SOURCES[one]).find((one) => one !== undefined)
  const resolution = parseResolution(text)
  return {
    title: parsed.title === "" ? null : parsed.title,
    year: year === null || year === undefined || !/^\d{4}$/.test(year) ? null : Number(year),
    seasons: show?.seasons ?? [],
    episodes: absolute ? [] : (show?.episodeNumbers ?? []),
    absoluteEpisodes: absolute ? show.episodeNumbers : [],
    airDate: show?.airDate instanceof Date ? show.airDate.toISOString().slice(0, 10) : null,
    fullSeason: show?.fullSeason ?? false,
    group: groupOf(parsed.group, text),
    source: source ?? null,
    resolution: resolution.source === undefined ? null : (resolution.resolution?.toLowerCase() ?? null),
    service: streamingService(text),
    editions: EDITIONS.filter(([key]) => (parsed.edition as Record<string, unknown>)[key] === true).map(
      ([, edition]) => edition,
    ),
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
