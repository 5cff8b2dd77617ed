/** What the name of a release tells. Lists are empty and fields null where it says nothing. */
export interface ReleaseName {
  readonly title: string | null
  readonly year: number | null
  readonly seasons: ReadonlyArray<number>
  readonly episodes: ReadonlyArray<number>
  /** Numbers without a season, as anime releases have them. */
  readonly absoluteEpisodes: ReadonlyArray<number>
  /** `YYYY-MM-DD`, for daily shows. */
  readonly airDate: string | null
  /** A whole season, not one episode. */
  readonly fullSeason: boolean
  /** In lower case: `ntb`, `sparks`. */
  readonly group: string | null
  readonly source: ReleaseSource | null
  /** `2160p`, `1080p` … */
  readonly resolution: string | null
  /** Streaming service in its usual abbreviation: `AMZN`, `NF`. */
  readonly service: string | null
  /** Cuts that change the timing, sorted. */
  readonly editions: ReadonlyArray<Edition>
}

/** A web download and a web rip of the same service have the same timing, so they are one. */
export type ReleaseSource = "bluray" | "web" | "dvd" | "tv" | "cam"
export type Edition = "extended" | "theatrical" | "directors" | "final" | "unrated" | "fan_edit"

/** Longest name, in characters, that is parsed; the rest is cut off. */
export const RELEASE_NAME_CHARS_MAX = 200

export const UNKNOWN_RELEASE_NAME: ReleaseName = {
  title: null,
  year: null,
  seasons: [],
  episodes: [],
  absoluteEpisodes: [],
  airDate: null,
  fullSeason: false,
  group: null,
  source: null,
  resolution: null,
  service: null,
  editions: [],
}

/** Abbreviations that stand before `WEB-DL` and `WEBRip`, from the naming rules of the groups that use them. */
const SERVICES: Readonly<Record<string, string>> = {
  amzn: "AMZN",
  amazon: "AMZN",
  nf: "NF",
  netflix: "NF",
  dsnp: "DSNP",
  dsny: "DSNP",
  atvp: "ATVP",
  aptv: "ATVP",
  hmax: "MAX",
  max: "MAX",
  hbo: "MAX",
  hulu: "HULU",
  pcok: "PCOK",
  pmtp: "PMTP",
  stan: "STAN",
  it: "iT",
  ip: "iP",
  cr: "CR",
  stz: "STZ",
  sho: "SHO",
  all4: "ALL4",
  itv: "ITV",
  vudu: "VUDU",
  ma: "MA",
  red: "RED",
  cc: "CC",
  crav: "CRAV",
  now: "NOW",
  roku: "ROKU",
  vix: "VIX",
  wowtv: "WOWTV",
  rtlp: "RTLP",
  zee5: "ZEE5",
  hs: "HS",
  sling: "SLNG",
  tubi: "TUBI",
  bcore: "BCORE",
}

/**
 * The streaming service in a release name: the word directly before the web source, since words such as `it` and `max`
 * mean a service nowhere else.
 *
 * @example
 * ```ts
 * assert.strictEqual(streamingService("Show.S01E01.1080p.AMZN.WEB-DL.DDP5.1.H.264-NTb"), "AMZN")
 * assert.strictEqual(streamingService("It.2017.1080p.BluRay.x264-SPARKS"), null)
 * ```
 */
export function streamingService(name: string): string | null {
  const found = /(?:^|[ ._[(+-])([a-z0-9]{2,7})[ ._-]web(?:[ ._-]?(?:dl|rip))?(?![a-z0-9])/i.exec(name)
  const word = found?.[1]?.toLowerCase()
  return word !== undefined && Object.hasOwn(SERVICES, word) ? (SERVICES[word] ?? null) : null
}

const EDITIONS: ReadonlyArray<readonly [RegExp, Edition]> = [
  [/\bdirector'?s\b/i, "directors"],
  [/\bextended\b|\b(?:special|ultimate)[ ._-]?(?:edition|cut)\b/i, "extended"],
  [/\bdespecialized\b|\bfan[ ._-]?edit\b/i, "fan_edit"],
  [/\bfinal[ ._-]?(?:cut|edition)\b/i, "final"],
  [/\btheatrical\b/i, "theatrical"],
  [/\bunrated\b|\buncensored\b|\buncut\b/i, "unrated"],
]

/**
 * The cuts that a text names, sorted: an edition as Plex or Radarr has it, or what follows the year in a release name.
 * IMAX and remastered releases run like any other.
 *
 * @example
 * ```ts
 * assert.deepStrictEqual(editionsIn("Director's Cut"), ["directors"])
 * assert.deepStrictEqual(editionsIn("IMAX Remastered"), [])
 * ```
 */
export function editionsIn(text: string): ReadonlyArray<Edition> {
  return EDITIONS.filter(([words]) => words.test(text)).map(([, edition]) => edition)
}
