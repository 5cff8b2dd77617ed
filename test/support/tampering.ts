import { readdirSync } from "node:fs"
import type { fullDisk } from "./full_disk.ts"
import type { MovedClock } from "./moved_clock.ts"

/** What the process is told; each is answered once it is done. */
export type Tampering =
  | { readonly _tag: "Run"; readonly scale: number }
  | { readonly _tag: "Pass"; readonly ms: number }
  | { readonly _tag: "Set"; readonly byMs: number }
  | { readonly _tag: "Disk"; readonly full: boolean }
  | { readonly _tag: "Resources" }

export interface Resources {
  /** Bytes of the heap that are in use, after garbage was collected where Node lets us. */
  readonly heapBytes: number
  /** Open files and sockets; null where the system does not tell. */
  readonly handles: number | null
  readonly nowMs: number
}

function handles(): number | null {
  try {
    return readdirSync("/proc/self/fd").length
  } catch {
    return null
  }
}

/** Lets whoever started this process tamper with its clock and its disk. */
export function receiveTampering(time: MovedClock, disk: ReturnType<typeof fullDisk> | null): void {
  process.on("message", (told: Tampering) => {
    switch (told._tag) {
      case "Run":
        time.run(told.scale)
        break
      case "Pass":
        time.pass(told.ms)
        break
      case "Set":
        time.set(told.byMs)
        break
      case "Disk":
        disk?.set(told.full)
        break
      case "Resources":
        global.gc?.()
        break
    }
    const resources: Resources = {
      heapBytes: process.memoryUsage().heapUsed,
      handles: told._tag === "Resources" ? handles() : null,
      nowMs: time.nowMs(),
    }
    process.send?.(resources)
  })
}
