/** The main server of the small world, with the keys and ids of the recorded samples. */

import { addShows } from "./attic_shows.ts"
import { addClip, addMovie, LONG_AGO } from "./build.ts"
import { type Library, makeLibrary, type PlexServer, putItem, type Stream } from "./plex_server.ts"

const english = { language: "English", languageTag: "en", languageCode: "eng" } as const
const french = { language: "French", languageTag: "fr", languageCode: "fra" } as const

const SINTEL_STREAMS: ReadonlyArray<Stream> = [
  {
    id: 90_001,
    streamType: 1,
    default: true,
    codec: "h264",
    index: 0,
    bitrate: 4800,
    frameRate: 24,
    height: 818,
    width: 1920,
    profile: "high",
    displayTitle: "1080p (H.264)",
  },
  {
    id: 90_002,
    streamType: 2,
    selected: true,
    default: true,
    codec: "ac3",
    index: 1,
    channels: 6,
    bitrate: 448,
    ...english,
    displayTitle: "English (AC3 5.1)",
  },
  {
    id: 90_003,
    streamType: 3,
    codec: "srt",
    ...english,
    displayTitle: "English (SRT)",
    extendedDisplayTitle: "English (SRT)",
    index: 2,
    bitrate: 0,
    title: "Full",
  },
  {
    id: 90_004,
    streamType: 3,
    codec: "pgs",
    ...french,
    displayTitle: "French (PGS)",
    extendedDisplayTitle: "French (PGS)",
    index: 3,
    bitrate: 30,
  },
]

const SINTEL = {
  title: "Sintel",
  year: 2010,
  date: "2010-09-30",
  duration: 888_000,
} as const

const SINTEL_EXTRA = {
  slug: "sintel",
  studio: "Blender Foundation",
  contentRating: "PG",
  summary: "A girl searches for the dragon she once cared for.",
  rating: 7.5,
  audienceRating: 7.4,
  Genre: [{ id: 11, filter: "genre=11", tag: "Animation" }],
}

/** Where the sidecars that Sintel has from the start lie. */
export const SINTEL_FILE = "/data/media/movies/Sintel (2010)/Sintel (2010) [Bluray-1080p].mkv"
export const SINTEL_SIDECARS: ReadonlyArray<string> = ["en.sdh.srt", "de.forced.srt", "pt-BR.srt"]

const library = (
  key: string,
  type: Library["type"],
  title: string,
  agent: string,
  scanner: string,
  ...paths: string[]
): Library =>
  makeLibrary({
    key,
    type,
    title,
    agent,
    scanner,
    paths,
    language: agent.endsWith(".none") ? "xn" : agent.startsWith("com.") ? "en" : "en-US",
  })

function addLibraries(server: PlexServer): void {
  server.libraries.push(
    library("1", "movie", "Movies", "tv.plex.agents.movie", "Plex Movie", "/data/media/movies"),
    library(
      "2",
      "show",
      "TV Shows",
      "tv.plex.agents.series",
      "Plex TV Series",
      "/data/media/tv",
      "/data2/media/tv",
    ),
    library("3", "artist", "Music", "tv.plex.agents.music", "Plex Music", "/data/media/music"),
    library(
      "4",
      "movie",
      "Movies (old agent)",
      "com.plexapp.agents.imdb",
      "Plex Movie Scanner",
      "/data/media/movies-old",
    ),
    library(
      "5",
      "show",
      "TV (old agent)",
      "com.plexapp.agents.thetvdb",
      "Plex Series Scanner",
      "/data/media/tv-old",
    ),
    library("6", "show", "アニメ", "com.plexapp.agents.hama", "Absolute Series Scanner", "/data/media/anime"),
    library(
      "7",
      "movie",
      "Home Videos",
      "com.plexapp.agents.none",
      "Plex Video Files Scanner",
      "/data/media/home",
    ),
    library("8", "movie", "Movies (NFO)", "tv.plex.agents.nfo.movie", "Plex Movie", "/data/media/movies-nfo"),
    library("9", "photo", "Photos", "com.plexapp.agents.none", "Plex Photo Scanner", "/data/media/photos"),
    library("10", "movie", "Films 4K", "tv.plex.agents.movie", "Plex Movie", "/data/media/movies-4k"),
  )
}

function addFilms(server: PlexServer): void {
  const guids = ["imdb://tt1727587", "tmdb://45745", "tvdb://9900745"]
  const sintel = addMovie(server, {
    ...SINTEL,
    key: "1001",
    section: "1",
    guid: "plex://movie/5d776b59ad5437001f79c6f8",
    guids,
    file: SINTEL_FILE,
    mediaId: 5001,
    partId: 5101,
    streams: SINTEL_STREAMS,
    extra: SINTEL_EXTRA,
  })
  sintel.media[0]!.parts[0]!.external.push({
    id: 90_008,
    codec: "srt",
    languageTag: "es",
    forced: false,
    hearingImpaired: false,
    bytes: Buffer.from("1\n00:00:01,000 --> 00:00:03,000\nHola\n"),
    onDemand: { providerTitle: "OpenSubtitles", sourceKey: "/example/agent/sub/1", score: 1200 },
  })
  addMovie(server, {
    key: "1003",
    section: "1",
    title: "Big Buck Bunny",
    year: 2008,
    date: "2008-04-10",
    duration: 596_000,
    addedAt: LONG_AGO + 10,
    guid: "plex://movie/5d776b59ad5437001f79c6f9",
    guids: ["imdb://tt1254207", "tmdb://10378"],
    file: "/data/media/movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mp4",
    mediaId: 5003,
    partId: 5103,
  })
  addMovie(server, {
    key: "7002",
    section: "1",
    title: "Unmatched.File.2020",
    duration: 5_400_000,
    addedAt: LONG_AGO + 701,
    guid: "local://7002",
    file: "/data/media/movies/Unmatched.File.2020/Unmatched.File.2020.mkv",
    mediaId: 5702,
    partId: 5802,
  })
  addMovie(server, {
    ...SINTEL,
    key: "4001",
    section: "4",
    guid: "com.plexapp.agents.imdb://tt1727587?lang=en",
    file: "/data/media/movies-old/Sintel.2010/Sintel.2010.mkv",
    extra: SINTEL_EXTRA,
  })
  addMovie(server, {
    key: "7001",
    section: "7",
    title: "Boat trip 2019",
    duration: 301_000,
    addedAt: LONG_AGO + 700,
    guid: "com.plexapp.agents.none://7001?lang=xn",
    file: "/data/media/home/Boat trip 2019/Boat trip 2019.mp4",
  })
  addMovie(server, {
    ...SINTEL,
    key: "8001",
    section: "8",
    guid: "tv.plex.agents.nfo.movie://movie/tmdb_45745",
    file: "/data/media/movies-nfo/Sintel/Sintel.mkv",
    extra: SINTEL_EXTRA,
  })
  addMovie(server, {
    ...SINTEL,
    key: "10001",
    section: "10",
    guid: "plex://movie/5d776b59ad5437001f79c6f8",
    guids,
    file: "/data/media/movies-4k/Sintel (2010)/Sintel (2010) [Remux-2160p].mkv",
    resolution: "4k",
    extra: SINTEL_EXTRA,
  })
  addClip(server, {
    key: "1002",
    title: "Sintel",
    year: 2010,
    guid: "iva://api.internetvideoarchive.com/2.0/DataService/VideoAssets(999001)?lang=en",
    extra: { subtype: "trailer", extraType: 1 },
  })
  addClip(server, { key: "77", title: "preroll-short", duration: 8000, guid: "prerolls://1" })
  putItem(server, {
    ratingKey: "3003",
    type: "track",
    section: "3",
    title: "Foghorn",
    guid: "plex://track/5d07cd0000000000000000c3",
    guids: [],
    children: [],
    addedAt: LONG_AGO,
    addedAtLocked: false,
    updatedAt: LONG_AGO,
    media: [],
    extra: { parentTitle: "Tides", grandparentTitle: "The Pilots" },
  })
}

export function fillAttic(server: PlexServer): void {
  addLibraries(server)
  addFilms(server)
  addShows(server)
}
