import type { PlaySession } from "../ports/plex_server.ts"
import type { PlexEvent } from "./event.ts"

/** A playback that a server's sessions tell of, as the event that its webhook would send. */
export function eventOfSession(
  server: { readonly id: string; readonly name: string },
  session: PlaySession,
): PlexEvent {
  return {
    event: "media.play",
    server: { uuid: server.id, title: server.name },
    account: { id: session.user.id, title: session.user.title },
    player: { uuid: session.player.id, title: session.player.title },
    metadata: {
      type: session.type,
      ratingKey: session.ratingKey,
      guid: session.guid,
      title: session.title,
      grandparentTitle: session.showTitle,
      parentIndex: session.season,
      index: session.episode,
      librarySectionId: session.sectionId,
      librarySectionTitle: session.sectionTitle,
      live: session.live,
      extra: session.extra,
    },
  }
}

/** DLNA clients open sessions while somebody only browses; such a ghost is gone a moment later. */
export function mayBeGhost({ player }: Pick<PlaySession, "player">): boolean {
  return /dlna/i.test(player.product) || /dlna/i.test(player.platform)
}

/** How long, in milliseconds, a session that may be a ghost must be there to be taken for somebody who watches. */
export const GHOST_MS = 1_000
/** How long, in milliseconds, a playback that was announced is looked for among the sessions. */
export const LOOKED_FOR_MS = 6_000
/** Pause, in milliseconds, before the sessions are read again for what was not among them. */
export const LOOK_AGAIN_MS = 1_000

/** Pause before a lost stream is opened again, in milliseconds: doubling from the first to the longest. */
const RECONNECT_FIRST_MS = 1_000
const RECONNECT_LONGEST_MS = 60_000
/** A connection that lasted this long, in milliseconds, was a good one, so that the next attempt comes soon. */
export const STABLE_MS = 30_000
/** Pause, in milliseconds, after a refusal that only the owner can end, by a sign-in or in the settings. */
export const REFUSED_PAUSE_MS = 10 * 60_000

/**
 * How long to wait before a lost stream is opened again, after so many failures in a row. Half of it is at random, so
 * that not every program comes back to a restarted server at once. `random` is in [0, 1).
 *
 * @example
 * ```ts
 * assert.strictEqual(reconnectMs(1, 0), 500)
 * assert.strictEqual(reconnectMs(3, 0.5), 3_000)
 * assert.strictEqual(reconnectMs(99, 0), 30_000)
 * ```
 */
export function reconnectMs(failures: number, random: number): number {
  const exponent = Math.min(Math.max(failures, 1) - 1, 10)
  const full = Math.min(RECONNECT_LONGEST_MS, RECONNECT_FIRST_MS * 2 ** exponent)
  return Math.round(full / 2 + (full / 2) * random)
}
