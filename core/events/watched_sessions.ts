import type { PlaySession } from "../ports/plex_server.ts"
import { GHOST_MS, LOOKED_FOR_MS, mayBeGhost } from "./playback.ts"

/** A playback that was announced and is looked for among the sessions. */
interface Wanted {
  readonly ratingKey: string
  readonly sinceMs: number
  /** When it was first seen as one that may be a ghost; null: not yet. */
  readonly suspectedMs: number | null
}

/** The `playing` notification, as far as it matters here. */
export interface PlayingChange {
  readonly sessionKey: string
  readonly ratingKey: string
  readonly state: "playing" | "paused" | "stopped" | "buffering"
}

/**
 * The playbacks of one server, by session key: which were announced, and which item of each was taken in already. The
 * server announces each of them every few seconds and says nothing about who watches, so that the sessions are read
 * once for each new one.
 */
export interface Watched {
  readonly wanted: ReadonlyMap<string, Wanted>
  readonly taken: ReadonlyMap<string, string>
  /** Every session is to be looked at: the stream was opened anew. */
  readonly all: boolean
}

export const NOTHING_WATCHED: Watched = { wanted: new Map(), taken: new Map(), all: false }

function put<A>(map: ReadonlyMap<string, A>, key: string, value: A): ReadonlyMap<string, A> {
  return new Map(map).set(key, value)
}

function without<A>(map: ReadonlyMap<string, A>, key: string): ReadonlyMap<string, A> {
  return map.has(key) ? new Map([...map].filter(([one]) => one !== key)) : map
}

/** Whether the sessions have to be read. */
export function isLooking(watched: Watched): boolean {
  return watched.all || watched.wanted.size > 0
}

/** The stream was opened (again): whatever began in between has to be found among the sessions. */
export function lookAtAll(watched: Watched): Watched {
  return { ...watched, all: true }
}

/** Takes in one announcement. */
export function announce(watched: Watched, change: PlayingChange, nowMs: number): Watched {
  const { ratingKey, sessionKey, state } = change
  const { taken, wanted } = watched
  if (state === "stopped")
    return { ...watched, taken: without(taken, sessionKey), wanted: without(wanted, sessionKey) }
  const isKnown = taken.get(sessionKey) === ratingKey || wanted.get(sessionKey)?.ratingKey === ratingKey
  if (state === "paused" || isKnown) return watched
  return { ...watched, wanted: put(wanted, sessionKey, { ratingKey, sinceMs: nowMs, suspectedMs: null }) }
}

/**
 * Compares what is looked for with the sessions that the server lists: `ready` are those to take in now. One that may be
 * a ghost must be there twice, and what is not there at all is given up after a while.
 */
export function matchSessions(
  watched: Watched,
  sessions: ReadonlyArray<PlaySession>,
  nowMs: number,
): { readonly watched: Watched; readonly ready: ReadonlyArray<PlaySession> } {
  const listed = new Map(sessions.map((session) => [session.sessionKey, session]))
  const taken = new Map([...watched.taken].filter(([key]) => listed.has(key)))
  const wanted = new Map(watched.wanted)
  if (watched.all) {
    for (const { ratingKey, sessionKey } of sessions) {
      const isKnown = taken.has(sessionKey) || wanted.has(sessionKey)
      if (!isKnown) wanted.set(sessionKey, { ratingKey: ratingKey ?? "", sinceMs: nowMs, suspectedMs: null })
    }
  }
  const ready: Array<PlaySession> = []
  for (const [key, one] of [...wanted]) {
    const session = listed.get(key)
    const suspectedMs = session !== undefined && mayBeGhost(session) ? (one.suspectedMs ?? nowMs) : null
    if (session !== undefined && (suspectedMs === null || nowMs - suspectedMs >= GHOST_MS))
      ready.push(session)
    else if (nowMs - one.sinceMs >= LOOKED_FOR_MS) wanted.delete(key)
    else wanted.set(key, { ...one, suspectedMs })
  }
  return { watched: { wanted, taken, all: false }, ready }
}

/** This session was taken in and needs no second look, until another item is played in it. */
export function settle(watched: Watched, { ratingKey, sessionKey }: PlaySession): Watched {
  const announced = watched.wanted.get(sessionKey)?.ratingKey
  return {
    ...watched,
    wanted: without(watched.wanted, sessionKey),
    taken: put(watched.taken, sessionKey, announced || (ratingKey ?? "")),
  }
}

/** It could not be taken in; its next announcement, within seconds, begins anew. */
export function drop(watched: Watched, { sessionKey }: PlaySession): Watched {
  return { ...watched, wanted: without(watched.wanted, sessionKey) }
}
