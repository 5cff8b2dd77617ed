import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type { IndexEntry, IndexedSection } from "../../core/media/item_index_entry.ts"
import type { ItemRef } from "../../core/media/media_item.ts"
import { fileNameKey, folderNameKey } from "../../core/media/path_mapping.ts"
import { titleKey } from "../../core/media/title.ts"
import { FOUND_MAX, GONE_MAX, ItemIndex, SEARCH_WORDS_MAX } from "../../core/ports/item_index.ts"

const keyOf = (ref: ItemRef) => `${ref.serverId}\n${ref.ratingKey}`
const sectionKey = (serverId: string, sectionId: string) => `${serverId}\n${sectionId}`

const make = Effect.gen(function* () {
  const wishes = yield* Queue.sliding<true>(1)
  const ask = Effect.asVoid(Queue.offer(wishes, true))
  const entries = new Map<string, { readonly entry: IndexEntry; readonly generation: number }>()
  const sections = new Map<string, { section: Omit<IndexedSection, "items">; generation: number }>()
  const gone = new Map<string, IndexEntry>()
  const remove = (key: string) => {
    const entry = entries.get(key)?.entry
    entries.delete(key)
    if (entry === undefined || entry.kind === "show") return
    gone.delete(key)
    gone.set(key, entry)
    for (const oldest of [...gone.keys()].slice(0, Math.max(0, gone.size - GONE_MAX))) gone.delete(oldest)
  }
  const inSection = (serverId: string, sectionId: string | null) =>
    [...entries].filter(
      ([, { entry }]) =>
        entry.ref.serverId === serverId && (sectionId === null || entry.sectionId === sectionId),
    )
  const find = (matches: (entry: IndexEntry) => boolean, limit = FOUND_MAX) =>
    Effect.sync(() =>
      [...entries.values()]
        .map(({ entry }) => entry)
        .filter(matches)
        .slice(0, limit),
    )
  const change = (
    serverId: string,
    sectionId: string,
    next: (section: Omit<IndexedSection, "items">) => Omit<IndexedSection, "items">,
  ) =>
    Effect.sync(() => {
      const known = sections.get(sectionKey(serverId, sectionId))
      if (known !== undefined) known.section = next(known.section)
    })

  return ItemIndex.of({
    ask,
    asked: Effect.asVoid(Queue.take(wishes)),
    get: (ref) => Effect.sync(() => entries.get(keyOf(ref))?.entry ?? null),
    lastKnown: (ref) => Effect.sync(() => entries.get(keyOf(ref))?.entry ?? gone.get(keyOf(ref)) ?? null),
    byFileName: (name, folder) =>
      find((entry) =>
        entry.files.some(
          (file) =>
            fileNameKey(file) === fileNameKey(name) &&
            (folder === undefined || folderNameKey(file) === fileNameKey(folder)),
        ),
      ),
    byFileStem: (stem) => {
      const start = `${fileNameKey(`/${stem}`)}.`
      const isNamed = (name: string) => name.startsWith(start) && !name.slice(start.length).includes(".")
      return find((entry) => entry.files.some((file) => isNamed(fileNameKey(file))))
    },
    byGuid: (guid, serverId) =>
      find(
        (entry) => entry.guids.includes(guid) && (serverId === undefined || entry.ref.serverId === serverId),
      ),
    episodes: (show, { season, episode }) =>
      find(
        (entry) =>
          entry.ref.serverId === show.serverId &&
          entry.showRatingKey === show.ratingKey &&
          entry.season === season &&
          entry.episode === episode,
      ),
    search: ({ limit, offset, place, text }) =>
      Effect.sync(() => {
        const words = titleKey(text).key.split(" ").slice(0, SEARCH_WORDS_MAX)
        const showOf = ({ ref, showRatingKey }: IndexEntry) =>
          showRatingKey === null
            ? undefined
            : entries.get(keyOf({ ...ref, ratingKey: showRatingKey }))?.entry.title
        const found = [...entries.values()]
          .map(({ entry }) => {
            const show = showOf(entry)
            const own = titleKey(entry.title).key
            const shown = show === undefined ? "" : titleKey(show).key
            return { entry, all: `${own} ${shown}`, by: show === undefined ? own : shown }
          })
          .filter(({ all, entry: { kind, ref, sectionId } }) => {
            const isThere =
              place === null ||
              (ref.serverId === place.serverId && (place.sectionId === null || place.sectionId === sectionId))
            return kind !== "show" && isThere && words.every((word) => all.includes(word))
          })
          .sort(
            (a, b) =>
              Number(a.by > b.by) - Number(a.by < b.by) ||
              (a.entry.season ?? -1) - (b.entry.season ?? -1) ||
              (a.entry.episode ?? -1) - (b.entry.episode ?? -1),
          )
          .map(({ entry }) => entry)
        return { entries: found.slice(offset, offset + Math.min(limit, FOUND_MAX)), total: found.length }
      }),
    files: (serverId, limit) =>
      Effect.sync(() =>
        [...entries.values()]
          .filter(({ entry }) => serverId === null || entry.ref.serverId === serverId)
          .flatMap(({ entry }) => entry.files)
          .slice(0, limit),
      ),
    put: (added) =>
      Effect.sync(() => {
        for (const entry of added) {
          const generation = sections.get(sectionKey(entry.ref.serverId, entry.sectionId))?.generation ?? 0
          entries.set(keyOf(entry.ref), { entry, generation })
        }
      }),
    remove: (refs) =>
      Effect.sync(() => {
        for (const ref of refs) remove(keyOf(ref))
      }),
    sections: Effect.sync(() =>
      [...sections.values()].map(({ section }) => ({
        ...section,
        items: inSection(section.serverId, section.sectionId).filter(([, { entry }]) => entry.kind !== "show")
          .length,
      })),
    ),
    beginBuild: (section) =>
      Effect.sync(() => {
        const key = sectionKey(section.serverId, section.sectionId)
        const known = sections.get(key)
        sections.set(key, {
          generation: (known?.generation ?? 0) + 1,
          section: {
            builtAtMs: known?.section.builtAtMs ?? null,
            updatedAt: known?.section.updatedAt ?? 0,
            ...section,
            building: { done: 0, total: null },
          },
        })
      }),
    noteProgress: (serverId, sectionId, building) =>
      change(serverId, sectionId, (section) => ({ ...section, building })),
    endBuild: (serverId, sectionId, at) =>
      Effect.gen(function* () {
        const generation = sections.get(sectionKey(serverId, sectionId))?.generation ?? 0
        const old = inSection(serverId, sectionId).filter(([, kept]) => kept.generation < generation)
        for (const [key] of old) remove(key)
        yield* change(serverId, sectionId, (section) => ({ ...section, ...at, building: null }))
        return old.length
      }),
    abandonBuild: (serverId, sectionId) =>
      change(serverId, sectionId, (section) => ({ ...section, building: null })),
    noteUpdated: (serverId, sectionId, updatedAt) =>
      change(serverId, sectionId, (section) => ({
        ...section,
        updatedAt: Math.max(section.updatedAt, updatedAt),
      })),
    expire: (serverId) =>
      Effect.sync(() => {
        for (const known of sections.values())
          if (serverId === null || known.section.serverId === serverId)
            known.section = { ...known.section, builtAtMs: null }
      }).pipe(Effect.andThen(ask)),
    forget: (serverId, sectionId) =>
      Effect.sync(() => {
        for (const [key] of inSection(serverId, sectionId)) entries.delete(key)
        for (const [key, { ref, sectionId: place }] of gone)
          if (ref.serverId === serverId && (sectionId === null || place === sectionId)) gone.delete(key)
        for (const [key, { section }] of sections) {
          if (section.serverId === serverId && (sectionId === null || section.sectionId === sectionId))
            sections.delete(key)
        }
      }),
  })
})

/** An index in memory that looks at every entry for every answer: for tests, and for a process that may write nowhere. */
export const layer: Layer.Layer<ItemIndex> = Layer.effect(ItemIndex, make)
