/** Which stocked subtitles answer a question. */

import type { Simulation } from "../context.ts"
import { osHash } from "../world/media_files.ts"
import { type Item, type PlexServer, partsOf } from "../world/plex_server.ts"
import type { ProviderName, StockedSubtitle } from "../world/stock.ts"

/** Every given field must fit; ids of one thing are alternatives to each other. */
export interface Wanted {
  /** BCP-47; absent = any. */
  readonly languages?: ReadonlyArray<string>
  readonly kind?: "movie" | "episode"
  readonly imdbId?: string
  readonly tmdbId?: number
  readonly show?: {
    readonly imdbId?: string
    readonly tmdbId?: number
    readonly tvdbId?: number
    readonly title?: string
  }
  readonly season?: number
  readonly episode?: number
  readonly title?: string
  readonly year?: number
  readonly hash?: string
}

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()

export function hashesOf(simulation: Simulation, entry: StockedSubtitle): string[] {
  return (entry.madeFor ?? [])
    .map((file) => osHash(simulation.paths.onDisk(file)))
    .filter((hash) => hash !== undefined)
}

const fits = <A>(wanted: A | undefined, actual: A | undefined) => wanted === undefined || wanted === actual

function matchesIds(wanted: Wanted, entry: StockedSubtitle): boolean {
  const own =
    (wanted.imdbId === undefined && wanted.tmdbId === undefined) ||
    (wanted.imdbId !== undefined && wanted.imdbId === entry.imdbId) ||
    (wanted.tmdbId !== undefined && wanted.tmdbId === entry.tmdbId)
  if (!own) return false
  const { show } = wanted
  if (show === undefined) return true
  const actual = entry.show
  if (actual === undefined) return false
  const byId =
    (show.imdbId !== undefined && show.imdbId === actual.imdbId) ||
    (show.tmdbId !== undefined && show.tmdbId === actual.tmdbId) ||
    (show.tvdbId !== undefined && show.tvdbId === actual.tvdbId)
  const noId = show.imdbId === undefined && show.tmdbId === undefined && show.tvdbId === undefined
  return byId || (noId && show.title !== undefined && plain(show.title) === plain(actual.title))
}

function matches(simulation: Simulation, wanted: Wanted, entry: StockedSubtitle): boolean {
  if (wanted.languages !== undefined && !wanted.languages.includes(entry.language)) return false
  if (!fits(wanted.kind, entry.kind)) return false
  if (wanted.hash !== undefined && hashesOf(simulation, entry).includes(wanted.hash)) return true
  if (!matchesIds(wanted, entry)) return false
  if (!fits(wanted.season, entry.show?.season) || !fits(wanted.episode, entry.show?.episode)) return false
  if (!fits(wanted.year, entry.year)) return false
  if (wanted.title === undefined) return true
  const title = plain(wanted.title)
  const names = [entry.title, entry.release, entry.show?.title ?? ""].map(plain)
  return names.some((name) => name !== "" && (name.includes(title) || title.includes(name)))
}

/** One invented subtitle a language, for worlds too large to stock. Its id depends on the question. */
function invent(provider: ProviderName, wanted: Wanted): StockedSubtitle[] {
  const episode = wanted.season !== undefined || wanted.show !== undefined || wanted.kind === "episode"
  const text = JSON.stringify([
    wanted.imdbId,
    wanted.tmdbId,
    wanted.show,
    wanted.season,
    wanted.episode,
    wanted.title,
  ])
  let hash = 7
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) >>> 0
  return (wanted.languages ?? ["en"]).map((language, i) => ({
    id: 1_000_000 + (hash % 100_000_000) * 10 + (i % 10),
    providers: [provider],
    language,
    release: "Invented.1080p.WEB-DL-EXAMPLE",
    kind: episode ? "episode" : "movie",
    title: wanted.title ?? "Invented",
    ...(wanted.imdbId === undefined ? {} : { imdbId: wanted.imdbId }),
    ...(wanted.tmdbId === undefined ? {} : { tmdbId: wanted.tmdbId }),
    ...(episode
      ? {
          show: {
            title: wanted.show?.title ?? "Invented",
            ...(wanted.show ?? {}),
            season: wanted.season ?? 1,
            episode: wanted.episode ?? 1,
          },
        }
      : {}),
  }))
}

export function searchStock(
  simulation: Simulation,
  provider: ProviderName,
  wanted: Wanted,
): StockedSubtitle[] {
  const found = simulation.world.stock.filter(
    (entry) => entry.providers.includes(provider) && matches(simulation, wanted, entry),
  )
  return found.length === 0 && simulation.world.stockForAnything ? invent(provider, wanted) : found
}

function idsOf(guids: ReadonlyArray<string>): { imdbId?: string; tmdbId?: number; tvdbId?: number } {
  const id = (scheme: string) =>
    guids.find((guid) => guid.startsWith(`${scheme}://`))?.slice(scheme.length + 3)
  const [imdb, tmdb, tvdb] = [id("imdb"), id("tmdb"), id("tvdb")]
  return {
    ...(imdb === undefined ? {} : { imdbId: imdb }),
    ...(tmdb === undefined ? {} : { tmdbId: Number(tmdb) }),
    ...(tvdb === undefined ? {} : { tvdbId: Number(tvdb) }),
  }
}

/** The question a media server asks for one of its own items. */
export function wantedOf(server: PlexServer, item: Item): Wanted {
  if (item.type === "movie") {
    const { imdbId, tmdbId } = idsOf(item.guids)
    if (imdbId === undefined && tmdbId === undefined) return { kind: "movie", title: item.title }
    return {
      kind: "movie",
      ...(imdbId === undefined ? {} : { imdbId }),
      ...(tmdbId === undefined ? {} : { tmdbId }),
    }
  }
  const show = server.items.get(item.grandparent ?? "")
  const season = server.items.get(item.parent ?? "")
  return {
    kind: "episode",
    show: { title: show?.title ?? "", ...idsOf(show?.guids ?? []) },
    ...(season?.index === undefined ? {} : { season: season.index }),
    ...(item.index === undefined ? {} : { episode: item.index }),
  }
}

/** The files of a search by hash are compared by content; this names the item's first file. */
export function fileOf(item: Item): string | undefined {
  return partsOf(item)[0]?.file
}
