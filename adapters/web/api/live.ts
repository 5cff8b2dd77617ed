import { createContext, useEffect, useState } from "react"
import { addressOf } from "./client.ts"
import { queryClient } from "./queries.ts"
import type { Data } from "./types.ts"

/** One line of the journal, as it happens. */
export type Entry = Data<"GET /api/journal">[number]

/** Whether the connection to OnCue stands, as far as the page knows. */
export const Connected = createContext(true)

const listeners = new Set<(entry: Entry) => void>()

/** Calls `listener` for every entry of the journal that is written from now on. */
export function useEntries(listener: (entry: Entry) => void): void {
  useEffect(() => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }, [listener])
}

/** Answers that are old as soon as something happens. */
const AFFECTED = [
  "jobs",
  "journal",
  "playing",
  "story",
  "placed",
  "blacklist",
  "attention",
  "statistics",
  "finds",
  "missing",
  "health",
]
/** How long, in milliseconds, several events are gathered before the answers are asked for again, */
const GATHER_MS = 400
/** and how long a lost connection is kept quiet: browsers mend most by themselves. */
const QUIET_MS = 4_000
/** How long, in milliseconds, until a stream is opened anew that the browser has given up. */
const REOPEN_MS = 3_000

function invalidate(): void {
  for (const key of AFFECTED) void queryClient.invalidateQueries({ queryKey: [key] })
}

/** Follows the server's events for as long as the page is open; answers whether the connection stands. */
export function useLive(): boolean {
  const [connected, setConnected] = useState(true)
  useEffect(() => {
    let source: EventSource
    let gather: ReturnType<typeof setTimeout> | undefined
    let lost: ReturnType<typeof setTimeout> | undefined
    let reopen: ReturnType<typeof setTimeout> | undefined
    let wasLost = false
    let again = false
    const rest = () => {
      gather = setTimeout(() => {
        gather = undefined
        if (!again) return
        again = false
        invalidate()
        rest()
      }, GATHER_MS)
    }
    // The first event is shown at once; what follows it closely is gathered.
    const changed = () => {
      if (gather !== undefined) {
        again = true
        return
      }
      invalidate()
      rest()
    }
    const open = () => {
      source = new EventSource(addressOf("/api/events"))
      source.addEventListener("journal", (event) => {
        const entry = JSON.parse((event as MessageEvent<string>).data) as Entry
        for (const listener of listeners) listener(entry)
        changed()
      })
      source.addEventListener("jobs", changed)
      source.onopen = () => {
        clearTimeout(lost)
        lost = undefined
        setConnected(true)
        // Anything may have happened meanwhile, and any question may have been left without an answer.
        if (wasLost) void queryClient.invalidateQueries()
        wasLost = false
      }
      source.onerror = () => {
        wasLost = true
        lost ??= setTimeout(() => setConnected(false), QUIET_MS)
        // An answer that is no stream ends it for good: the browser is signed out, and then the next question shows the
        // sign-in, or something in between answers while the server is away.
        if (source.readyState !== EventSource.CLOSED) return
        void queryClient.invalidateQueries({ queryKey: ["access"] })
        reopen = setTimeout(open, REOPEN_MS)
      }
    }
    open()
    return () => {
      source.close()
      clearTimeout(gather)
      clearTimeout(lost)
      clearTimeout(reopen)
    }
  }, [])
  return connected
}
