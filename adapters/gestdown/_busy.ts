/** How long Gestdown asks us to leave a show alone that it is refreshing, in milliseconds. */
export const REFRESH_WAIT_MS = 30_000
/** Times that a show is asked for while it is being refreshed, before it is left alone for longer. */
export const REFRESH_TRIES_MAX = 3
/** Rest of a show that never got ready, in milliseconds. */
export const REFRESH_REST_MS = 600_000
/** Shows that are remembered. */
const SHOWS_MAX = 500

/** Which shows Gestdown is refreshing. A call ends long before such a show is ready, so the wait is remembered instead. */
export function makeBusy() {
  const shows = new Map<string, { tries: number; untilMs: number }>()
  return {
    /** Milliseconds until the show may be asked for again; 0: at once. */
    waitMs: (show: string, nowMs: number): number => Math.max(0, (shows.get(show)?.untilMs ?? 0) - nowMs),
    /** Gestdown answered 423. */
    refused: (show: string, nowMs: number): number => {
      if (shows.size >= SHOWS_MAX) shows.clear()
      const tries = (shows.get(show)?.tries ?? 0) + 1
      const rest = tries < REFRESH_TRIES_MAX ? REFRESH_WAIT_MS : REFRESH_REST_MS
      shows.set(show, { tries: tries < REFRESH_TRIES_MAX ? tries : 0, untilMs: nowMs + rest })
      return rest
    },
    ready: (show: string): void => {
      shows.delete(show)
    },
  }
}
