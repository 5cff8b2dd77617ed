/** What is searched for: one film or episode with every name it has. Built by `identify.ts`, read by every provider. */
export interface Release {
  readonly kind: "movie" | "episode"
  /** The film's title, or the show's. */
  readonly title: string
  readonly year: number | null
  readonly season: number | null
  readonly episode: number | null
  readonly absoluteEpisode: number | null
  readonly airDate: string | null
  /** Ids of the film, or of the episode itself. Numbers as text without prefix, IMDb with `tt`. */
  readonly ids: ExternalIds
  /** Ids of the show; empty for a film. */
  readonly showIds: ExternalIds
  /** Names that describe the file, the most telling first: the scene name, then the file's own name. */
  readonly names: ReadonlyArray<string>
  readonly releaseGroup: string | null
  readonly edition: string | null
  readonly frameRate: number | null
  readonly durationMs: number | null
  /** Where the video lies for us (mapped), null when no path is known. */
  readonly path: string | null
  readonly bytes: number | null
  /** OpenSubtitles' hash of the file, 16 hex digits; null when the file cannot be read or is too small. */
  readonly movieHash: string | null
}

export interface ExternalIds {
  readonly imdb?: string
  readonly tmdb?: string
  readonly tvdb?: string
  readonly anidb?: string
  readonly tvmaze?: string
  /** MyAnimeList. */
  readonly mal?: string
}
