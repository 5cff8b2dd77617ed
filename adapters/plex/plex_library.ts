import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { PlexNotFound, PlexRefused } from "../../core/ports/mod.ts"
import { PlexLibrary } from "../../core/ports/plex_library.ts"
import type { ServerAccess } from "../../core/servers/server.ts"
import { badAnswer } from "./_faults.ts"
import { askContainer, neverRefused, send } from "./_http.ts"
import { itemNodes, pageOf, readItem, readOnDemand, readShow } from "./_items.ts"
import { dialerOf, makeCaller, type ServerCaller, type ServerOptions } from "./_server_call.ts"

/** Largest page, in items, that is asked for at once. */
export const PAGE_ITEMS_MAX = 1_000
/** Largest answer about one item, in bytes. */
const ITEM_BYTES_MAX = 4 * 1024 * 1024
/** The server asks the internet itself when it searches subtitles, so it may take this long, in milliseconds. */
const SEARCH_TIMEOUT_MS = 14_000

/** Plex's numbers for kinds of items. */
const TYPE = { movie: 1, show: 2, episode: 4 } as const

/**
 * What nobody here reads of an item in a list: two thirds of a real server's answer. Plex's document knows both
 * parameters for every list; a server that does not sends it all the same.
 */
const LEFT_OUT = {
  excludeElements:
    "Collection,Country,Director,Field,Genre,Image,Label,Mood,Producer,Rating,Role,Similar,Style,UltraBlurColors,Writer",
  excludeFields:
    "art,grandparentArt,grandparentTheme,grandparentThumb,parentThumb,summary,tagline,theme,thumb",
} as const

const encoded = (id: string) => encodeURIComponent(id)

function make(caller: ServerCaller): PlexLibrary["Service"] {
  const metadata = (ratingKey: string) => `/library/metadata/${encoded(ratingKey)}`

  /** One page of a list. Both headers are needed, and a query parameter of the same name would be cached by proxies. */
  const page = Effect.fnUntraced(function* (
    access: ServerAccess,
    subject: string,
    path: string,
    asked: { readonly offset: number; readonly limit: number },
    query: Readonly<Record<string, string | number | null>>,
  ) {
    const limit = Math.max(1, Math.min(PAGE_ITEMS_MAX, asked.limit))
    const headers = { "x-plex-container-start": String(asked.offset), "x-plex-container-size": String(limit) }
    const call = yield* caller(access, `list ${subject}`, path, { subject, query, headers })
    const container = yield* neverRefused(askContainer(call))
    return { container, ...pageOf(container, { offset: asked.offset, limit }) }
  })

  const one = Effect.fnUntraced(function* (access: ServerAccess, ratingKey: string, refresh: boolean) {
    const query = { includeGuids: 1, skipRefresh: refresh ? null : 1 }
    const subject = `item ${ratingKey}`
    const extras = { subject, query, bytesMax: ITEM_BYTES_MAX }
    const call = yield* caller(access, `show ${subject}`, metadata(ratingKey), extras)
    const container = yield* neverRefused(askContainer(call))
    return { where: call.where, container, node: itemNodes(container)[0] ?? {} }
  })

  /** A call whose answer says nothing. */
  const order = Effect.fnUntraced(function* (
    access: ServerAccess,
    what: string,
    subject: string,
    path: string,
    extras: Parameters<ServerCaller>[3] = {},
  ) {
    const call = yield* caller(access, what, path, { subject, ...extras })
    const { bytes } = yield* send(call)
    // A server says nothing; a proxy that wants a password answers 200 with a page.
    const start = Buffer.from(bytes.subarray(0, 64)).toString("latin1").trimStart()
    if (/^<(!doctype html|html)/i.test(start))
      yield* badAnswer(call.where, "a web page answers instead of it")
  })

  return {
    item: Effect.fnUntraced(function* (access, ratingKey, { refresh }) {
      const { where, container, node } = yield* one(access, ratingKey, refresh)
      const item = readItem(access.machineIdentifier, node, container)
      return item ?? (yield* new PlexNotFound({ where, what: `film or episode ${ratingKey}` }))
    }),
    show: Effect.fnUntraced(function* (access, ratingKey) {
      const { where, container, node } = yield* one(access, ratingKey, false)
      return readShow(node, container) ?? (yield* new PlexNotFound({ where, what: `show ${ratingKey}` }))
    }),
    episodes: Effect.fnUntraced(function* (access, showRatingKey, asked) {
      const path = `${metadata(showRatingKey)}/allLeaves`
      const query = { includeGuids: 1, ...LEFT_OUT }
      const { container, nodes, total } = yield* page(access, `show ${showRatingKey}`, path, asked, query)
      const items = nodes.flatMap((node) => readItem(access.machineIdentifier, node, container) ?? [])
      return { items, offset: asked.offset, total }
    }),
    page: Effect.fnUntraced(function* (access, section, asked) {
      const path = `/library/sections/${encoded(section.id)}/all`
      const query = {
        type: TYPE[section.kind],
        includeGuids: 1,
        ...LEFT_OUT,
        // New items go to the end, so that pages do not move while they are read.
        sort: asked.updatedAfter === null ? "addedAt:asc" : "updatedAt:asc",
        // Plex's filter for "later than" is `field>>=value`.
        "updatedAt>>": asked.updatedAfter,
        guid: asked.guid ?? null,
      }
      const { container, nodes, total } = yield* page(access, `library ${section.id}`, path, asked, query)
      const items = nodes.flatMap((node) => readItem(access.machineIdentifier, node, container) ?? [])
      return { items, offset: asked.offset, total }
    }),
    shows: Effect.fnUntraced(function* (access, sectionId, asked) {
      const path = `/library/sections/${encoded(sectionId)}/all`
      const query = { type: TYPE.show, includeGuids: 1, ...LEFT_OUT, sort: "addedAt:asc" }
      const { container, nodes, total } = yield* page(access, `library ${sectionId}`, path, asked, query)
      return { shows: nodes.flatMap((node) => readShow(node, container) ?? []), total }
    }),
    refreshItem: (access, ratingKey) =>
      neverRefused(
        order(access, "refresh an item", `item ${ratingKey}`, `${metadata(ratingKey)}/refresh`, {
          method: "PUT",
        }),
      ),
    scan: (access, sectionId, folder) => {
      const scanned = (method: "GET" | "POST") =>
        order(
          access,
          "scan a library",
          `library ${sectionId}`,
          `/library/sections/${encoded(sectionId)}/refresh`,
          {
            method,
            query: { path: folder },
          },
        )
      // Every client sends GET, Plex's own document says POST.
      const isOther = (error: unknown) =>
        error instanceof PlexNotFound || (error instanceof PlexRefused && error.status === 405)
      return neverRefused(Effect.catchIf(scanned("GET"), isOther, () => scanned("POST")))
    },
    setAddedAt: (access, edit) => {
      const query = {
        type: TYPE[edit.kind],
        id: edit.ratingKeys.join(","),
        "addedAt.value": edit.addedAtSeconds,
        "addedAt.locked": edit.lock === false ? 0 : 1,
      }
      const path = `/library/sections/${encoded(edit.sectionId)}/all`
      const subject = `item ${edit.ratingKeys.join(", ")}`
      return order(access, "change an added date", subject, path, { method: "PUT", query })
    },
    searchSubtitles: Effect.fnUntraced(function* (access, ratingKey, query) {
      const extras = { subject: `item ${ratingKey}`, query: { ...query }, timeoutMs: SEARCH_TIMEOUT_MS }
      const call = yield* caller(access, "search subtitles", `${metadata(ratingKey)}/subtitles`, extras)
      return readOnDemand(yield* askContainer(call))
    }),
    downloadSubtitle: (access, ratingKey, subtitle) => {
      const extras = { method: "PUT", query: { key: subtitle.key } } as const
      return order(
        access,
        "download a subtitle",
        `item ${ratingKey}`,
        `${metadata(ratingKey)}/subtitles`,
        extras,
      )
    },
    uploadSubtitle: (access, ratingKey, { bytes, ...subtitle }) => {
      const query = {
        title: subtitle.title,
        format: subtitle.format,
        language: subtitle.language,
        forced: subtitle.forced ? 1 : 0,
        hearingImpaired: subtitle.hearingImpaired ? 1 : 0,
        ...(subtitle.mediaId === null ? {} : { mediaItemID: subtitle.mediaId }),
      }
      const headers = { "content-type": "application/octet-stream" }
      const extras = { method: "POST", query, headers, body: bytes } as const
      return order(access, "keep a subtitle", `item ${ratingKey}`, `${metadata(ratingKey)}/subtitles`, extras)
    },
    deleteSubtitle: (access, streamKey) => {
      const what = "delete a subtitle"
      // The key comes from the server; anything but a stream must not be deleted by it.
      return /^\/library\/streams\/[\w.-]+$/.test(streamKey)
        ? order(access, what, `subtitle ${streamKey}`, streamKey, { method: "DELETE" })
        : Effect.fail(new PlexRefused({ where: access.uri, what, status: 400, code: null }))
    },
  }
}

export function layer<R = never>(options: ServerOptions<R>): Layer.Layer<PlexLibrary, never, R> {
  return Layer.effect(PlexLibrary, Effect.map(makeCaller(options), make)).pipe(
    Layer.provide(dialerOf(options)),
  )
}
