import type { Release } from "../../core/media/release.ts"
import type { SubtitleQuery } from "../../core/ports/subtitle_source.ts"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import type { Language } from "../../core/subtitles/language.ts"

/** The film and the episode of the samples, as they are searched for. */

const SINTEL: Release = {
  kind: "movie",
  title: "Sintel",
  year: 2010,
  season: null,
  episode: null,
  absoluteEpisode: null,
  airDate: null,
  ids: { imdb: "tt1727587", tmdb: "45745" },
  showIds: {},
  names: ["Sintel.2010.1080p.BluRay.x264-EXAMPLE"],
  releaseGroup: "EXAMPLE",
  edition: null,
  frameRate: 24,
  durationMs: 888_000,
  path: null,
  bytes: null,
  movieHash: null,
}

const HARBOR: Release = {
  ...SINTEL,
  kind: "episode",
  title: "The Harbor Line",
  year: 2024,
  season: 1,
  episode: 3,
  ids: { imdb: "tt99000113", tmdb: "9900113" },
  showIds: { imdb: "tt99000100", tmdb: "9900100", tvdb: "990001" },
  names: ["The.Harbor.Line.S01E03.1080p.WEB-DL.AAC2.0.H.264-EXAMPLE"],
}

const query = (release: Release, given: Partial<SubtitleQuery>): SubtitleQuery => ({
  release,
  languages: ["en" as Language],
  forced: "avoid",
  hearingImpaired: "avoid",
  item: null,
  ...given,
})

export const languages = (...tags: ReadonlyArray<string>) => tags as ReadonlyArray<Language>
export const filmQuery = (release: Partial<Release> = {}, given: Partial<SubtitleQuery> = {}) =>
  query({ ...SINTEL, ...release }, given)
export const episodeQuery = (release: Partial<Release> = {}, given: Partial<SubtitleQuery> = {}) =>
  query({ ...HARBOR, ...release }, given)

export const candidate = (given: Partial<Candidate> = {}): Candidate => ({
  provider: "memory",
  id: "1",
  language: "en" as Language,
  forced: false,
  hearingImpaired: false,
  releases: [],
  matchedBy: [],
  season: null,
  episode: null,
  seasonPack: false,
  frameRate: null,
  machineTranslated: false,
  trusted: false,
  downloads: null,
  uploader: null,
  fileName: null,
  handle: "1",
  ...given,
})
