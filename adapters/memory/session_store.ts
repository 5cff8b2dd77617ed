import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SESSIONS_MAX, type Session } from "../../core/access/session.ts"
import { NO_ATTEMPTS, type Tally } from "../../core/access/tally.ts"
import { SessionStore } from "../../core/ports/mod.ts"

const newestFirst = (sessions: Iterable<Session>) =>
  [...sessions].sort((a, b) => b.seenAtMs - a.seenAtMs || (a.id < b.id ? -1 : 1))

function make(): SessionStore["Service"] {
  const sessions = new Map<string, Session>()
  let tally: Tally = NO_ATTEMPTS
  return {
    save: (session) =>
      Effect.sync(() => {
        sessions.set(session.id, session)
        for (const { id } of newestFirst(sessions.values()).slice(SESSIONS_MAX)) sessions.delete(id)
      }),
    get: (id) => Effect.sync(() => sessions.get(id) ?? null),
    all: Effect.sync(() => newestFirst(sessions.values())),
    remove: (ids) =>
      Effect.sync(() => {
        for (const id of ids) sessions.delete(id)
      }),
    clear: Effect.sync(() => {
      const { size } = sessions
      sessions.clear()
      return size
    }),
    tally: (change) =>
      Effect.sync(() => {
        const before = tally
        tally = change(before)
        return { before, after: tally }
      }),
  }
}

/** Sessions that end with the process: for tests, and where no folder can be written. */
export const layer: Layer.Layer<SessionStore> = Layer.sync(SessionStore, make)
