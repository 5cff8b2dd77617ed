/** What the subtitle providers have on their shelves, and the rules of each. */

export type ProviderName = "openSubtitles" | "subdl" | "gestdown" | "plex"

export interface StockedSubtitle {
  /** Unique; file, subtitle and download ids are made from it. */
  readonly id: number
  readonly providers: ReadonlyArray<ProviderName>
  /** BCP-47, see `language.ts`. */
  readonly language: string
  readonly release: string
  readonly kind: "movie" | "episode"
  readonly title: string
  readonly year?: number
  /** Of the film or of the episode. */
  readonly imdbId?: string
  readonly tmdbId?: number
  readonly show?: {
    readonly title: string
    readonly imdbId?: string
    readonly tmdbId?: number
    readonly tvdbId?: number
    readonly season: number
    readonly episode: number
  }
  readonly hearingImpaired?: boolean
  readonly forced?: boolean
  readonly trusted?: boolean
  readonly aiTranslated?: boolean
  readonly machineTranslated?: boolean
  /** Gestdown: a translation in progress must be ignored. */
  readonly completed?: boolean
  /** Paths below the media root of the files it was made for; matched by their hash. */
  readonly madeFor?: ReadonlyArray<string>
  readonly format?: "srt" | "ass" | "vtt"
  readonly encoding?: "utf-8" | "windows-1252" | "utf-16le"
  /** SubDL: a zip with the whole season, this episode among the others. */
  readonly seasonPack?: boolean
  readonly downloads?: number
  /** What OpenSubtitles says of its frame rate. */
  readonly fps?: number
  /** Instead of the invented dialogue. */
  readonly text?: string
}

export interface OpenSubtitlesRules {
  apiKeys: string[]
  users: Array<{ username: string; password: string; vip: boolean }>
  /** Downloads left for everyone together before 406; tests lower it. */
  downloadsLeft: number
  /** The known trap: a hash together with other filters finds nothing. */
  hashWithFiltersIsEmpty: boolean
  /** Whether a query that is not in canonical form is answered with a redirect to the canonical one. */
  redirectsToCanonical: boolean
  /** A login within one second of the last one is refused, as on the real service. */
  limitsLogins: boolean
}

export interface SubdlRules {
  apiKeys: string[]
  downloadsLeft: number
}

export const openSubtitlesRules = (): OpenSubtitlesRules => ({
  apiKeys: ["EXAMPLEopensubtitlesKEY"],
  users: [
    { username: "example_user", password: "example_password", vip: false },
    { username: "vip_user", password: "example_password", vip: true },
  ],
  downloadsLeft: 1000,
  hashWithFiltersIsEmpty: false,
  redirectsToCanonical: true,
  limitsLogins: false,
})

export const subdlRules = (): SubdlRules => ({ apiKeys: ["EXAMPLEsubdlKEY"], downloadsLeft: 1000 })
