import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { displayName } from "../media/media_item.ts"
import { PlexLibrary, PlexServer } from "../ports/mod.ts"
import { findServerNamed, withServer } from "../servers/access_server.ts"
import type { ServerAccess } from "../servers/server.ts"
import { type Finding, failed, skipped, works } from "./finding.ts"
import { verifyWriting } from "./verify_writing.ts"

/** Longest wait for the event stream to open, in milliseconds. */
export const STREAM_WAIT_MS = 10_000
/** A time, unix seconds, after which nothing has changed yet. */
const FAR_FUTURE = 4_000_000_000

export interface VerifyReport {
  readonly serverId: string
  readonly version: string
  readonly platform: string
  readonly atMs: number
  readonly findings: ReadonlyArray<Finding>
}

/**
 * Finds out how one real server behaves where Plex's documents are silent or disagree. Reads only, unless an item is
 * named: then a subtitle is put beside its file, chosen, and taken away again, and its added date moved and put back.
 * Which stage lists a subtitle is remembered for the item's library, where a refresh begins with it; the report itself is
 * for whoever asked and kept nowhere, since what holds for one library's agent says nothing about another's, and nothing
 * depends on the rest of it. Fails when the server cannot be reached at all; every other failure is a finding.
 */
export const verifyPlex = Effect.fn("verifyPlex")(function* (request: {
  /** Machine identifier or name of a selected server; null: the primary one. */
  readonly server: string | null
  /** The item that may be changed for a moment; null: nothing is written. */
  readonly ratingKey: string | null
}) {
  const { machine_id: serverId } = yield* findServerNamed(request.server ?? "")
  return yield* withServer(serverId, (access) =>
    Effect.gen(function* () {
      const server = yield* PlexServer
      const { version, platform } = yield* server.info(access)
      const findings = [
        ...(yield* verifyServer(access)),
        ...(yield* verifyLibraries(access)),
        ...(request.ratingKey === null
          ? [skipped("Refresh, stream choice, added date", "name an item with --item to try them")]
          : yield* verifyItem(access, request.ratingKey)),
      ]
      const atMs = yield* Clock.currentTimeMillis
      return { serverId, version, platform, atMs, findings } satisfies VerifyReport as VerifyReport
    }),
  )
})

/** One step: what `program` says of itself, or its failure as a finding. */
const step = <E extends { readonly message: string }, R>(
  name: string,
  program: Effect.Effect<string, E, R>,
): Effect.Effect<Finding, never, R> =>
  program.pipe(
    Effect.map((detail) => works(name, detail)),
    Effect.catch((error) => Effect.succeed(failed(name, error.message))),
  )

const verifyServer = Effect.fnUntraced(function* (access: ServerAccess) {
  const server = yield* PlexServer
  const opened = server.notifications(access).pipe(
    Stream.runHead,
    Effect.timeoutOption(STREAM_WAIT_MS),
    Effect.map(Option.flatten),
    Effect.flatMap((first) =>
      Option.isSome(first) && first.value._tag === "Connected"
        ? Effect.succeed(`opened as ${first.value.via}`)
        : Effect.fail({ message: `did not open within ${STREAM_WAIT_MS / 1_000} s` }),
    ),
  )
  const playing = Effect.map(server.sessions(access), (sessions) => `${sessions.length} are playing`)
  const webhooks = Effect.map(
    server.preference(access, "WebHooksEnabled"),
    (value) => `WebHooksEnabled is ${value ?? "not known"}`,
  )
  return [
    yield* step("Event stream", opened),
    yield* step("Sessions", playing),
    yield* step("Webhook switch", webhooks),
  ]
})

const verifyLibraries = Effect.fnUntraced(function* (access: ServerAccess) {
  const server = yield* PlexServer
  const library = yield* PlexLibrary
  const read = yield* Effect.result(server.sections(access))
  if (read._tag === "Failure") return [failed("Libraries", read.failure.message)]
  const sections = read.success.filter(({ type }) => type !== "other")
  const first = sections[0]
  if (first === undefined) return [failed("Libraries", "there is no film or show library")]
  const section = { id: first.id, kind: first.type === "movie" ? "movie" : "episode" } as const
  const page = (updatedAfter: number | null, guid?: string) =>
    library.page(access, section, {
      offset: 0,
      limit: 2,
      updatedAfter,
      ...(guid === undefined ? {} : { guid }),
    })
  const paging = Effect.flatMap(page(null), ({ items, total }) =>
    items.length <= 2
      ? Effect.succeed(`${items.length} items of ${total ?? "an unknown number"}`)
      : Effect.fail({ message: `2 items were asked for and ${items.length} came` }),
  )
  const lists = Effect.flatMap(page(null), ({ items }) => {
    const withFiles = items.filter((one) =>
      one.versions.some(({ parts }) => parts.some(({ file }) => file !== null)),
    )
    const withIds = items.filter((one) => one.guids.length > 0)
    return withFiles.length > 0 || items.length === 0
      ? Effect.succeed(`${withIds.length} of ${items.length} with ids, ${withFiles.length} with files`)
      : Effect.fail({ message: "the token may not see files; use the owner's" })
  })
  const filter = Effect.flatMap(page(FAR_FUTURE), ({ items }) =>
    items.length === 0
      ? Effect.succeed("updatedAt is obeyed")
      : Effect.fail({ message: "updatedAt is ignored, so that the index is read whole each time" }),
  )
  const byId = Effect.gen(function* () {
    const { items } = yield* page(null)
    const item = items.find(({ guids }) => guids.length > 0) ?? items[0]
    if (item === undefined) return "there is no item to look for"
    const primary = (yield* page(null, item.guid)).items
    if (primary.length === 0 || primary.some(({ guid }) => guid !== item.guid))
      return yield* Effect.fail({ message: "an item is not found by its primary guid, or others are too" })
    const [external] = item.guids
    if (external === undefined) return "an item is found by its primary guid; it has no other ids"
    const found = (yield* page(null, external)).items
    const isFound = found.length > 0 && found.every(({ guids }) => guids.includes(external))
    const others = isFound ? "and by the ids of its list" : "and not by the ids of its list"
    return `an item is found by its primary guid, ${others}`
  })
  return [
    works("Libraries", sections.map(({ id, agent }) => `${id} (${agent})`).join(", ")),
    yield* step("Paging", paging),
    yield* step("Ids and files in lists", lists),
    yield* step("Filter by change", filter),
    yield* step("Filter by guid", byId),
  ]
})

const verifyItem = Effect.fnUntraced(function* (access: ServerAccess, ratingKey: string) {
  const library = yield* PlexLibrary
  const read = yield* Effect.result(library.item(access, ratingKey, { refresh: false }))
  if (read._tag === "Failure") return [failed("Item", read.failure.message)]
  const item = read.success
  const query = { language: "en", hearingImpaired: 0, forced: 0 } as const
  const search = Effect.map(
    library.searchSubtitles(access, ratingKey, query),
    (found) => `${found.length} subtitles offered`,
  )
  return [
    works("Item", displayName(item)),
    yield* step("On-demand search", search),
    ...(yield* verifyWriting(access, item)),
  ]
})
