import { compareClass, compareTested } from "./connection.ts"
import type { Connection, Server, TestedConnection } from "./server.ts"

/** A server of the account after its connections were tested; its token stays behind. */
export interface DiscoveredServer extends Omit<Server, "accessToken" | "connections"> {
  /** The best first; those that do not answer carry the reason. */
  readonly connections: ReadonlyArray<TestedConnection>
  readonly bestConnection: TestedConnection | null
  /** Among the servers in use. */
  readonly selected: boolean
}

/** The connection to use; null when none answers. */
export function bestOf(tested: ReadonlyArray<TestedConnection>): TestedConnection | null {
  const [first] = [...tested].sort(compareTested)
  return first?.available === true ? first : null
}

/**
 * The connection to store as preferred: the best that is no relay, among those that answer if any does. A relay is used
 * when nothing else answers and never kept. Null only when there is nothing but relays.
 *
 * @example
 * ```ts
 * const relay = { uri: "https://a", protocol: "https", address: "a", port: 443, local: false, relay: true } as const
 * const direct = { ...relay, uri: "https://b", relay: false } as const
 * const answers = { available: true, latencyMs: 5, fault: null, reason: null, fingerprint: null } as const
 * const silent = { ...answers, available: false, latencyMs: null, fault: "timeout" } as const
 * const tested = [{ ...relay, ...answers }, { ...direct, ...silent }]
 * assert.strictEqual(bestOf(tested)?.uri, "https://a")
 * assert.strictEqual(preferredOf(tested)?.uri, "https://b")
 * ```
 */
export function preferredOf(tested: ReadonlyArray<TestedConnection>): TestedConnection | null {
  const [first] = tested.filter(({ relay }) => !relay).sort(compareTested)
  return first ?? null
}

/** Whether a connection that is still being tested would be preferred to `best` if it answered. */
export function couldWin(
  pending: ReadonlyArray<Connection>,
  best: TestedConnection,
  preferredUri: string | null,
): boolean {
  if (best.uri === preferredUri) return false
  return pending.some((one) => one.uri === preferredUri || compareClass(one, best) < 0)
}

/** The better of two that answer; the one the user chose wins over any class, unless it is a relay. */
export function betterOf(
  a: TestedConnection,
  b: TestedConnection,
  preferredUri: string | null,
): TestedConnection {
  const chosen = [a, b].find(({ uri, relay }) => uri === preferredUri && !relay)
  if (chosen !== undefined) return chosen
  return compareTested(a, b) <= 0 ? a : b
}
