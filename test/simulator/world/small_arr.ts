/** Sonarr and Radarr of the small world. Their containers mount the media as /tv, /anime, /movies. */

import { type ArrInstance, type EpisodeRow, type FileRow, makeArr, type SeriesRow } from "./arr.ts"
import { smallSizeOf } from "./media_files.ts"

/** How the small world's paths look from the other containers: `[Plex, Sonarr or Radarr]`. */
export const SMALL_PATHS: ReadonlyArray<readonly [string, string]> = [
  ["/data/media/tv", "/tv"],
  ["/data2/media/tv", "/tv2"],
  ["/data/media/anime", "/anime"],
  ["/data/media/movies", "/movies"],
]

function row(id: number, plexFile: string, rest: Partial<FileRow> = {}): FileRow {
  const [plex, arr] = SMALL_PATHS.find(([prefix]) => plexFile.startsWith(`${prefix}/`))!
  return {
    id,
    path: arr + plexFile.slice(plex.length),
    size: smallSizeOf(plexFile),
    releaseGroup: "EXAMPLE",
    qualityName: "WEBDL-1080p",
    ...rest,
  }
}

function harborLine(): SeriesRow {
  const folder = "/data/media/tv/The Harbor Line"
  const titles = ["Ebb", "Flood", "Slack Water"]
  const dates = ["2024-03-03", "2024-03-10", "2024-03-17"]
  const files = titles.map((title, i) =>
    row(501 + i, `${folder}/Season 01/The Harbor Line - S01E0${i + 1} - ${title} WEBDL-1080p.mkv`, {
      season: 1,
      sceneName: `The.Harbor.Line.S01E0${i + 1}.1080p.WEB-DL.AAC2.0.H.264-EXAMPLE`,
    }),
  )
  const episodes: EpisodeRow[] = titles.map((title, i) => ({
    id: 3001 + i,
    tvdbId: 9_910_101 + i,
    seasonNumber: 1,
    episodeNumber: i + 1,
    absoluteEpisodeNumber: i + 1,
    title,
    airDate: dates[i]!,
    episodeFileId: 501 + i,
  }))
  files.push(
    row(500, `${folder}/Specials/The Harbor Line - S00E01 - Chart Room WEBDL-1080p.mkv`, { season: 0 }),
  )
  episodes.push(
    {
      id: 3000,
      tvdbId: 9_910_100,
      seasonNumber: 0,
      episodeNumber: 1,
      title: "Chart Room",
      airDate: "2024-03-03",
      episodeFileId: 500,
    },
    {
      id: 3004,
      tvdbId: 9_910_104,
      seasonNumber: 1,
      episodeNumber: 4,
      absoluteEpisodeNumber: 4,
      title: "TBA",
      airDate: "2030-01-01",
      episodeFileId: 0,
    },
  )
  return {
    id: 12,
    title: "The Harbor Line",
    titleSlug: "the-harbor-line",
    path: "/tv/The Harbor Line",
    rootFolderPath: "/tv/",
    year: 2024,
    tvdbId: 990_001,
    tmdbId: 9_900_100,
    imdbId: "tt99000100",
    seriesType: "standard",
    tags: [1],
    episodes,
    files,
  }
}

function anime(): SeriesRow {
  const numbers = [1, 2, 3, 4, 5]
  return {
    id: 13,
    title: "風の砦",
    titleSlug: "kaze-no-toride",
    path: "/anime/Kaze no Toride",
    rootFolderPath: "/anime/",
    year: 2024,
    tvdbId: 990_002,
    tmdbId: 9_900_200,
    seriesType: "anime",
    tags: [],
    episodes: numbers.map((n) => ({
      id: 3100 + n,
      tvdbId: 9_920_100 + n,
      seasonNumber: 1,
      episodeNumber: n,
      absoluteEpisodeNumber: n,
      title: n === 5 ? "夜明けの城壁" : `第${n}話`,
      airDate: `2024-04-0${n}`,
      episodeFileId: 550 + n,
    })),
    files: numbers.map((n) =>
      row(550 + n, `/data/media/anime/Kaze no Toride/Season 01/Kaze no Toride - S01E0${n}.mkv`, {
        season: 1,
      }),
    ),
  }
}

function nightFerry(): SeriesRow {
  const folder = "/data2/media/tv/Night Ferry/Season 01"
  const episode = (
    id: number,
    episodeNumber: number,
    title: string,
    airDate: string,
    episodeFileId: number,
  ) => ({
    id,
    tvdbId: 9_910_300 + episodeNumber,
    seasonNumber: 1,
    episodeNumber,
    title,
    airDate,
    episodeFileId,
  })
  return {
    id: 14,
    title: "Night Ferry",
    titleSlug: "night-ferry",
    path: "/tv2/Night Ferry",
    rootFolderPath: "/tv2/",
    year: 2023,
    tvdbId: 990_003,
    tmdbId: 9_900_300,
    imdbId: "tt99000300",
    seriesType: "standard",
    tags: [],
    episodes: [
      episode(3201, 1, "Departure", "2023-05-01", 571),
      episode(3202, 2, "Arrival", "2023-05-01", 571),
      episode(3203, 3, "Evening Edition", "2023-06-05", 572),
    ],
    files: [
      row(571, `${folder}/Night Ferry - S01E01-E02 - Departure + Arrival.mkv`, { season: 1 }),
      row(572, `${folder}/Night Ferry - 2023-06-05 - Evening Edition.mkv`, { season: 1 }),
    ],
  }
}

export function smallSonarr(): ArrInstance {
  return makeArr({
    app: "Sonarr",
    apiKey: "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
    rootFolders: [
      { id: 1, path: "/tv/", accessible: true },
      { id: 2, path: "/anime/", accessible: true },
      { id: 3, path: "/tv2/", accessible: true },
    ],
    series: [harborLine(), anime(), nightFerry()],
  })
}

export function smallRadarr(): ArrInstance {
  return makeArr({
    app: "Radarr",
    apiKey: "7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a",
    rootFolders: [{ id: 1, path: "/movies/", accessible: true }],
    movies: [
      {
        id: 7,
        title: "Sintel",
        path: "/movies/Sintel (2010)",
        rootFolderPath: "/movies/",
        year: 2010,
        tmdbId: 45_745,
        imdbId: "tt1727587",
        tags: [],
        file: row(601, "/data/media/movies/Sintel (2010)/Sintel (2010) [Bluray-1080p].mkv", {
          sceneName: "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
          qualityName: "Bluray-1080p",
        }),
      },
      {
        // Radarr has no IMDb id for this one, and says so by leaving the key out.
        id: 8,
        title: "Big Buck Bunny",
        path: "/movies/Big Buck Bunny (2008)",
        rootFolderPath: "/movies/",
        year: 2008,
        tmdbId: 10_378,
        tags: [],
        file: row(602, "/data/media/movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mp4"),
      },
      {
        id: 9,
        title: "The Lightship",
        path: "/movies/The Lightship (2026)",
        rootFolderPath: "/movies/",
        year: 2026,
        tmdbId: 9_900_900,
        tags: [],
      },
    ],
  })
}
