import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ItemIndex } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { serversInUse } from "../servers/known_servers.ts"
import { refreshIndex } from "./refresh_index.ts"

/** Pause after the start, in milliseconds: whoever waits for an answer then comes before the index. */
export const FIRST_LOOK_MS = 30_000
/** How often it is looked whether a server's index is due, in milliseconds. */
export const LOOK_EVERY_MS = 60_000
/** How often each index is brought up to date, beside what its notifications tell, in milliseconds. */
export const REFRESH_EVERY_MS = 3_600_000
/** Pause after a failure, in milliseconds, */
export const FAILED_PAUSE_MS = 300_000
/** and where somebody wants something that may be there. */
export const ASKED_PAUSE_MS = 5_000

/** Servers whose indexes are worked on together. */
const SERVERS_AT_ONCE = 2

/** How the last attempt at a server's index ended. */
interface Attempt {
  readonly atMs: number
  readonly succeeded: boolean
}

/** `isUnread`: a library is to be read; `isAsked`: somebody wants something of it now. */
function isDue(last: Attempt | undefined, isUnread: boolean, isAsked: boolean, nowMs: number): boolean {
  if (last === undefined) return true
  const age = nowMs - last.atMs
  if (!last.succeeded) return age >= (isAsked ? ASKED_PAUSE_MS : FAILED_PAUSE_MS)
  return isUnread || age >= REFRESH_EVERY_MS
}

/**
 * Keeps the index of every server in use, for ever: builds it when a server is new, and brings it up to date every hour,
 * at once when somebody asks for it. A failure is logged and tried again. Signed out, or with Plex switched off, it calls
 * nobody.
 */
export const keepIndex = Effect.fn("keepIndex")(function* () {
  const attempts = new Map<string, Attempt>()
  const attempt = Effect.fnUntraced(function* (serverId: string) {
    const done = yield* Effect.result(withServer(serverId, (access) => refreshIndex(access)))
    const succeeded = done._tag === "Success"
    attempts.set(serverId, { atMs: yield* Clock.currentTimeMillis, succeeded })
    if (!succeeded)
      yield* Effect.logWarning(`The index of ${serverId} is not up to date. ${done.failure.message}`)
  })
  /** What a server has that is no longer in use is found by nobody. */
  const forgetServer = Effect.fnUntraced(function* (serverId: string) {
    attempts.delete(serverId)
    yield* (yield* ItemIndex).forget(serverId, null)
  })
  const look = Effect.fnUntraced(
    function* (isAsked: boolean) {
      if (!(yield* mayCallPlex())) return
      const sections = yield* (yield* ItemIndex).sections
      const nowMs = yield* Clock.currentTimeMillis
      const inUse = yield* Effect.option(serversInUse())
      // Which server it is that an API key belongs to may not be known yet.
      if (Option.isNone(inUse)) return
      const servers = inUse.value.map(({ machine_id }) => machine_id)
      for (const serverId of new Set(sections.map((one) => one.serverId)))
        if (!servers.includes(serverId)) yield* forgetServer(serverId)
      const due = servers.filter((serverId) => {
        const isUnread = sections.some(
          (one) => one.serverId === serverId && one.builtAtMs === null && one.building === null,
        )
        return isDue(attempts.get(serverId), isUnread, isAsked, nowMs)
      })
      yield* Effect.forEach(due, attempt, { concurrency: SERVERS_AT_ONCE, discard: true })
    },
    Effect.catch((error) => Effect.logWarning(`The index could not be looked after. ${error.message}`)),
  )
  const { asked } = yield* ItemIndex
  /** Whether somebody asked within `ms`. */
  const pause = (ms: number) => Effect.map(Effect.timeoutOption(asked, ms), Option.isSome)
  let isAsked = yield* pause(FIRST_LOOK_MS)
  while (true) {
    yield* look(isAsked)
    isAsked = yield* pause(LOOK_EVERY_MS)
  }
})
