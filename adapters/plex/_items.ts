import type { MediaItem, MediaPart, MediaStream, MediaVersion } from "../../core/media/media_item.ts"
import type { OnDemandSubtitle, ShowItem } from "../../core/ports/plex_library.ts"
import { flag, list, type Node, number, text } from "./_tree.ts"

/** JSON calls every item `Metadata`; XML calls films and episodes `Video` and shows `Directory`. */
const ITEM_TAGS = ["Metadata", "Video", "Directory"] as const

export function itemNodes(container: Node): ReadonlyArray<Node> {
  return list(container, ...ITEM_TAGS)
}

const STREAM_TYPES: Readonly<Record<number, MediaStream["type"]>> = { 1: "video", 2: "audio", 3: "subtitle" }
/** Plex's classes of frame rates that are words; `24p` and `60i` are read as the number in them. */
const FRAME_RATE_CLASSES: Readonly<Record<string, number>> = { PAL: 25, NTSC: 29.97 }

function frameRateOf(label: string | null): number | null {
  if (label === null) return null
  const known = FRAME_RATE_CLASSES[label.toUpperCase()]
  const read = known ?? Number.parseFloat(label)
  return Number.isFinite(read) && read > 0 ? read : null
}

function readStream(one: Node): MediaStream {
  return {
    id: text(one, "id") ?? "",
    type: STREAM_TYPES[number(one, "streamType") ?? 0] ?? "other",
    codec: text(one, "codec", "format") ?? "",
    languageCode: text(one, "languageCode"),
    languageTag: text(one, "languageTag"),
    title: text(one, "title"),
    displayTitle: text(one, "displayTitle", "extendedDisplayTitle"),
    forced: flag(one, "forced"),
    hearingImpaired: flag(one, "hearingImpaired"),
    selected: flag(one, "selected"),
    default: flag(one, "default"),
    // Embedded streams have an index instead; a stream with both cannot be fetched by its key.
    key: number(one, "index") === null ? text(one, "key") : null,
    providerTitle: text(one, "providerTitle"),
    frameRate: number(one, "frameRate"),
  }
}

function readPart(one: Node): MediaPart {
  return {
    id: text(one, "id") ?? "",
    file: text(one, "file"),
    bytes: number(one, "size"),
    streams: list(one, "Stream").map(readStream),
  }
}

function readVersion(one: Node): MediaVersion {
  const parts = list(one, "Part").map(readPart)
  const exact = parts.flatMap((part) => part.streams).find((stream) => stream.type === "video")?.frameRate
  return {
    id: text(one, "id") ?? "",
    resolution: text(one, "videoResolution"),
    frameRate: exact ?? frameRateOf(text(one, "videoFrameRate")),
    parts,
  }
}

const guidsOf = (one: Node) => list(one, "Guid").flatMap((guid) => text(guid, "id") ?? [])

/** A film or an episode; null when the node is anything else. `container` knows the library where the node does not. */
export function readItem(serverId: string, one: Node, container: Node): MediaItem | null {
  const ratingKey = text(one, "ratingKey")
  const kind = text(one, "type")
  if (ratingKey === null || (kind !== "movie" && kind !== "episode")) return null
  const showKey = text(one, "grandparentRatingKey")
  const show = {
    ratingKey: showKey ?? "",
    title: text(one, "grandparentTitle") ?? text(container, "parentTitle") ?? "",
    guid: text(one, "grandparentGuid") ?? "",
  }
  return {
    ref: { serverId, ratingKey },
    kind,
    title: text(one, "title") ?? "",
    year: number(one, "year"),
    guid: text(one, "guid") ?? "",
    guids: guidsOf(one),
    sectionId: text(one, "librarySectionID") ?? text(container, "librarySectionID") ?? "",
    sectionTitle: text(one, "librarySectionTitle") ?? text(container, "librarySectionTitle") ?? "",
    show: kind === "episode" && showKey !== null ? show : null,
    season: kind === "episode" ? number(one, "parentIndex") : null,
    episode: kind === "episode" ? number(one, "index") : null,
    availableAt: text(one, "originallyAvailableAt"),
    editionTitle: text(one, "editionTitle"),
    addedAt: number(one, "addedAt"),
    updatedAt: number(one, "updatedAt"),
    durationMs: number(one, "duration"),
    versions: list(one, "Media").map(readVersion),
  }
}

export function readShow(one: Node, container: Node): ShowItem | null {
  const ratingKey = text(one, "ratingKey")
  if (ratingKey === null || text(one, "type") !== "show") return null
  return {
    ratingKey,
    title: text(one, "title") ?? "",
    guid: text(one, "guid") ?? "",
    guids: guidsOf(one),
    year: number(one, "year"),
    sectionId: text(one, "librarySectionID") ?? text(container, "librarySectionID") ?? "",
  }
}

export function readOnDemand(container: Node): ReadonlyArray<OnDemandSubtitle> {
  return list(container, "Stream").flatMap((one) => {
    const key = text(one, "key")
    if (key === null) return []
    return {
      key,
      sourceKey: text(one, "sourceKey"),
      title: text(one, "title", "extendedDisplayTitle", "displayTitle") ?? "",
      codec: text(one, "codec", "format") ?? "",
      languageCode: text(one, "languageCode"),
      languageTag: text(one, "languageTag"),
      providerTitle: text(one, "providerTitle") ?? "",
      score: number(one, "score"),
      perfectMatch: flag(one, "perfectMatch"),
      forced: flag(one, "forced"),
      hearingImpaired: flag(one, "hearingImpaired"),
    }
  })
}

/**
 * The asked-for window of a list. Some servers ignore paging and send everything from the start, so the window is cut
 * out of what came; then what came is also the total.
 */
export function pageOf(
  container: Node,
  asked: { readonly offset: number; readonly limit: number },
): { readonly nodes: ReadonlyArray<Node>; readonly total: number | null } {
  const nodes = itemNodes(container)
  const total = number(container, "totalSize")
  const offset = number(container, "offset")
  const isWhole = offset === null && total === null && (nodes.length > asked.limit || asked.offset > 0)
  const start = isWhole ? 0 : (offset ?? asked.offset)
  const skip = Math.max(0, asked.offset - start)
  return { nodes: nodes.slice(skip, skip + asked.limit), total: total ?? (isWhole ? nodes.length : null) }
}
