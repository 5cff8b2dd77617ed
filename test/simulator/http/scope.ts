/** Lifetimes: every timer and open socket of one simulator is registered here, so that
 *  closing the simulator leaves no handle that would keep a test process alive. */

export type Cancel = () => void

export interface Scope {
  /** Runs once after the delay unless cancelled or closed first. */
  readonly after: (ms: number, run: () => void) => Cancel
  /** Runs again and again until cancelled or closed. */
  readonly every: (ms: number, run: () => void) => Cancel
  /** Registers a clean-up; the answer takes it back. */
  readonly onClose: (run: () => void | Promise<void>) => Cancel
  readonly close: () => Promise<void>
}

export function makeScope(): Scope {
  const cleanups = new Set<() => void | Promise<void>>()

  const onClose = (run: () => void | Promise<void>): Cancel => {
    cleanups.add(run)
    return () => void cleanups.delete(run)
  }

  return {
    onClose,
    after: (ms, run) => {
      const timer = setTimeout(() => {
        forget()
        run()
      }, ms)
      const forget = onClose(() => clearTimeout(timer))
      return () => {
        forget()
        clearTimeout(timer)
      }
    },
    every: (ms, run) => {
      const timer = setInterval(run, ms)
      const forget = onClose(() => clearInterval(timer))
      return () => {
        forget()
        clearInterval(timer)
      }
    },
    close: async () => {
      const all = [...cleanups]
      cleanups.clear()
      await Promise.all(all.map((run) => run()))
    },
  }
}
