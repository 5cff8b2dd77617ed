/** Items as a media server shows them. */

import { existsSync } from "node:fs"
import { findLanguage } from "../world/language.ts"
import {
  type ExternalSubtitle,
  type Item,
  libraryOf,
  type Media,
  type Part,
  type PlexServer,
  partsOf,
  type Stream,
} from "../world/plex_server.ts"
import type { PmsContext } from "./pms_context.ts"

export interface RenderOptions {
  /** `Guid[]`: always in a single item, in lists only when asked for. */
  readonly guids: boolean
  /** `Stream[]`: never in lists. */
  readonly streams: boolean
  /** Whose chosen subtitle is marked. */
  readonly username: string
  /** Whether file paths are visible. */
  readonly admin: boolean
  /** Whether each file is looked for on the disk. */
  readonly checkFiles?: boolean
}

type Tree = Record<string, unknown>

const DEFAULT_STREAMS: ReadonlyArray<Omit<Stream, "id">> = [
  {
    streamType: 1,
    default: true,
    codec: "h264",
    index: 0,
    bitrate: 4800,
    height: 1080,
    width: 1920,
    displayTitle: "1080p (H.264)",
  },
  {
    streamType: 2,
    selected: true,
    default: true,
    codec: "ac3",
    index: 1,
    channels: 6,
    bitrate: 448,
    language: "English",
    languageTag: "en",
    languageCode: "eng",
    displayTitle: "English (AC3 5.1)",
  },
] as const

function displayTitle(subtitle: ExternalSubtitle): string {
  const language =
    subtitle.languageTag === undefined
      ? "Unknown"
      : (findLanguage(subtitle.languageTag)?.name ?? subtitle.languageTag)
  const flags = `${subtitle.hearingImpaired ? " SDH" : ""}${subtitle.forced ? " Forced" : ""}`
  return `${language}${flags} (${subtitle.codec.toUpperCase()} External)`
}

export function renderExternal(subtitle: ExternalSubtitle): Tree {
  const language = subtitle.languageTag === undefined ? undefined : findLanguage(subtitle.languageTag)
  return {
    id: subtitle.id,
    key: `/library/streams/${subtitle.id}`,
    streamType: 3,
    codec: subtitle.codec,
    format: subtitle.codec,
    // Undetermined: the language keys are absent.
    ...(language === undefined
      ? {}
      : { language: language.name, languageTag: language.tag, languageCode: language.code3 }),
    ...(subtitle.title === undefined ? {} : { title: subtitle.title }),
    displayTitle: displayTitle(subtitle),
    extendedDisplayTitle: displayTitle(subtitle),
    // Flags are absent when false.
    ...(subtitle.forced ? { forced: true } : {}),
    ...(subtitle.hearingImpaired ? { hearingImpaired: true } : {}),
    ...(subtitle.onDemand === undefined ? {} : { ...subtitle.onDemand, perfectMatch: true, userID: 1 }),
  }
}

export function streamsOf(part: Part): Tree[] {
  const embedded: ReadonlyArray<Tree> =
    part.streams ?? DEFAULT_STREAMS.map((stream, i) => ({ id: part.id * 10 + i, ...stream }))
  return [...embedded, ...part.external.map(renderExternal)]
}

function renderPart(context: PmsContext, item: Item, part: Part, options: RenderOptions): Tree {
  const tree: Tree = {
    id: part.id,
    key: `/library/parts/${part.id}/${item.addedAt}/file.${part.container}`,
    ...(item.duration === undefined ? {} : { duration: item.duration }),
    ...(options.admin ? { file: context.simulation.paths.inPlex(part.file) } : {}),
    size: part.size,
    container: part.container,
  }
  if (options.checkFiles === true) {
    const exists = existsSync(context.simulation.paths.onDisk(part.file))
    Object.assign(tree, { accessible: exists, exists })
  }
  if (options.streams) {
    const chosen = part.selected.get(options.username)
    tree.Stream = streamsOf(part).map((stream) =>
      stream.streamType === 3 && stream.id === chosen ? { ...stream, selected: true } : stream,
    )
  }
  return tree
}

function renderMedia(context: PmsContext, item: Item, media: Media, options: RenderOptions): Tree {
  return {
    id: media.id,
    ...(item.duration === undefined ? {} : { duration: item.duration }),
    ...media.attributes,
    Part: media.parts.map((part) => renderPart(context, item, part, options)),
  }
}

function ancestry(server: PlexServer, item: Item): Tree {
  const parent = item.parent === undefined ? undefined : server.items.get(item.parent)
  const grandparent = item.grandparent === undefined ? undefined : server.items.get(item.grandparent)
  const tree: Tree = {}
  if (parent !== undefined) {
    tree.parentRatingKey = parent.ratingKey
    tree.parentKey = `/library/metadata/${parent.ratingKey}`
    tree.parentGuid = parent.guid
    tree.parentTitle = parent.title
    if (item.type === "episode" && parent.index !== undefined) tree.parentIndex = parent.index
  }
  if (grandparent !== undefined) {
    tree.grandparentRatingKey = grandparent.ratingKey
    tree.grandparentKey = `/library/metadata/${grandparent.ratingKey}`
    tree.grandparentGuid = grandparent.guid
    tree.grandparentTitle = grandparent.title
    if (grandparent.extra.slug !== undefined) tree.grandparentSlug = grandparent.extra.slug
    tree.grandparentThumb = `/library/metadata/${grandparent.ratingKey}/thumb/${grandparent.updatedAt}`
  }
  return tree
}

/** The attributes that webhooks, sessions and library answers have in common. */
export function renderBare(context: PmsContext, item: Item): Tree {
  const { server } = context
  const library = libraryOf(server, item)
  const { Genre, ...extra } = item.extra
  return {
    ...(library === undefined ? {} : { librarySectionType: library.type }),
    ratingKey: item.ratingKey,
    key: `/library/metadata/${item.ratingKey}${item.children.length > 0 ? "/children" : ""}`,
    guid: item.guid,
    ...ancestry(server, item),
    type: item.type,
    title: item.title,
    ...(library === undefined
      ? {}
      : {
          librarySectionTitle: library.title,
          librarySectionID: Number(library.key),
          librarySectionKey: `/library/sections/${library.key}`,
        }),
    summary: "",
    ...extra,
    ...(item.index === undefined ? {} : { index: item.index }),
    ...(item.year === undefined ? {} : { year: item.year }),
    thumb: `/library/metadata/${item.ratingKey}/thumb/${item.updatedAt}`,
    art: `/library/metadata/${item.grandparent ?? item.ratingKey}/art/${item.updatedAt}`,
    ...(item.duration === undefined ? {} : { duration: item.duration }),
    ...(item.originallyAvailableAt === undefined
      ? {}
      : { originallyAvailableAt: item.originallyAvailableAt }),
    addedAt: item.addedAt,
    updatedAt: item.updatedAt,
    ...(Genre === undefined ? {} : { Genre }),
  }
}

function leafCounts(server: PlexServer, item: Item): Tree {
  const leaves =
    item.type === "season"
      ? item.children.length
      : item.children.reduce((sum, key) => sum + (server.items.get(key)?.children.length ?? 0), 0)
  return {
    leafCount: leaves,
    viewedLeafCount: 0,
    ...(item.type === "show" ? { childCount: item.children.length } : {}),
  }
}

export function renderItem(context: PmsContext, item: Item, options: RenderOptions): Tree {
  const tree = renderBare(context, item)
  if (item.type === "show" || item.type === "season") Object.assign(tree, leafCounts(context.server, item))
  if (options.guids && item.guids.length > 0) tree.Guid = item.guids.map((id) => ({ id }))
  if (item.media.length > 0) {
    tree.Media = item.media.map((media) => renderMedia(context, item, media, options))
  }
  if (item.type === "show" && options.streams) tree.Location = showFolders(context, item)
  return tree
}

function showFolders(context: PmsContext, show: Item): Tree[] {
  const { server, simulation } = context
  const season = server.items.get(show.children[0] ?? "")
  const episode = server.items.get(season?.children[0] ?? "")
  const file = episode === undefined ? undefined : partsOf(episode)[0]?.file
  if (file === undefined) return []
  return [{ path: simulation.paths.inPlex(file.split("/").slice(0, -2).join("/")) }]
}
