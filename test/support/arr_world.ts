import * as Redacted from "effect/Redacted"
import type { MemoryInstance } from "../../adapters/memory/media_catalog.ts"
import type { CatalogEpisode, CatalogFilm } from "../../core/media/catalog.ts"
import type { CatalogAccess } from "../../core/ports/media_catalog.ts"

/** The Sonarr and Radarr of the samples (`test/samples/arr`), as the core sees them. */

const SEASON = "/tv/The Harbor Line/Season 01/The Harbor Line"

const episode = (number: number, title: string, airDate: string, hasFile: boolean): CatalogEpisode => ({
  id: 3000 + number,
  seriesId: 12,
  tvdbId: 9_910_100 + number,
  season: 1,
  episode: number,
  absoluteEpisode: number,
  airDate,
  title,
  file: hasFile
    ? {
        id: 500 + number,
        path: `${SEASON} - S01E0${number} - ${title} WEBDL-1080p.mkv`,
        bytes: 1_200_000_000,
        sceneName: `The.Harbor.Line.S01E0${number}.1080p.WEB-DL.AAC2.0.H.264-EXAMPLE`,
        releaseGroup: "EXAMPLE",
        quality: "WEBDL-1080p",
        edition: null,
      }
    : null,
})

export const SINTEL: CatalogFilm = {
  id: 7,
  title: "Sintel",
  year: 2010,
  imdbId: "tt1727587",
  tmdbId: 45_745,
  path: "/movies/Sintel (2010)",
  file: {
    id: 601,
    path: "/movies/Sintel (2010)/Sintel (2010) [Bluray-1080p].mkv",
    bytes: 588_000_000,
    sceneName: "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
    releaseGroup: "EXAMPLE",
    quality: "Bluray-1080p",
    edition: null,
  },
}

export const sonarrAccess: CatalogAccess = {
  id: "sonarr",
  app: "sonarr",
  url: "http://sonarr.test:8989/sonarr",
  apiKey: Redacted.make("sonarr-key"),
}

export const radarrAccess: CatalogAccess = {
  id: "radarr",
  app: "radarr",
  url: "http://radarr.test:7878",
  apiKey: Redacted.make("radarr-key"),
}

export const sonarr = (): MemoryInstance => ({
  url: sonarrAccess.url,
  apiKey: "sonarr-key",
  status: { appName: "Sonarr", version: "4.0.15.0000", instanceName: "Sonarr" },
  rootFolders: ["/tv/", "/anime/"],
  films: [],
  series: [
    {
      id: 12,
      title: "The Harbor Line",
      year: 2024,
      tvdbId: 990_001,
      tmdbId: 9_900_100,
      imdbId: "tt99000100",
      tvMazeId: null,
      path: "/tv/The Harbor Line",
      type: "standard",
    },
    {
      id: 13,
      title: "風の砦",
      year: 2024,
      tvdbId: 990_002,
      tmdbId: 9_900_200,
      imdbId: null,
      tvMazeId: null,
      path: "/anime/Kaze no Toride",
      type: "anime",
    },
  ],
  episodes: [
    episode(1, "Ebb", "2024-03-03", true),
    episode(2, "Flood", "2024-03-10", true),
    episode(3, "Slack Water", "2024-03-17", true),
    episode(4, "TBA", "2030-01-01", false),
  ],
  fault: null,
  calls: [],
})

export const radarr = (): MemoryInstance => ({
  url: radarrAccess.url,
  apiKey: "radarr-key",
  status: { appName: "Radarr", version: "5.26.2.0000", instanceName: "Radarr" },
  rootFolders: ["/tv/", "/anime/"],
  films: [
    SINTEL,
    {
      id: 8,
      title: "Big Buck Bunny",
      year: 2008,
      imdbId: null,
      tmdbId: 10_378,
      path: "/movies/Big Buck Bunny (2008)",
      file: null,
    },
  ],
  series: [],
  episodes: [],
  fault: null,
  calls: [],
})
