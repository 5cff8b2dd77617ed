import { type ExternalGuid, levelOf, type Numbering, numberingOf, parseGuid } from "./guid.ts"
import type { MediaItem } from "./media_item.ts"
import type { ExternalIds } from "./release.ts"

/** Everything the guids of one item say. */
export interface KnownIds {
  /** Ids of the film, or of the episode itself. */
  readonly own: ExternalIds
  /** Ids of the show. */
  readonly show: ExternalIds
  /** Where in the show an old agent or HAMA has filed the episode. */
  readonly place:
    | (Pick<ExternalGuid, "season" | "episode" | "airDate"> & { readonly numbering: Numbering })
    | null
}

/** Reads the primary guid, the `Guid` list and the show's guid of an item. The primary guid wins over the list. */
export function idsOf(item: Pick<MediaItem, "kind" | "guid" | "guids" | "show">): KnownIds {
  const own: Record<string, string> = {}
  const show: Record<string, string> = {}
  let place: KnownIds["place"] = null
  const put = (into: Record<string, string>, guid: ExternalGuid) => {
    into[guid.source] ??= guid.id
  }
  for (const text of [item.guid, ...item.guids]) {
    const guid = parseGuid(text)
    if (guid._tag !== "External") continue
    const level = levelOf(guid, item.kind)
    if (level === "show") put(show, guid)
    else if (level === "film" || level === "episode") put(own, guid)
    if (place === null && guid.season !== null && (guid.episode !== null || guid.airDate !== null)) {
      const { season, episode, airDate } = guid
      place = { season, episode, airDate, numbering: numberingOf(guid) }
    }
  }
  const showGuid = item.show === null ? null : parseGuid(item.show.guid)
  if (showGuid?._tag === "External") put(show, showGuid)
  return { own, show, place }
}

/** The ids that a list of guids of a film or show itself names. */
export function ownIds(guid: string, guids: ReadonlyArray<string>): ExternalIds {
  const { own, show } = idsOf({ kind: "movie", guid, guids, show: null })
  return { ...show, ...own }
}
