import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { accountAccess } from "../auth/account_access.ts"
import { Journal, PlexAccount, SettingsStore, StateStore } from "../ports/mod.ts"
import type { ServerEntry } from "../settings/records.ts"
import { candidatesOf, className, connectionOf } from "./connection.ts"
import { discoveredKey, knownConnections, notReached } from "./known_servers.ts"
import { type ProbeTarget, probeConnection, type RaceResult, raceConnections } from "./probe_connections.ts"
import { betterOf } from "./selection.ts"
import { CONNECTIONS_TESTED_MAX, type Connection, type TestedConnection } from "./server.ts"

/** plex.tv is asked for new addresses of a silent server at most this often, in milliseconds. */
export const REDISCOVER_MIN_MS = 60_000
/** Longest wait for plex.tv's list, in milliseconds. */
const LIST_TIMEOUT_MS = 6_000
/** How often it is looked whether the question of another caller has been answered, in milliseconds. */
const ANSWER_LOOKED_FOR_EVERY_MS = 50

const inUseKey = (serverId: string): string => `servers/${serverId}/connection`
/** Where it is kept when plex.tv was last asked about a server that answered nowhere, and whether it has replied. */
const questionKey = (serverId: string): string => `servers/${serverId}/rediscovery`

/** The connection that a server is reached by now; null: none answered when it was last tried. */
export interface ConnectionInUse {
  readonly uri: string | null
  readonly sinceMs: number
  /** How long it took to say who it is when it was last tested, in milliseconds; absent: not known. */
  readonly latencyMs?: number | null
  /** What a test of every address came to, and when; absent: there was none since this connection is in use. */
  readonly tests?: AddressTests
}

/** Every address of a server as it was when all of them were tested. */
export interface AddressTests {
  readonly atMs: number
  readonly tested: ReadonlyArray<Pick<TestedConnection, "uri" | "available" | "latencyMs" | "reason">>
}
const isInUse = (value: unknown): value is ConnectionInUse =>
  typeof value === "object" && value !== null && "uri" in value && "sinceMs" in value

/** What is remembered about the connection of a server; null when it was never chosen. */
export const rememberedConnection = Effect.fnUntraced(function* (serverId: string) {
  const value = yield* StateStore.use((state) => state.get(inUseKey(serverId)))
  return isInUse(value) ? value : null
})

const describe = (entry: ServerEntry) => entry.name || entry.machine_id

/**
 * Remembers which connection is in use from now on and how quick it is, and says so in the journal when it is another
 * one. `lost` is why the one before was given up; `isWhole`: the race waited for every address.
 */
export const rememberConnection = Effect.fnUntraced(function* (
  entry: ServerEntry,
  race: RaceResult,
  lost: string | null = null,
  isWhole = race.winner === null,
) {
  const { winner } = race
  const state = yield* StateStore
  const atMs = yield* Clock.currentTimeMillis
  // A race that was won says nothing of those that it did not wait for.
  const tests: Pick<ConnectionInUse, "tests"> = isWhole
    ? {
        tests: {
          atMs,
          tested: race.tested.map(({ available, latencyMs, reason, uri }) => ({
            uri,
            available,
            latencyMs,
            reason,
          })),
        },
      }
    : {}
  const now: ConnectionInUse = {
    uri: winner?.uri ?? null,
    sinceMs: atMs,
    latencyMs: winner?.latencyMs ?? null,
    ...tests,
  }
  // In one step: of several who lose a server at the same time, one says where it is now.
  let stored: unknown = null
  yield* state.update(inUseKey(entry.machine_id), (value) => {
    stored = value
    return isInUse(value) && value.uri === now.uri ? { ...value, latencyMs: now.latencyMs, ...tests } : now
  })
  const before = isInUse(stored) ? stored : null
  if (before !== null && before.uri === now.uri) return
  const old = race.tested.find(({ uri }) => uri === before?.uri)
  const reason = old?.available === false ? old.reason : lost
  const why = typeof before?.uri === "string" && reason !== null ? `; ${before.uri} failed: ${reason}` : ""
  const text =
    winner === null
      ? `${describe(entry)} answers at none of its ${race.tested.length} addresses`
      : `${describe(entry)} is reached at ${winner.uri} (${className(winner)})${why}`
  const tested = race.tested.map(({ uri, available, latencyMs, fault, reason }) => ({
    uri,
    available,
    latencyMs,
    fault,
    reason,
  }))
  const journal = yield* Journal
  yield* journal.write({ kind: "connection", serverId: entry.machine_id, text, detail: { tested } })
})

const targetOf = (entry: ServerEntry): ProbeTarget => ({
  machineIdentifier: entry.machine_id,
  fingerprint: entry.fingerprint === "" ? null : entry.fingerprint,
  token: null,
})

const race = Effect.fnUntraced(function* (entry: ServerEntry, connections: ReadonlyArray<Connection>) {
  const chosen = connectionOf(entry.url)
  return yield* raceConnections(
    targetOf(entry),
    connections.slice(0, CONNECTIONS_TESTED_MAX),
    chosen?.uri ?? null,
  )
})

const isQuestion = Schema.is(Schema.Struct({ askedAtMs: Schema.Finite, isAnswered: Schema.Boolean }))

/**
 * Whether plex.tv was asked about a server within `REDISCOVER_MIN_MS`. While the question of another caller is under way
 * it waits for the answer, so that whoever loses a server at the same time finds it again at the same time.
 */
const wasAskedLately = Effect.fnUntraced(function* (serverId: string) {
  const state = yield* StateStore
  for (;;) {
    const question = yield* state.get(questionKey(serverId))
    if (!isQuestion(question)) return false
    const ageMs = (yield* Clock.currentTimeMillis) - question.askedAtMs
    if (ageMs < 0 || ageMs >= REDISCOVER_MIN_MS) return false
    if (question.isAnswered || ageMs >= LIST_TIMEOUT_MS) return true
    yield* Effect.sleep(ANSWER_LOOKED_FOR_EVERY_MS)
  }
})

/**
 * Asks plex.tv for the addresses of a server and remembers them, also the ones that follow from them, since one of those
 * may be the one that answers. A failure is no new address. Who goes away while asking leaves the question to the next.
 */
const askForAddresses = Effect.fnUntraced(function* (entry: ServerEntry) {
  const state = yield* StateStore
  const account = yield* PlexAccount
  const key = questionKey(entry.machine_id)
  const askedAtMs = yield* Clock.currentTimeMillis
  yield* state.put(key, { askedAtMs, isAnswered: false })
  const servers = yield* accountAccess("find the server").pipe(
    Effect.flatMap(({ client, token }) => account.servers(client, token)),
    Effect.timeoutOrElse({ duration: LIST_TIMEOUT_MS, orElse: () => Effect.succeed([]) }),
    Effect.catch((error) => Effect.as(Effect.logWarning(error.message), [])),
    Effect.onInterrupt(() => Effect.ignore(state.put(key, null))),
  )
  const server = servers.find(({ machineIdentifier }) => machineIdentifier === entry.machine_id)
  if (server !== undefined) {
    const { derived, listed } = candidatesOf(server)
    yield* state.put(discoveredKey(entry.machine_id), [...listed, ...derived])
  }
  yield* state.put(key, { askedAtMs, isAnswered: true })
})

/**
 * The addresses of a server beside those that were `tried`, after plex.tv was asked for new ones. It is asked at most
 * every `REDISCOVER_MIN_MS`, and not at all in API-key mode with migration switched off.
 */
const rediscover = Effect.fnUntraced(function* (entry: ServerEntry, tried: ReadonlyArray<Connection>) {
  const { plex } = yield* SettingsStore.use((store) => store.current)
  const isOurs = plex.auth_method === "oauth" || !plex.disable_auto_migration
  if (isOurs && !(yield* wasAskedLately(entry.machine_id))) yield* askForAddresses(entry)
  const known = new Set(tried.map(({ uri }) => uri))
  return (yield* knownConnections(entry)).filter(({ uri }) => !known.has(uri))
})

/**
 * Tests every known address of a server at once, and those that plex.tv lists by now when none of them answers. The
 * winner is in use from then on; null when there is none. `lost` is why the address in use failed, for the journal.
 */
export const reconnect = Effect.fn("reconnect")(function* (entry: ServerEntry, lost: string | null = null) {
  const known = yield* knownConnections(entry)
  const first = yield* race(entry, known)
  if (first.winner !== null) {
    yield* rememberConnection(entry, first, lost)
    return first
  }
  const found = yield* rediscover(entry, known)
  const second = found.length === 0 ? null : yield* race(entry, found)
  const result: RaceResult = {
    winner: second?.winner ?? null,
    tested: [...first.tested, ...(second?.tested ?? [])],
  }
  yield* rememberConnection(entry, result, lost)
  return result
})

/** Every known address of a server, each tested to the end. Changes nothing. */
export const probeAddresses = Effect.fnUntraced(function* (entry: ServerEntry) {
  const known = (yield* knownConnections(entry)).slice(0, CONNECTIONS_TESTED_MAX)
  return yield* Effect.forEach(known, (one) => probeConnection(targetOf(entry), one), {
    concurrency: "unbounded",
  })
})

/**
 * Tests every address of a server to the end, for somebody who wants to know of each, and takes the best. Where none
 * answers plex.tv is asked for others.
 */
export const testAddresses = Effect.fn("testAddresses")(function* (entry: ServerEntry) {
  const tested = yield* probeAddresses(entry)
  const chosenUri = connectionOf(entry.url)?.uri ?? null
  const winner = tested
    .filter(({ available }) => available)
    .reduce<TestedConnection | null>(
      (best, one) => (best === null ? one : betterOf(best, one, chosenUri)),
      null,
    )
  if (winner === null) yield* reconnect(entry)
  else yield* rememberConnection(entry, { winner, tested }, null, true)
})

/** The address at which a server is reached. It is one that has proved its identity, since the token is sent there. */
export const connectionInUse = Effect.fnUntraced(function* (entry: ServerEntry) {
  const remembered = yield* rememberedConnection(entry.machine_id)
  if (remembered !== null && remembered.uri !== null) {
    const known = yield* knownConnections(entry)
    if (known.some(({ uri }) => uri === remembered.uri)) return remembered.uri
  }
  const { tested, winner } = yield* reconnect(entry)
  if (winner !== null) return winner.uri
  const [first] = tested
  const detail =
    first === undefined
      ? "no address of it is known"
      : `${tested.length} of ${tested.length} addresses did not answer (${first.uri}: ${first.reason})`
  return yield* notReached(describe(entry), first?.fault ?? null, detail)
})
