import { useCallback, useEffect, useState } from "react"
import { ApiError, addressOf } from "./client.ts"
import type { Data } from "./types.ts"

export type FoundServer = Data<"GET /api/plex/oauth/servers">[number]
export type FoundConnection = FoundServer["connections"][number]

interface Found {
  readonly stage: "listed" | "tested" | "usable" | "done"
  readonly machineIdentifier: string | null
  readonly connection: FoundConnection | null
  readonly servers: ReadonlyArray<FoundServer> | null
  readonly names: ReadonlyArray<{
    readonly machineIdentifier: string
    readonly name: string
    readonly connections: ReadonlyArray<Pick<FoundConnection, "uri" | "class">>
  }> | null
}

/** An address of a server; without a result as long as its test is under way. */
export interface SeenConnection {
  readonly uri: string
  readonly class: FoundConnection["class"]
  readonly result: FoundConnection | null
}

/** A server while its addresses are being tested: what is known of it so far. */
export interface SeenServer {
  readonly machineIdentifier: string
  readonly name: string
  /** In the order in which they are listed, which no result changes. */
  readonly connections: ReadonlyArray<SeenConnection>
  /** The address to use as far as can be told now. */
  readonly best: FoundConnection | null
  /** Everything about it; null until all tests are over. */
  readonly whole: FoundServer | null
}

export interface Discovered {
  readonly state: "listing" | "testing" | "done" | "failed"
  readonly sinceMs: number
  readonly servers: ReadonlyArray<SeenServer>
  readonly error: unknown
}

const begun = (): Discovered => ({ state: "listing", sinceMs: Date.now(), servers: [], error: null })

/** Each result at the place of its address; those of further addresses come after them. */
function withResults(
  connections: ReadonlyArray<SeenConnection>,
  results: ReadonlyArray<FoundConnection>,
): ReadonlyArray<SeenConnection> {
  const known = new Set(connections.map(({ uri }) => uri))
  const further = results.filter(({ uri }) => !known.has(uri))
  return [
    ...connections.map((one) => ({
      ...one,
      result: results.find(({ uri }) => uri === one.uri) ?? one.result,
    })),
    ...further.map((result) => ({ uri: result.uri, class: result.class, result })),
  ]
}

function after(before: Discovered, found: Found): Discovered {
  switch (found.stage) {
    case "listed":
      return {
        ...before,
        state: "testing",
        servers: (found.names ?? []).map(({ connections, ...one }) => ({
          ...one,
          connections: connections.map((connection) => ({ ...connection, result: null })),
          best: null,
          whole: null,
        })),
      }
    case "tested":
    case "usable":
      return {
        ...before,
        servers: before.servers.map((server) => {
          const { connection } = found
          if (server.machineIdentifier !== found.machineIdentifier || connection === null) return server
          return found.stage === "usable"
            ? { ...server, best: connection }
            : { ...server, connections: withResults(server.connections, [connection]) }
        }),
      }
    case "done":
      return {
        ...before,
        state: "done",
        servers: (found.servers ?? []).map((whole) => {
          const seen = before.servers.find((one) => one.machineIdentifier === whole.machineIdentifier)
          return {
            machineIdentifier: whole.machineIdentifier,
            name: whole.name,
            connections: withResults(seen?.connections ?? [], whole.connections),
            best: whole.bestConnection,
            whole,
          }
        }),
      }
  }
}

/** Finds the account's servers and tests every address, telling each result as it comes. */
export function useDiscovery(includeShared: boolean): readonly [found: Discovered, again: () => void] {
  const [found, setFound] = useState<Discovered>(begun)
  const [run, setRun] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `run` begins it anew
  useEffect(() => {
    setFound(begun())
    const query = includeShared ? "?includeShared=true" : ""
    const source = new EventSource(addressOf(`/api/plex/servers/discover${query}`))
    const hear = (event: Event) => {
      const data = JSON.parse((event as MessageEvent<string>).data) as Found
      setFound((before) => after(before, data))
      if (data.stage === "done") source.close()
    }
    for (const stage of ["listed", "tested", "usable", "done"]) source.addEventListener(stage, hear)
    source.addEventListener("failed", (event) => {
      const { code, error } = JSON.parse((event as MessageEvent<string>).data) as {
        code: string
        error: string
      }
      source.close()
      setFound((before) => ({ ...before, state: "failed", error: new ApiError(502, code, error) }))
    })
    return () => source.close()
  }, [includeShared, run])
  const again = useCallback(() => setRun((before) => before + 1), [])
  return [found, again]
}
