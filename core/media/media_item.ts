/** What a Plex Media Server says about one film or episode. Parsed leniently at the edge, exact from here on. */

export type MediaKind = "movie" | "episode"

/** One item of one server. `serverId` is the machine identifier; `ratingKey` is opaque and may change on a rebuild. */
export interface ItemRef {
  readonly serverId: string
  readonly ratingKey: string
}

export interface MediaItem {
  readonly ref: ItemRef
  readonly kind: MediaKind
  readonly title: string
  readonly year: number | null
  /** The primary guid, for example `plex://movie/5d77…` or `com.plexapp.agents.hama://anidb-99001/1/5?lang=en`. */
  readonly guid: string
  /** External ids of this level, for example `tmdb://45745`. An episode's are its own, not its show's. Empty for old agents. */
  readonly guids: ReadonlyArray<string>
  readonly sectionId: string
  readonly sectionTitle: string
  /** The show, for an episode. */
  readonly show: ShowRef | null
  /** Season number; 0 are the specials. Null for films and where the server does not say. */
  readonly season: number | null
  /** Episode number; null for date-based episodes. */
  readonly episode: number | null
  /** First broadcast or release, `YYYY-MM-DD`. */
  readonly availableAt: string | null
  readonly editionTitle: string | null
  /** Unix seconds. */
  readonly addedAt: number | null
  readonly updatedAt: number | null
  readonly durationMs: number | null
  readonly versions: ReadonlyArray<MediaVersion>
}

export interface ShowRef {
  readonly ratingKey: string
  readonly title: string
  readonly guid: string
}

/** One encoding of the item ("Media" in Plex's words): a 1080p and a 4K copy are two versions. */
export interface MediaVersion {
  readonly id: string
  /** As Plex writes it: `4k`, `1080`, `720`, `sd`. */
  readonly resolution: string | null
  /** Frames a second, where the server gives a number; Plex's classes (`24p`, `PAL`) are turned into one. */
  readonly frameRate: number | null
  readonly parts: ReadonlyArray<MediaPart>
}

export interface MediaPart {
  readonly id: string
  /** The path as the server sees it; null when the token may not see it. */
  readonly file: string | null
  readonly bytes: number | null
  readonly streams: ReadonlyArray<MediaStream>
}

export interface MediaStream {
  readonly id: string
  readonly type: "video" | "audio" | "subtitle" | "other"
  readonly codec: string
  /** Three letters, in either of ISO 639-2's forms; null when undetermined. */
  readonly languageCode: string | null
  /** BCP 47, for example `pt-BR`; preferred over the code where it is given. */
  readonly languageTag: string | null
  readonly title: string | null
  readonly displayTitle: string | null
  readonly forced: boolean
  readonly hearingImpaired: boolean
  readonly selected: boolean
  readonly default: boolean
  /** Only sidecars and downloaded subtitles have one: `/library/streams/{id}`. */
  readonly key: string | null
  /** Set for subtitles that Plex fetched or was given, for example `OpenSubtitles`. */
  readonly providerTitle: string | null
  readonly frameRate: number | null
}

/** Every part of every version, in the server's order. */
export function partsOf(item: MediaItem): ReadonlyArray<MediaPart> {
  return item.versions.flatMap((version) => version.parts)
}

const two = (number: number): string => String(number).padStart(2, "0")

/**
 * An episode as people name it, with as much as is known of it: `The Harbor Line S01E03 · Slack Water`. `Episode 3` is
 * what Plex calls one without a title.
 */
export function episodeName(
  show: string,
  place: { readonly season: number; readonly episodes: ReadonlyArray<number> } | null,
  title: string,
): string {
  const episodes = place === null ? "" : place.episodes.map((one) => `E${two(one)}`).join("")
  const number = place === null ? "" : ` S${two(place.season)}${episodes}`
  const isNamed = title !== "" && !(place !== null && /^(episode|e|#) ?\d+$/i.test(title))
  return `${show}${number}${isNamed ? ` · ${title}` : ""}`
}

/** How people name it: `Sintel (2010)`, `The Harbor Line S01E03 · Slack Water`, `The Late Hour 2026-03-01`. */
export function displayName(
  item: Pick<MediaItem, "kind" | "title" | "year" | "show" | "season" | "episode" | "availableAt">,
): string {
  if (item.kind === "movie") return item.year === null ? item.title : `${item.title} (${item.year})`
  const show = item.show?.title ?? item.title
  if (item.season !== null && item.episode !== null) {
    const title = item.show === null ? "" : item.title
    return episodeName(show, { season: item.season, episodes: [item.episode] }, title)
  }
  return item.availableAt === null ? `${show} ${item.title}`.trim() : `${show} ${item.availableAt}`
}
