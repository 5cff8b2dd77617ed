/** Short forms for putting films and shows into a server. */

import { smallSizeOf } from "./media_files.ts"
import { type Item, type Media, type PlexServer, putItem, type Stream } from "./plex_server.ts"

interface Common {
  readonly key: string
  readonly section?: string
  readonly title: string
  readonly guid: string
  readonly guids?: ReadonlyArray<string>
  readonly year?: number
  readonly date?: string
  readonly duration?: number
  readonly addedAt?: number
  readonly updatedAt?: number
  readonly extra?: Record<string, unknown>
}

interface WithFile {
  readonly file: string
  readonly size?: number
  readonly mediaId?: number
  readonly partId?: number
  readonly resolution?: string
  readonly streams?: ReadonlyArray<Stream>
}

export const LONG_AGO = 1_755_000_000

function blank(type: Item["type"], fields: Common): Item {
  const addedAt = fields.addedAt ?? LONG_AGO
  return {
    ratingKey: fields.key,
    type,
    title: fields.title,
    guid: fields.guid,
    guids: [...(fields.guids ?? [])],
    children: [],
    addedAt,
    addedAtLocked: false,
    updatedAt: fields.updatedAt ?? addedAt + 100,
    media: [],
    extra: fields.extra ?? {},
    ...(fields.section === undefined ? {} : { section: fields.section }),
    ...(fields.year === undefined ? {} : { year: fields.year }),
    ...(fields.date === undefined ? {} : { originallyAvailableAt: fields.date }),
    ...(fields.duration === undefined ? {} : { duration: fields.duration }),
  }
}

export function makeMedia(server: PlexServer, fields: WithFile): Media {
  const container = fields.file.slice(fields.file.lastIndexOf(".") + 1)
  return {
    id: fields.mediaId ?? server.nextId++,
    attributes: {
      bitrate: 5300,
      width: fields.resolution === "4k" ? 3840 : 1920,
      height: fields.resolution === "4k" ? 2160 : 1080,
      audioChannels: 6,
      audioCodec: "ac3",
      videoCodec: "h264",
      videoResolution: fields.resolution ?? "1080",
      container,
    },
    parts: [
      {
        id: fields.partId ?? server.nextId++,
        file: fields.file,
        size: fields.size ?? smallSizeOf(fields.file),
        container,
        external: [],
        selected: new Map(),
        ...(fields.streams === undefined ? {} : { streams: [...fields.streams] }),
      },
    ],
  }
}

export function addMovie(server: PlexServer, fields: Common & WithFile): Item {
  const item = blank("movie", fields)
  item.media.push(makeMedia(server, fields))
  return putItem(server, item)
}

export function addClip(server: PlexServer, fields: Common & Partial<WithFile>): Item {
  return putItem(server, blank("clip", fields))
}

export function addShow(server: PlexServer, fields: Common): Item {
  const item = blank("show", fields)
  item.index = 1
  return putItem(server, item)
}

export function addSeason(
  server: PlexServer,
  show: Item,
  fields: Omit<Common, "title" | "section"> & { readonly index: number },
): Item {
  const section = show.section
  const item = blank("season", {
    ...fields,
    title: fields.index === 0 ? "Specials" : `Season ${fields.index}`,
    ...(section === undefined ? {} : { section }),
  })
  item.index = fields.index
  item.parent = show.ratingKey
  return putItem(server, item)
}

export function addEpisode(
  server: PlexServer,
  season: Item,
  fields: Omit<Common, "section"> & WithFile & { readonly index?: number },
): Item {
  const section = season.section
  const item = blank("episode", { ...fields, ...(section === undefined ? {} : { section }) })
  if (fields.index !== undefined) item.index = fields.index
  item.parent = season.ratingKey
  if (season.parent !== undefined) item.grandparent = season.parent
  item.media.push(makeMedia(server, fields))
  return putItem(server, item)
}
