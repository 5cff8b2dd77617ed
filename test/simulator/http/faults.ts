/** Trouble on demand: what a network or a bad day does to any simulated service. */

import { matchesService, type ServiceName } from "./request_log.ts"

export type Fault =
  /** The true answer, later. */
  | { readonly _tag: "delay"; readonly ms: number }
  | {
      readonly _tag: "status"
      readonly status: number
      readonly body: string
      readonly headers: Readonly<Record<string, string>>
    }
  /** The connection is reset before any answer. */
  | { readonly _tag: "reset" }
  /** No answer, ever; the connection stays open. */
  | { readonly _tag: "hang" }
  /** 200 with a JSON content type and bytes that are not JSON. */
  | { readonly _tag: "garbage" }
  /** 200 with a web page, as a reverse proxy or a wrong base path gives. */
  | { readonly _tag: "html" }
  /** The true headers and half of the true body, then the connection is cut. */
  | { readonly _tag: "truncate" }

export const fault = {
  delay: (ms: number): Fault => ({ _tag: "delay", ms }),
  status: (status: number, body = "", headers: Readonly<Record<string, string>> = {}): Fault => ({
    _tag: "status",
    status,
    body,
    headers,
  }),
  reset: { _tag: "reset" } as Fault,
  hang: { _tag: "hang" } as Fault,
  garbage: { _tag: "garbage" } as Fault,
  html: { _tag: "html" } as Fault,
  truncate: { _tag: "truncate" } as Fault,
} as const

export interface FaultTarget {
  readonly service: ServiceName
  readonly path?: RegExp
  readonly method?: string
  /** How many requests it strikes; default all. */
  readonly times?: number
}

export interface Faults {
  /** Adds a fault and answers the function that removes it. */
  readonly set: (target: FaultTarget, fault: Fault) => () => void
  readonly clear: () => void
  /** How many requests were struck since the start. */
  readonly struck: () => number
  /** The faults that strike this request, counted as used. */
  readonly strike: (service: string, method: string, path: string) => ReadonlyArray<Fault>
}

const NONE: ReadonlyArray<Fault> = []

export function makeFaults(): Faults {
  let active: Array<{ target: FaultTarget; fault: Fault; left: number }> = []
  let strikes = 0
  return {
    set: (target, wanted) => {
      const entry = { target, fault: wanted, left: target.times ?? Number.POSITIVE_INFINITY }
      active.push(entry)
      return () => {
        active = active.filter((other) => other !== entry)
      }
    },
    clear: () => {
      active = []
    },
    struck: () => strikes,
    strike: (service, method, path) => {
      if (active.length === 0) return NONE
      const struck: Fault[] = []
      for (const entry of active) {
        const { target } = entry
        if (!matchesService(service, target.service)) continue
        if (target.method !== undefined && target.method !== method) continue
        if (target.path !== undefined && !target.path.test(path)) continue
        struck.push(entry.fault)
        entry.left -= 1
        // A delay lets later faults act too; anything else is already the whole answer.
        if (entry.fault._tag !== "delay") break
      }
      active = active.filter((entry) => entry.left > 0)
      if (struck.length > 0) strikes += 1
      return struck
    },
  }
}
