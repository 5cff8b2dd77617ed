/** The journal of everything that was asked of any simulated service. */

/** A service, or one instance of it: `pms` matches all servers, `pms:1` the second. */
export type ServiceName =
  | "plexTv"
  | "plexApp"
  | "gestdown"
  | "openSubtitles"
  | "subdl"
  | "bazarr"
  | "receivers"
  /** A wrong server behind one of a server's listed addresses. */
  | "impostor"
  | "pms"
  | `pms:${number}`
  | "sonarr"
  | `sonarr:${number}`
  | "radarr"
  | `radarr:${number}`

export interface LoggedRequest {
  readonly service: ServiceName
  readonly method: string
  /** Path without the query, still percent-encoded. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly rawQuery: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Request body as text, cut at 64 KiB. */
  readonly body: string
  readonly bodyBytes: number
  answerBytes: number
  /** 0 until answered; stays 0 when the connection was reset or left hanging. */
  status: number
  readonly atMs: number
}

export interface RequestFilter {
  readonly service?: ServiceName
  readonly method?: string
  readonly path?: RegExp | string
  readonly status?: number
}

export interface RequestLog {
  readonly all: () => ReadonlyArray<LoggedRequest>
  readonly filter: (filter: RequestFilter) => ReadonlyArray<LoggedRequest>
  readonly count: (filter?: RequestFilter) => number
  /** All since the last clear, those that were dropped included. */
  readonly total: () => number
  readonly last: (filter?: RequestFilter) => LoggedRequest | undefined
  readonly clear: () => void
  readonly add: (request: LoggedRequest) => void
}

/** Benchmarks send hundreds of thousands of requests; the oldest are dropped beyond this. */
export const LOGGED_REQUESTS_MAX = 50_000
export const LOGGED_BODY_BYTES_MAX = 64 * 1024

export function matchesService(actual: string, wanted: string): boolean {
  return actual === wanted || actual.startsWith(`${wanted}:`)
}

function matches(request: LoggedRequest, filter: RequestFilter): boolean {
  if (filter.service !== undefined && !matchesService(request.service, filter.service)) return false
  if (filter.method !== undefined && request.method !== filter.method) return false
  if (filter.status !== undefined && request.status !== filter.status) return false
  if (typeof filter.path === "string") return request.path === filter.path
  return filter.path === undefined || filter.path.test(request.path)
}

export function makeRequestLog(): RequestLog {
  let requests: LoggedRequest[] = []
  let total = 0
  const filter = (wanted: RequestFilter) => requests.filter((request) => matches(request, wanted))
  return {
    all: () => requests,
    filter,
    count: (wanted) => (wanted === undefined ? requests.length : filter(wanted).length),
    last: (wanted) =>
      wanted === undefined ? requests.at(-1) : requests.findLast((request) => matches(request, wanted)),
    total: () => total,
    clear: () => {
      requests = []
      total = 0
    },
    add: (request) => {
      if (requests.length >= LOGGED_REQUESTS_MAX) requests = requests.slice(LOGGED_REQUESTS_MAX / 2)
      requests.push(request)
      total += 1
    },
  }
}
