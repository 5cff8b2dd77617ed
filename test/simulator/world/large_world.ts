/** Worlds of any size, with every style of guid. Without files unless asked for. */

import { makeAccount } from "./account.ts"
import { makeArr, type SeriesRow } from "./arr.ts"
import { addEpisode, addMovie, addSeason, addShow, LONG_AGO } from "./build.ts"
import { type Library, makeLibrary, makeServer, type PlexServer } from "./plex_server.ts"
import { OWNER } from "./small_world.ts"
import { openSubtitlesRules, subdlRules } from "./stock.ts"
import type { World } from "./world.ts"

export interface LargeWorldOptions {
  readonly movies?: number
  readonly shows?: number
  readonly episodesPerShow?: number
  /** Whether the (sparse) files are made; default not. */
  readonly files?: boolean
}

const EPISODES_A_SEASON = 20

const MOVIE_LIBRARIES = [
  ["tv.plex.agents.movie", "Plex Movie", "Movies"],
  ["com.plexapp.agents.imdb", "Plex Movie Scanner", "Movies (IMDb)"],
  ["com.plexapp.agents.themoviedb", "Plex Movie Scanner", "Movies (TMDB)"],
  ["tv.plex.agents.nfo.movie", "Plex Movie", "Movies (NFO)"],
  ["com.plexapp.agents.none", "Plex Video Files Scanner", "Home Videos"],
] as const

const SHOW_LIBRARIES = [
  ["tv.plex.agents.series", "Plex TV Series", "TV Shows"],
  ["com.plexapp.agents.thetvdb", "Plex Series Scanner", "TV (TVDB)"],
  ["com.plexapp.agents.themoviedb", "Plex Series Scanner", "TV (TMDB)"],
  ["com.plexapp.agents.hama", "Absolute Series Scanner", "Anime"],
] as const

/** Most items use the current agents, as in real libraries. */
function styleOf(n: number, styles: number): number {
  return n % 10 < 7 ? 0 : 1 + (n % (styles - 1))
}

const hex = (prefix: string, n: number) => prefix + n.toString(16).padStart(24 - prefix.length, "0")
const imdb = (n: number) => `tt${String(10_000_000 + n)}`

function movieGuids(style: number, n: number): { guid: string; guids: string[] } {
  switch (style) {
    case 0:
      // Any one of the three ids may be missing.
      return {
        guid: `plex://movie/${hex("a", n)}`,
        guids: [`imdb://${imdb(n)}`, `tmdb://${100_000 + n}`, `tvdb://${200_000 + n}`].filter(
          (_, i) => n % 5 !== i + 2,
        ),
      }
    case 1:
      return { guid: `com.plexapp.agents.imdb://${imdb(n)}?lang=en`, guids: [] }
    case 2:
      return { guid: `com.plexapp.agents.themoviedb://${100_000 + n}?lang=en`, guids: [] }
    case 3:
      return { guid: `tv.plex.agents.nfo.movie://movie/tmdb_${100_000 + n}`, guids: [] }
    default:
      return { guid: `com.plexapp.agents.none://${n}?lang=xn`, guids: [] }
  }
}

function showGuid(style: number, n: number, path: string): string {
  switch (style) {
    case 1:
      return `com.plexapp.agents.thetvdb://${300_000 + n}${path}?lang=en`
    case 2:
      return `com.plexapp.agents.themoviedb://${400_000 + n}${path}?lang=en`
    default:
      return `com.plexapp.agents.hama://${n % 2 === 0 ? "tvdb4" : "anidb"}-${300_000 + n}${path}?lang=en`
  }
}

function addLibraries(server: PlexServer): void {
  const add = (
    type: Library["type"],
    rows: ReadonlyArray<readonly [string, string, string]>,
    first: number,
  ) => {
    for (const [i, [agent, scanner, title]] of rows.entries()) {
      const key = String(first + i)
      server.libraries.push(
        makeLibrary({ key, type, title, agent, scanner, paths: [`/data/media/${type}-${i}`] }),
      )
    }
  }
  add("movie", MOVIE_LIBRARIES, 1)
  add("show", SHOW_LIBRARIES, 11)
}

const two = (n: number) => String(n).padStart(2, "0")

function addShowWithEpisodes(server: PlexServer, n: number, episodes: number, firstKey: number): SeriesRow {
  const style = styleOf(n, SHOW_LIBRARIES.length)
  const title = `Show ${n}`
  const modern = style === 0
  const show = addShow(server, {
    key: String(firstKey),
    section: String(11 + style),
    title,
    year: 1990 + (n % 35),
    guid: modern ? `plex://show/${hex("b", n)}` : showGuid(style, n, ""),
    guids: modern ? [`imdb://${imdb(5_000_000 + n)}`, `tmdb://${400_000 + n}`, `tvdb://${300_000 + n}`] : [],
  })
  const row: SeriesRow = {
    id: n + 1,
    title,
    titleSlug: `show-${n}`,
    path: `/tv/show-${style}/${title}`,
    rootFolderPath: `/tv/show-${style}/`,
    year: 1990 + (n % 35),
    tvdbId: 300_000 + n,
    tmdbId: 400_000 + n,
    imdbId: imdb(5_000_000 + n),
    seriesType: style === 3 ? "anime" : "standard",
    tags: [],
    episodes: [],
    files: [],
  }
  let key = firstKey + 1
  let season = show
  for (let e = 0; e < episodes; e++) {
    const seasonNumber = 1 + Math.floor(e / EPISODES_A_SEASON)
    const episodeNumber = 1 + (e % EPISODES_A_SEASON)
    if (episodeNumber === 1) {
      season = addSeason(server, show, {
        key: String(key++),
        index: seasonNumber,
        guid: modern
          ? `plex://season/${hex("c", n * 1000 + seasonNumber)}`
          : showGuid(style, n, `/${seasonNumber}`),
      })
    }
    const id = n * 10_000 + e
    const name = `Season ${two(seasonNumber)}/${title} - S${two(seasonNumber)}E${two(episodeNumber)}.mkv`
    addEpisode(server, season, {
      key: String(key++),
      index: episodeNumber,
      title: `Episode ${e + 1}`,
      addedAt: LONG_AGO + e,
      guid: modern
        ? `plex://episode/${hex("d", id)}`
        : showGuid(style, n, `/${seasonNumber}/${episodeNumber}`),
      guids: modern ? [`tvdb://${7_000_000 + id}`] : [],
      file: `/data/media/show-${style}/${title}/${name}`,
    })
    row.episodes.push({
      id: id + 1,
      tvdbId: 7_000_000 + id,
      seasonNumber,
      episodeNumber,
      absoluteEpisodeNumber: e + 1,
      title: `Episode ${e + 1}`,
      airDate: "2020-01-01",
      episodeFileId: id + 1,
    })
    row.files.push({
      id: id + 1,
      path: `${row.path}/${name}`,
      size: 1_200_000_000,
      qualityName: "WEBDL-1080p",
      season: seasonNumber,
    })
  }
  return row
}

export function largeWorld(options: LargeWorldOptions = {}): World {
  const { movies = 1000, shows = 20, episodesPerShow = 50 } = options
  const server = makeServer({
    name: "Warehouse",
    machineIdentifier: "1a46e0001a46e0001a46e0001a46e0001a46e000",
    owner: OWNER,
    accessToken: "EXAMPLEserverTOKEN-warehouse",
    nextId: 10_000_000,
  })
  addLibraries(server)
  const radarr = makeArr({
    app: "Radarr",
    apiKey: "7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a",
    rootFolders: MOVIE_LIBRARIES.map((_, i) => ({
      id: i + 1,
      path: `/movies/movie-${i}/`,
      accessible: true,
    })),
  })
  const sonarr = makeArr({
    app: "Sonarr",
    apiKey: "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
    rootFolders: SHOW_LIBRARIES.map((_, i) => ({ id: i + 1, path: `/tv/show-${i}/`, accessible: true })),
  })
  for (let n = 0; n < movies; n++) {
    const style = styleOf(n, MOVIE_LIBRARIES.length)
    const year = 1950 + (n % 75)
    const name = `Movie ${n} (${year})`
    addMovie(server, {
      key: String(1 + n),
      section: String(1 + style),
      title: `Movie ${n}`,
      year,
      addedAt: LONG_AGO + n,
      ...movieGuids(style, n),
      file: `/data/media/movie-${style}/${name}/${name}.mkv`,
    })
    radarr.movies.push({
      id: n + 1,
      title: `Movie ${n}`,
      path: `/movies/movie-${style}/${name}`,
      rootFolderPath: `/movies/movie-${style}/`,
      year,
      tmdbId: 100_000 + n,
      imdbId: imdb(n),
      tags: [],
      file: {
        id: n + 1,
        path: `/movies/movie-${style}/${name}/${name}.mkv`,
        size: 1_200_000_000,
        qualityName: "Bluray-1080p",
      },
    })
  }
  const keysAShow = 2 + episodesPerShow + Math.ceil(episodesPerShow / EPISODES_A_SEASON)
  for (let n = 0; n < shows; n++) {
    sonarr.series.push(addShowWithEpisodes(server, n, episodesPerShow, 1_000_000 + n * keysAShow))
  }
  return {
    accounts: [
      makeAccount({
        id: 10_000_001,
        username: OWNER,
        email: "owner@example.com",
        plexPass: true,
        presetTokens: ["EXAMPLEaccountTOKEN01", "ExamplePlexToken0001"],
      }),
    ],
    players: [],
    servers: [server],
    sonarr: [sonarr],
    radarr: [radarr],
    stock: [],
    stockForAnything: true,
    openSubtitles: openSubtitlesRules(),
    subdl: subdlRules(),
    rotateTokens: true,
    files: options.files === true ? "real" : "none",
  }
}
