import type { MediaItem } from "../../core/media/media_item.ts"

/** The film of the recorded samples, with one subtitle that the server keeps itself. */
export const sintel: MediaItem = {
  ref: { serverId: "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00", ratingKey: "1001" },
  kind: "movie",
  title: "Sintel",
  year: 2010,
  guid: "plex://movie/5d776b59ad5437001f79c6f8",
  guids: ["imdb://tt1727587", "tmdb://45745"],
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
  versions: [
    {
      id: "5001",
      resolution: "1080",
      frameRate: 24,
      parts: [
        {
          id: "5101",
          file: "/data/media/movies/Sintel (2010)/Sintel (2010) [Bluray-1080p].mkv",
          bytes: 588_000_000,
          streams: [
            {
              id: "90008",
              type: "subtitle",
              codec: "srt",
              languageCode: "spa",
              languageTag: "es",
              title: null,
              displayTitle: "Spanish (SRT External)",
              forced: false,
              hearingImpaired: false,
              selected: false,
              default: false,
              key: "/library/streams/90008",
              providerTitle: "OpenSubtitles",
              frameRate: null,
            },
          ],
        },
      ],
    },
  ],
}
