import type { MediaItem, MediaPart, MediaStream } from "../../core/media/media_item.ts"

/** Items of the sample world's server, as the core sees them. Fields can be replaced. */

export const SERVER_ID = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"

export const part = (file: string | null, more: Partial<MediaPart> = {}): MediaPart => ({
  id: "9001",
  file,
  bytes: null,
  streams: [],
  ...more,
})

const version = (one: MediaPart) => ({
  id: `5${one.id}`,
  resolution: "1080",
  frameRate: 24,
  parts: [one],
})

export const subtitle = (more: Partial<MediaStream> = {}): MediaStream => ({
  id: "7001",
  type: "subtitle",
  codec: "srt",
  languageCode: "eng",
  languageTag: "en",
  title: null,
  displayTitle: "English (SRT External)",
  forced: false,
  hearingImpaired: false,
  selected: false,
  default: false,
  key: "/library/streams/7001",
  providerTitle: null,
  frameRate: null,
  ...more,
})

export const SINTEL_FILE = "/data/media/movies/Sintel (2010)/Sintel (2010) [Bluray-1080p].mkv"

export const film = (
  more: Partial<MediaItem> = {},
  parts: ReadonlyArray<MediaPart> = [part(SINTEL_FILE)],
): MediaItem => ({
  ref: { serverId: SERVER_ID, ratingKey: "1001" },
  kind: "movie",
  title: "Sintel",
  year: 2010,
  guid: "plex://movie/5d776b59ad5437001f79c6f8",
  guids: ["imdb://tt1727587", "tmdb://45745", "tvdb://9900745"],
  sectionId: "1",
  sectionTitle: "Movies",
  show: null,
  season: null,
  episode: null,
  availableAt: "2010-09-30",
  editionTitle: null,
  addedAt: 1_755_000_000,
  updatedAt: 1_755_000_100,
  durationMs: 888_000,
  versions: parts.map(version),
  ...more,
})

export const EPISODE_FILE =
  "/data/media/tv/The Harbor Line/Season 01/The Harbor Line - S01E03 - Slack Water WEBDL-1080p.mkv"

export const SHOW = {
  ratingKey: "2000",
  title: "The Harbor Line",
  guid: "plex://show/5f0e00000000000000005001",
}

export const episode = (
  more: Partial<MediaItem> = {},
  parts: ReadonlyArray<MediaPart> = [part(EPISODE_FILE)],
): MediaItem => ({
  ...film({}, parts),
  ref: { serverId: SERVER_ID, ratingKey: "2013" },
  kind: "episode",
  title: "Slack Water",
  year: 2024,
  guid: "plex://episode/5f0e0000000000000000e013",
  guids: ["imdb://tt99000113", "tmdb://9900113", "tvdb://9910103"],
  sectionId: "2",
  sectionTitle: "TV Shows",
  show: SHOW,
  season: 1,
  episode: 3,
  availableAt: "2024-03-17",
  durationMs: 2_640_000,
  ...more,
})
