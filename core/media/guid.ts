import type { MediaKind } from "./media_item.ts"
import type { ExternalIds } from "./release.ts"

/** The catalogues whose ids occur inside Plex's guids. `mal` is MyAnimeList. */
export type IdSource = keyof ExternalIds & string

/**
 * One guid of a Plex item, taken apart. The forms are those that Plex's agents, HAMA and the NFO importers write; see
 * HAMA's and the Absolute Series Scanner's README for the modes (`tvdb4`).
 */
export type Guid =
  /** `plex://movie/5d77…`: Plex's own id, which only plex.tv can resolve. The item's `Guid` list has the others. */
  | { readonly _tag: "Plex"; readonly kind: string; readonly id: string }
  | {
      readonly _tag: "External"
      /** The scheme in lower case; `imdb`, `tmdb` and `tvdb` in the `Guid` list, an agent's name otherwise. */
      readonly agent: string
      readonly source: IdSource
      /** Digits, or `tt` and digits. */
      readonly id: string
      /** HAMA's word in front of the id, for example `tvdb4`; null for every other agent. */
      readonly mode: string | null
      /** What a native NFO guid says it is for, for example `movie`; null for every other agent. */
      readonly kind: string | null
      readonly season: number | null
      readonly episode: number | null
      /** `YYYY-MM-DD` in the episode's place, for shows that are filed by date. */
      readonly airDate: string | null
    }
  /** Unmatched or personal media: there is no external id. */
  | { readonly _tag: "Local"; readonly agent: string; readonly id: string }
  /** A custom metadata provider (`tv.plex.agents.custom.…`); its ids, if any, are in the `Guid` list. */
  | { readonly _tag: "Custom"; readonly agent: string; readonly rest: string }
  /** Well formed and no film or episode of a library: trailers, pre-rolls, live television, music, collections. */
  | { readonly _tag: "Foreign"; readonly scheme: string; readonly rest: string }
  | { readonly _tag: "Junk"; readonly text: string }

/** A guid that carries an id of a public catalogue. */
export type ExternalGuid = Extract<Guid, { _tag: "External" }>

/** Longest guid that is read, in characters. */
export const GUID_LENGTH_MAX = 1_024

/** How the episode number inside a guid counts. Only `tvdb` is what Sonarr calls season and episode. */
export type Numbering = "tvdb" | "tmdb" | "dvd" | "absolute" | "other"

interface Agent {
  readonly layout: "plain" | "hama" | "nfo"
  /** Null: the id tells (an IMDb id begins with `tt`), else it is TMDB's. */
  readonly source: IdSource | null
  readonly numbering: Numbering
}

const plain = (source: IdSource | null, numbering: Numbering = "other"): Agent => ({
  layout: "plain",
  source,
  numbering,
})

const AGENTS: ReadonlyMap<string, Agent> = new Map([
  ["imdb", plain("imdb")],
  ["tmdb", plain("tmdb", "tmdb")],
  ["tvdb", plain("tvdb", "tvdb")],
  ["anidb", plain("anidb")],
  ["tvmaze", plain("tvmaze")],
  ["mal", plain("mal")],
  ["com.plexapp.agents.imdb", plain("imdb", "tvdb")],
  ["com.plexapp.agents.themoviedb", plain("tmdb", "tmdb")],
  ["com.plexapp.agents.thetvdb", plain("tvdb", "tvdb")],
  ["com.plexapp.agents.tvdb", plain("tvdb", "tvdb")],
  ["com.plexapp.agents.thetvdbdvdorder", plain("tvdb", "dvd")],
  ["com.plexapp.agents.tvmaze", plain("tvmaze", "tvdb")],
  ["com.plexapp.agents.xbmcnfo", plain(null)],
  ["com.plexapp.agents.xbmcnfotv", plain("tvdb", "tvdb")],
  ["com.plexapp.agents.myanimelist", plain("mal")],
  ["net.fribbtastic.coding.plex.myanimelist", plain("mal")],
  ["com.plexapp.agents.hama", { layout: "hama", source: null, numbering: "other" }],
  ["tv.plex.agents.nfo.movie", { layout: "nfo", source: null, numbering: "other" }],
  ["tv.plex.agents.nfo.series", { layout: "nfo", source: null, numbering: "other" }],
])

/** Every scheme whose guids carry an external id. */
export const AGENT_NAMES: ReadonlyArray<string> = [...AGENTS.keys()]

const LOCAL = new Set(["local", "com.plexapp.agents.none", "tv.plex.agents.none"])
const PLEX_KINDS = new Set(["movie", "show", "season", "episode"])
/** HAMA's words; `tsdb` is the series half of TMDB. */
const HAMA_SOURCES: ReadonlyMap<string, IdSource> = new Map([
  ["anidb", "anidb"],
  ["tvdb", "tvdb"],
  ["tmdb", "tmdb"],
  ["tsdb", "tmdb"],
  ["imdb", "imdb"],
])
const SCHEME = /^[a-z][a-z0-9.+_-]*$/
const DATE = /^\d{4}-\d{2}-\d{2}$/

/**
 * Takes any text apart. Total: what it does not understand is `Junk`. Casing, percent-encoding and `?lang=…` do not
 * matter.
 *
 * @example
 * ```ts
 * const guid = parseGuid("com.plexapp.agents.hama://tvdb4-990002/3/41?lang=en")
 * assert.strictEqual(guid._tag === "External" && guid.id, "990002")
 * assert.strictEqual(formatGuid(guid), "com.plexapp.agents.hama://tvdb4-990002/3/41")
 * assert.strictEqual(levelOf(guid, "episode"), "show")
 * assert.strictEqual(parseGuid("imdb://../../evil")._tag, "Junk")
 * ```
 */
export function parseGuid(text: string): Guid {
  const junk: Guid = { _tag: "Junk", text: text.slice(0, GUID_LENGTH_MAX) }
  if (text.length > GUID_LENGTH_MAX) return junk
  const whole = text.includes("://") ? text.trim() : decoded(text.trim())
  const at = whole.indexOf("://")
  const scheme = whole.slice(0, Math.max(at, 0)).toLowerCase()
  const rest = whole.slice(at + 3).split(/[?#]/)[0] ?? ""
  if (at < 1 || !SCHEME.test(scheme) || rest === "") return junk
  const segments = rest
    .split("/")
    .filter((segment) => segment !== "")
    .map((segment) => decoded(segment).split(/[?#]/)[0] ?? "")
  if (scheme === "plex") {
    const [kind = "", id = ""] = segments
    const known = PLEX_KINDS.has(kind.toLowerCase()) && segments.length === 2 && /^[0-9a-z]+$/i.test(id)
    return known
      ? { _tag: "Plex", kind: kind.toLowerCase(), id: id.toLowerCase() }
      : { _tag: "Foreign", scheme, rest }
  }
  if (LOCAL.has(scheme)) return { _tag: "Local", agent: scheme, id: rest }
  if (scheme.startsWith("tv.plex.agents.custom.")) return { _tag: "Custom", agent: scheme, rest }
  const agent = AGENTS.get(scheme)
  if (agent === undefined) return { _tag: "Foreign", scheme, rest }
  return parseExternal(scheme, agent, segments) ?? junk
}

function parseExternal(scheme: string, agent: Agent, segments: ReadonlyArray<string>): ExternalGuid | null {
  const base = { _tag: "External", agent: scheme, mode: null, kind: null } as const
  const first = segments[0]?.toLowerCase() ?? ""
  if (agent.layout === "nfo") {
    const [, word, raw] = /^([a-z]+)[_-](.+)$/.exec(segments[1]?.toLowerCase() ?? "") ?? []
    const source = HAMA_SOURCES.get(word ?? "")
    const id = source === undefined ? null : cleanId(source, raw ?? "")
    const place = placeOf(segments.slice(2))
    if (source === undefined || id === null || place === null || !/^[a-z]+$/.test(first)) return null
    return { ...base, source, id, kind: first, ...place }
  }
  const place = placeOf(segments.slice(1))
  if (place === null) return null
  if (agent.layout === "hama") {
    const [, word = "", mode = "", raw = ""] = /^([a-z]+)(\d?)-(tt\d+|\d+)(?![0-9a-z])/.exec(first) ?? []
    const source = HAMA_SOURCES.get(word)
    const id = source === undefined ? null : cleanId(source, raw)
    return source === undefined || id === null ? null : { ...base, source, id, mode: word + mode, ...place }
  }
  const source = agent.source ?? (first.startsWith("tt") ? "imdb" : "tmdb")
  const id = cleanId(source, first)
  return id === null ? null : { ...base, source, id, ...place }
}

/** Season and episode, or the date, out of the segments behind an id; null when they are neither. */
function placeOf(
  segments: ReadonlyArray<string>,
): Pick<ExternalGuid, "season" | "episode" | "airDate"> | null {
  const [season, episode] = segments
  if (segments.length > 2) return null
  if (season === undefined) return { season: null, episode: null, airDate: null }
  if (!/^\d{1,5}$/.test(season)) return null
  if (episode === undefined) return { season: Number(season), episode: null, airDate: null }
  if (DATE.test(episode)) return { season: Number(season), episode: null, airDate: episode }
  return /^\d{1,5}$/.test(episode)
    ? { season: Number(season), episode: Number(episode), airDate: null }
    : null
}

/** An id in its one form, or null when the text is none: zero means "unknown" in more than one application. */
export function cleanId(source: IdSource, text: string): string | null {
  const word = text.trim().toLowerCase()
  if (source === "imdb") return /^tt\d{7,10}$/.test(word) && !/^tt0+$/.test(word) ? word : null
  return /^\d{1,10}$/.test(word) && Number(word) > 0 ? String(Number(word)) : null
}

function decoded(text: string): string {
  if (!text.includes("%")) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The canonical text, without a query. `parseGuid` inverts it. */
export function formatGuid(guid: Guid): string {
  switch (guid._tag) {
    case "Plex":
      return `plex://${guid.kind}/${guid.id}`
    case "Local":
      return `${guid.agent}://${guid.id}`
    case "Custom":
      return `${guid.agent}://${guid.rest}`
    case "Foreign":
      return `${guid.scheme}://${guid.rest}`
    case "Junk":
      return guid.text
    case "External": {
      const id =
        guid.kind !== null
          ? `${guid.kind}/${guid.source}_${guid.id}`
          : guid.mode !== null
            ? `${guid.mode}-${guid.id}`
            : guid.id
      const place = [guid.season, guid.airDate ?? guid.episode].filter((part) => part !== null)
      return [`${guid.agent}://${id}`, ...place].join("/")
    }
  }
}

/**
 * What the id in a guid names when the guid stands on an item of the given kind. Old agents and HAMA put the show's id
 * into an episode's guid; the `Guid` list of the new agents has the episode's own.
 */
export function levelOf(guid: Guid, itemKind: MediaKind): "film" | "show" | "season" | "episode" | null {
  if (guid._tag === "Plex") return named(guid.kind)
  if (guid._tag !== "External") return null
  if (guid.kind !== null) return named(guid.kind)
  if (itemKind === "movie") return guid.season === null ? "film" : "show"
  return guid.agent === guid.source && guid.season === null ? "episode" : "show"
}

function named(kind: string): "film" | "show" | "season" | "episode" | null {
  if (kind === "movie") return "film"
  if (kind === "show" || kind === "series" || kind === "tvshow") return "show"
  return kind === "season" || kind === "episode" ? kind : null
}

/** How season and episode inside this guid count. */
export function numberingOf(guid: ExternalGuid): Numbering {
  const agent = AGENTS.get(guid.agent)
  if (agent?.layout !== "hama") return agent?.numbering ?? "other"
  switch (guid.mode) {
    case "tvdb":
    case "tvdb2":
    case "anidb2":
      return "tvdb"
    case "tvdb3":
    case "tvdb4":
      return "absolute"
    case "tsdb":
    case "tmdb":
      return "tmdb"
    default:
      return "other"
  }
}
