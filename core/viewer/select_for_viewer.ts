import * as Effect from "effect/Effect"
import type { Cause } from "../jobs/job.ts"
import {
  displayName,
  type MediaItem,
  type MediaPart,
  type MediaStream,
  partsOf,
} from "../media/media_item.ts"
import { Journal, PlexLibrary, PlexServer, SettingsStore } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import { type ExpectedStream, listedSince } from "../subtitles/expected_stream.ts"
import { isTokensAccount, sessionOf, type Viewer } from "./viewer.ts"

export interface SelectRequest {
  readonly access: ServerAccess
  /** As it was read before the search. */
  readonly item: MediaItem
  /** What was brought, the most wanted first. */
  readonly brought: ReadonlyArray<ExpectedStream>
  readonly jobId: number
  readonly cause: Cause
}

const nameOf = (stream: MediaStream) => stream.displayTitle ?? stream.title ?? "the subtitle"

/** The part that holds a stream, and which is played where that is known. */
function partOf(item: MediaItem, streamId: string, playedId: string | null): MediaPart | null {
  const holding = partsOf(item).filter((part) => part.streams.some((stream) => stream.id === streamId))
  return holding.find((part) => part.id === playedId) ?? holding[0] ?? null
}

const chosenIn = (part: MediaPart) =>
  part.streams.find((stream) => stream.type === "subtitle" && stream.selected) ?? null

/**
 * Who watches, as the server sees it. `allowed`: the token may read the sessions, which only the owner's may; null where
 * the server did not say.
 */
const watched = Effect.fnUntraced(function* ({ access, cause, item }: SelectRequest, viewer: Viewer) {
  const plex = yield* PlexServer
  const sessions = yield* plex.sessions(access).pipe(
    Effect.map((list) => ({ list, allowed: true as boolean | null })),
    Effect.catchTag("PlexForbidden", () => Effect.succeed({ list: [], allowed: false as boolean | null })),
    Effect.catch(() => Effect.succeed({ list: [], allowed: null as boolean | null })),
  )
  const ratingKey = cause.source === "next" ? null : item.ref.ratingKey
  return { allowed: sessions.allowed, session: sessionOf(sessions.list, viewer, ratingKey) }
})

const select = Effect.fnUntraced(function* (request: SelectRequest, viewer: Viewer) {
  const { access, brought, cause, item } = request
  const { plex } = yield* SettingsStore.use((store) => store.current)
  const { allowed, session } = yield* watched(request, viewer)
  const isNext = cause.source === "next"
  const who = session === null ? viewer : { id: session.user.id, name: session.user.title }
  const own = isTokensAccount(who, plex, allowed)
  const no = (why: string) => ["not_selected", `Not switched on for ${who.name}: ${why}`] as const
  if (own === "no") return no("Plex keeps the choice for each user, and there is no token of theirs")
  if (own === "unknown") return no("it cannot be told whether the token is theirs")
  if (session === null && allowed === true && !isNext) return no("they do not watch it any more")
  const library = yield* PlexLibrary
  const now = yield* library.item(access, item.ref.ratingKey, { refresh: false })
  const playedId = isNext ? null : (session?.partId ?? null)
  const streams = brought.map((one) => listedSince(item, one)(now)).filter((one) => one !== null)
  const stream = streams.find((one) => partOf(now, one.id, playedId)?.id === playedId) ?? streams[0]
  if (stream === undefined) return no("Plex does not list it")
  const part = partOf(now, stream.id, playedId)
  if (part === null) return no("Plex does not say of which file it is")
  const chosen = chosenIn(part)
  if (chosen?.id === stream.id)
    return ["selected", `Plex has switched on "${nameOf(stream)}" for ${who.name}`] as const
  if (chosen !== null) return no(`they have chosen "${nameOf(chosen)}"`)
  const server = yield* PlexServer
  yield* server.selectSubtitle(access, part.id, stream.id)
  const after = yield* library.item(access, item.ref.ratingKey, { refresh: false })
  const isOn = partsOf(after).some((one) => chosenIn(one)?.id === stream.id)
  return isOn
    ? (["selected", `Switched on "${nameOf(stream)}" for ${who.name}`] as const)
    : no(`Plex took the choice of "${nameOf(stream)}" and does not show it`)
})

/**
 * Chooses a subtitle that was just brought for the viewer who watches, or whose next episode it is, when the token that
 * we have is theirs: Plex keeps the choice for each user. What they have chosen themselves is left alone. Whether it was
 * done, and why not, is in the journal; nothing here fails.
 */
export const selectForViewer = Effect.fn("selectForViewer")(function* (request: SelectRequest) {
  const { brought, cause, item, jobId } = request
  const { oncue } = yield* SettingsStore.use((store) => store.current)
  const { viewer } = cause
  if (!oncue.select_subtitles || viewer === null || brought.length === 0) return
  const [kind, text] = yield* select(request, viewer).pipe(
    Effect.catch((error) =>
      Effect.succeed(["not_selected", `Not switched on for ${viewer.name}: ${error.message}`] as const),
    ),
  )
  const journal = yield* Journal
  yield* journal.write({ kind, text, jobId, title: displayName(item), ...item.ref })
})
