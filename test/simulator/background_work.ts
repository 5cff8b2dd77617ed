/** Work that goes on after its request was answered, counted so that a test can wait for its end. */

import type { Cancel, Scope } from "./http/scope.ts"

export interface BackgroundWork {
  /** Runs after the delay; cancelling ends it without running. */
  readonly later: (ms: number, run: () => void) => Cancel
  /** Resolves as soon as nothing is waiting to run. */
  readonly idle: () => Promise<void>
}

export function makeBackgroundWork(scope: Scope): BackgroundWork {
  let pending = 0
  let waiting: Array<() => void> = []

  const ended = () => {
    pending -= 1
    if (pending > 0) return
    const resolved = waiting
    waiting = []
    for (const resolve of resolved) resolve()
  }

  return {
    later: (ms, run) => {
      pending += 1
      let open = true
      const cancel = scope.after(ms, () => {
        open = false
        run()
        ended()
      })
      return () => {
        if (!open) return
        open = false
        cancel()
        ended()
      }
    },
    idle: () => (pending === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  }
}
