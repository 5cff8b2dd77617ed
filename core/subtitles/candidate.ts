import type { Language } from "./language.ts"

/** One subtitle that a provider offers. Nothing has been downloaded yet. */
export interface Candidate {
  /** The provider's id: `gestdown`, `plex`, `opensubtitles`, `subdl`. */
  readonly provider: string
  /** Unique within the provider; blacklists and journals name it. */
  readonly id: string
  readonly language: Language
  readonly forced: boolean
  readonly hearingImpaired: boolean
  /** Release names that the uploader says it fits; empty when unknown. */
  readonly releases: ReadonlyArray<string>
  readonly matchedBy: ReadonlyArray<"hash" | "imdb" | "tmdb" | "tvdb" | "title" | "server">
  /** What the provider says it is for; null where it does not say. */
  readonly season: number | null
  readonly episode: number | null
  /** It covers a whole season and the episode must be picked out of an archive. */
  readonly seasonPack: boolean
  readonly frameRate: number | null
  readonly machineTranslated: boolean
  readonly trusted: boolean
  readonly downloads: number | null
  readonly uploader: string | null
  /** File name, where the provider gives one. */
  readonly fileName: string | null
  /** What the provider needs to fetch it; opaque to everybody else and without secrets. */
  readonly handle: string
}
