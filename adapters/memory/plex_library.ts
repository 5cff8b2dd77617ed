import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { MediaItem } from "../../core/media/media_item.ts"
import { PlexNotFound, PlexRefused } from "../../core/ports/mod.ts"
import { PlexLibrary } from "../../core/ports/plex_library.ts"
import { placeName } from "../../core/servers/connection.ts"
import type { ServerAccess } from "../../core/servers/server.ts"
import { admitted, type MemoryServer, type PlexWorld, plexWorld } from "./_plex_world.ts"

export { memoryServer, type PlexWorld, plexWorld } from "./_plex_world.ts"

/** A list answer has no streams, as with a real server. */
const withoutStreams = (item: MediaItem): MediaItem => ({
  ...item,
  versions: item.versions.map((version) => ({
    ...version,
    parts: version.parts.map((part) => ({ ...part, streams: [] })),
  })),
})

const byEpisode = (a: MediaItem, b: MediaItem) =>
  (a.season ?? 0) - (b.season ?? 0) || (a.episode ?? 0) - (b.episode ?? 0)

/**
 * The libraries of a world. Reading never changes it; what is asked for (a scan, a refresh, an upload) is recorded in the
 * server's `calls` and handed to its `onCall`. An added date is really set, a deleted stream really gone.
 */
export function layer(world: PlexWorld = plexWorld()): Layer.Layer<PlexLibrary> {
  const missing = (access: ServerAccess, what: string) => new PlexNotFound({ where: placeName(access), what })
  const itemOf = (access: ServerAccess, ratingKey: string) =>
    Effect.flatMap(admitted(world, access), (home) => {
      const item = home.items.get(ratingKey)
      return item === undefined
        ? Effect.fail(missing(access, `item ${ratingKey}`))
        : Effect.succeed({ home, item })
    })
  const record = (home: MemoryServer, call: string) =>
    Effect.andThen(
      Effect.sync(() => void home.calls.push(call)),
      Effect.suspend(() => home.onCall(call)),
    )
  const known = (access: ServerAccess, sectionId: string) =>
    Effect.flatMap(admitted(world, access), (home) =>
      home.sections.some(({ id }) => id === sectionId)
        ? Effect.succeed(home)
        : Effect.fail(missing(access, `library ${sectionId}`)),
    )
  const slice = <A>(all: ReadonlyArray<A>, page: { readonly offset: number; readonly limit: number }) =>
    all.slice(page.offset, page.offset + page.limit)

  return Layer.succeed(PlexLibrary, {
    item: (access, ratingKey, { refresh }) =>
      Effect.flatMap(itemOf(access, ratingKey), ({ home }) =>
        Effect.andThen(
          refresh ? record(home, `read ${ratingKey}`) : Effect.void,
          Effect.suspend(() => {
            const item = home.items.get(ratingKey)
            return item === undefined
              ? Effect.fail(missing(access, `item ${ratingKey}`))
              : Effect.succeed(item)
          }),
        ),
      ),
    show: (access, ratingKey) =>
      Effect.flatMap(admitted(world, access), ({ shows }) => {
        const show = shows.get(ratingKey)
        return show === undefined ? Effect.fail(missing(access, `show ${ratingKey}`)) : Effect.succeed(show)
      }),
    episodes: (access, showRatingKey, page) =>
      Effect.flatMap(admitted(world, access), (home) => {
        if (!home.shows.has(showRatingKey)) return Effect.fail(missing(access, `show ${showRatingKey}`))
        const all = [...home.items.values()].filter((item) => item.show?.ratingKey === showRatingKey)
        const items = slice(all.sort(byEpisode), page).map(withoutStreams)
        return Effect.succeed({ items, offset: page.offset, total: all.length })
      }),
    page: (access, section, page) =>
      Effect.map(known(access, section.id), (home) => {
        const after = page.updatedAfter ?? Number.NEGATIVE_INFINITY
        const all = [...home.items.values()].filter(
          (item) =>
            item.sectionId === section.id &&
            item.kind === section.kind &&
            (item.updatedAt ?? 0) > after &&
            (page.guid === undefined || item.guid === page.guid),
        )
        if (page.updatedAfter !== null) all.sort((a, b) => (a.updatedAt ?? 0) - (b.updatedAt ?? 0))
        return { items: slice(all, page).map(withoutStreams), offset: page.offset, total: all.length }
      }),
    shows: (access, sectionId, page) =>
      Effect.map(known(access, sectionId), (home) => {
        const all = [...home.shows.values()].filter((show) => show.sectionId === sectionId)
        return { shows: slice(all, page), total: all.length }
      }),
    refreshItem: (access, ratingKey) =>
      Effect.flatMap(itemOf(access, ratingKey), ({ home }) => record(home, `refresh ${ratingKey}`)),
    scan: (access, sectionId, folder) =>
      Effect.flatMap(known(access, sectionId), (home) =>
        record(home, folder === null ? `scan ${sectionId}` : `scan ${sectionId} ${folder}`),
      ),
    setAddedAt: (access, edit) =>
      Effect.flatMap(known(access, edit.sectionId), (home) => {
        for (const ratingKey of edit.ratingKeys) {
          const item = home.items.get(ratingKey)
          if (item?.kind === edit.kind) home.items.set(ratingKey, { ...item, addedAt: edit.addedAtSeconds })
        }
        return record(home, `added ${edit.ratingKeys.join(",")} ${edit.addedAtSeconds}`)
      }),
    searchSubtitles: (access, ratingKey, query) =>
      Effect.map(itemOf(access, ratingKey), ({ home }) =>
        (home.onDemand.get(ratingKey) ?? []).filter((one) => {
          const tag = one.languageTag ?? one.languageCode ?? ""
          return tag === query.language || tag.startsWith(`${query.language}-`)
        }),
      ),
    downloadSubtitle: (access, ratingKey, subtitle) =>
      Effect.flatMap(itemOf(access, ratingKey), ({ home }) => {
        const offered = home.onDemand.get(ratingKey)?.some(({ key }) => key === subtitle.key) === true
        const what = "download a subtitle"
        return offered
          ? record(home, `download ${ratingKey} ${subtitle.key}`)
          : Effect.fail(new PlexRefused({ where: placeName(access), what, status: 400, code: null }))
      }),
    uploadSubtitle: (access, ratingKey, { title, bytes }) =>
      Effect.flatMap(itemOf(access, ratingKey), ({ home }) =>
        bytes.byteLength === 0
          ? Effect.fail(
              new PlexRefused({ where: placeName(access), what: "keep a subtitle", status: 400, code: null }),
            )
          : record(home, `upload ${ratingKey} ${title} (${bytes.byteLength} bytes)`),
      ),
    deleteSubtitle: (access, streamKey) =>
      Effect.flatMap(admitted(world, access), (home) => {
        const holder = [...home.items.values()].find((item) =>
          item.versions.some(({ parts }) =>
            parts.some(({ streams }) => streams.some(({ key }) => key === streamKey)),
          ),
        )
        if (holder === undefined) return Effect.fail(missing(access, `subtitle ${streamKey}`))
        home.items.set(holder.ref.ratingKey, {
          ...holder,
          versions: holder.versions.map((version) => ({
            ...version,
            parts: version.parts.map((part) => ({
              ...part,
              streams: part.streams.filter(({ key }) => key !== streamKey),
            })),
          })),
        })
        return record(home, `delete ${streamKey}`)
      }),
  })
}
