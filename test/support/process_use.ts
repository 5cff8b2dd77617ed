import { readFileSync } from "node:fs"

/** Ticks of a processor that Linux counts in a second. */
const TICKS_A_SECOND = 100

/** Resident memory of a process, in megabytes; 0 where the system does not tell. */
export function residentMb(pid: number): number {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
    return Number(kb ?? 0) / 1_024
  } catch {
    return 0
  }
}

/** What a process has taken of the processors so far, in milliseconds; 0 where the system does not tell. */
export function processorMs(pid: number): number {
  try {
    // The second field is the name in brackets, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ")
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_A_SECOND
  } catch {
    return 0
  }
}
