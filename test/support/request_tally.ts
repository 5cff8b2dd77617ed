import type { RequestLog } from "../simulator/http/request_log.ts"

export interface Tallied {
  readonly call: string
  readonly count: number
  readonly bytes: number
}

const COMMONEST = 12

/** Counts what was asked of the simulator, for runs that ask more than its log keeps. */
export function requestTally(requests: RequestLog) {
  const kinds = new Map<string, { count: number; bytes: number }>()
  return {
    /** Counts what the log has and clears it. */
    take: () => {
      for (const { answerBytes, method, path, service } of requests.all()) {
        const call = `${service} ${method} ${path.replaceAll(/\d+/g, "N")}`
        const kind = kinds.get(call) ?? { count: 0, bytes: 0 }
        kind.count += 1
        kind.bytes += answerBytes
        kinds.set(call, kind)
      }
      requests.clear()
    },
    all: () => {
      const all = [...kinds].map(([call, kind]): Tallied => ({ call, ...kind }))
      return {
        calls: all.reduce((sum, { count }) => sum + count, 0),
        answerBytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
        commonest: all.sort((a, b) => b.count - a.count).slice(0, COMMONEST),
      }
    },
  }
}
