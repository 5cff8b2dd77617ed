import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Job } from "../jobs/job.ts"
import { displayName, partsOf } from "../media/media_item.ts"
import { JobQueue, type PlaySession, PlexLibrary, PlexServer } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { serversInUse } from "../servers/known_servers.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { ServerEntry } from "../settings/records.ts"
import { presentIn } from "../subtitles/wanted.ts"
import { wantedProfile } from "../subtitles/wanted_profile.ts"
import { kindOf, type Playing, searchOf, subtitleState } from "./playing.ts"

/** Sessions of one server that are shown, */
export const SESSIONS_SHOWN_MAX = 20
/** and of which the items are read at the same time. */
const ITEMS_READ_AT_ONCE = 4
const JOBS_LOOKED_AT = 200

const describe = Effect.fnUntraced(function* (
  session: PlaySession,
  entry: ServerEntry,
  access: ServerAccess,
  jobs: ReadonlyArray<Job>,
) {
  const playing: Playing = {
    serverId: entry.machine_id,
    serverName: entry.name,
    sessionKey: session.sessionKey,
    ratingKey: session.ratingKey,
    kind: kindOf(session),
    live: session.live,
    title: session.title,
    user: session.user.title,
    player: session.player.title || session.player.product,
    state: session.player.state,
    subtitles: null,
  }
  if (playing.kind === "other" || session.ratingKey === null) return playing
  const library = yield* PlexLibrary
  const item = yield* library.item(access, session.ratingKey, { refresh: false })
  const parts = partsOf(item)
  const part = parts.find((one) => one.id === session.partId) ?? parts[0] ?? null
  const profile = yield* wantedProfile(entry.machine_id, item.sectionId)
  const job = searchOf(jobs, { serverId: entry.machine_id, ratingKey: session.ratingKey })
  return {
    ...playing,
    title: displayName(item),
    subtitles: subtitleState(profile, [presentIn(part, [])], job),
  }
})

/** What is watched on one server, or the sentence why that cannot be told. */
export type ServerPlaying =
  | { readonly _tag: "Playing"; readonly sessions: ReadonlyArray<Playing> }
  | {
      readonly _tag: "Unknown"
      readonly serverId: string
      readonly serverName: string
      readonly reason: string
    }

const readServer = (entry: ServerEntry, jobs: ReadonlyArray<Job>) =>
  withServer(entry.machine_id, (access) =>
    Effect.gen(function* () {
      const server = yield* PlexServer
      const sessions = yield* server.sessions(access)
      return yield* Effect.forEach(
        sessions.slice(0, SESSIONS_SHOWN_MAX),
        (session) =>
          // An item that is gone or hidden is still being watched; only its subtitles cannot be told.
          describe(session, entry, access, jobs).pipe(
            Effect.catchTag(["PlexNotFound", "PlexForbidden"], () =>
              describe({ ...session, ratingKey: null }, entry, access, jobs),
            ),
          ),
        { concurrency: ITEMS_READ_AT_ONCE },
      )
    }),
  )

/** Who watches what on every selected server, and how its subtitles are. A server that does not answer says so. */
export const readPlaying = Effect.fn("readPlaying")(function* () {
  if (!(yield* mayCallPlex())) return [] as ReadonlyArray<ServerPlaying>
  const queue = yield* JobQueue
  const jobs = yield* queue.list({ states: ["waiting", "running"], limit: JOBS_LOOKED_AT })
  const servers = yield* serversInUse()
  return yield* Effect.forEach(
    servers,
    (entry) =>
      Effect.map(
        Effect.result(readServer(entry, jobs)),
        (read): ServerPlaying =>
          Result.isSuccess(read)
            ? { _tag: "Playing", sessions: read.success }
            : {
                _tag: "Unknown",
                serverId: entry.machine_id,
                serverName: entry.name,
                reason: read.failure.message,
              },
      ),
    { concurrency: "unbounded" },
  )
})
