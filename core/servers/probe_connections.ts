import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Redacted from "effect/Redacted"
import { PlexServer, type ProbeFailure } from "../ports/mod.ts"
import { betterOf, couldWin } from "./selection.ts"
import { type Connection, PROBE_TIMEOUT_MS, type TestedConnection } from "./server.ts"

/** How long a race waits, after the first answer, for a connection of a better class, in milliseconds. */
export const RACE_GRACE_MS = 300

/** Who must answer, and with which token the server is asked afterwards; null: identity alone is enough. */
export interface ProbeTarget {
  readonly machineIdentifier: string
  readonly fingerprint: string | null
  readonly token: Redacted.Redacted | null
}

const failed = (connection: Connection, failure: ProbeFailure): TestedConnection => ({
  ...connection,
  available: false,
  latencyMs: null,
  fault: failure.fault,
  reason: failure.reason,
  fingerprint: failure.fingerprint,
})

/**
 * Tests one connection: who is there, asked without a token; then, with a token, whether it is accepted. Never fails, and
 * never takes longer than `PROBE_TIMEOUT_MS`.
 */
export const probeConnection = Effect.fnUntraced(function* (target: ProbeTarget, connection: Connection) {
  const server = yield* PlexServer
  const { machineIdentifier, fingerprint, token } = target
  const address = { uri: connection.uri, machineIdentifier, fingerprint }
  const asked = Effect.gen(function* () {
    const startedMs = yield* Clock.currentTimeMillis
    yield* server.identity(address)
    const latencyMs = Math.max(1, Math.ceil((yield* Clock.currentTimeMillis) - startedMs))
    if (token !== null) {
      yield* server.info({ ...address, token }).pipe(
        Effect.catchTag("TokenRejected", () =>
          Effect.fail<ProbeFailure>({
            fault: "unauthorised",
            reason: "it refuses the token: sign in again",
            fingerprint: null,
          }),
        ),
        Effect.catchTag("PlexForbidden", ({ what }) =>
          Effect.fail<ProbeFailure>({
            fault: "unauthorised",
            reason: `it does not allow this token to ${what}`,
            fingerprint: null,
          }),
        ),
        Effect.catchTag("PlexUnreachable", ({ detail, fault }) =>
          Effect.fail<ProbeFailure>({
            fault: fault === "status" ? "bad_answer" : fault,
            reason: detail,
            fingerprint: null,
          }),
        ),
      )
    }
    return {
      ...connection,
      available: true,
      latencyMs,
      fault: null,
      reason: null,
      fingerprint: null,
    } satisfies TestedConnection
  })
  return yield* asked.pipe(
    Effect.timeoutOrElse({
      duration: PROBE_TIMEOUT_MS,
      orElse: () =>
        Effect.fail<ProbeFailure>({
          fault: "timeout",
          reason: `no answer in ${PROBE_TIMEOUT_MS / 1000} s`,
          fingerprint: null,
        }),
    }),
    Effect.catch((failure) => Effect.succeed(failed(connection, failure))),
  )
})

/** What a race came to: the connection to use, and everything that had answered or failed by then. */
export interface RaceResult {
  readonly winner: TestedConnection | null
  readonly tested: ReadonlyArray<TestedConnection>
}

/**
 * Tests all connections at once and stops as soon as the choice is clear: nothing better is still being tested, or
 * `RACE_GRACE_MS` have passed since the first answer. `preferredUri` is what the user chose and wins when it answers.
 */
export const raceConnections = Effect.fnUntraced(function* (
  target: ProbeTarget,
  connections: ReadonlyArray<Connection>,
  preferredUri: string | null,
) {
  const results = yield* Queue.unbounded<TestedConnection>()
  const tested: Array<TestedConnection> = []
  let winner: TestedConnection | null = null
  for (const connection of connections) {
    yield* Effect.forkScoped(
      Effect.flatMap(probeConnection(target, connection), (one) => Queue.offer(results, one)),
    )
  }
  let deadlineMs = Number.POSITIVE_INFINITY
  while (tested.length < connections.length) {
    const done = new Set(tested.map(({ uri }) => uri))
    const pending = connections.filter(({ uri }) => !done.has(uri))
    if (winner !== null && !couldWin(pending, winner, preferredUri)) break
    const leftMs: number = deadlineMs - (yield* Clock.currentTimeMillis)
    if (leftMs <= 0) break
    const next = Number.isFinite(leftMs)
      ? yield* Queue.take(results).pipe(
          Effect.timeoutOrElse({ duration: leftMs, orElse: () => Effect.succeed(null) }),
        )
      : yield* Queue.take(results)
    if (next === null) break
    tested.push(next)
    if (!next.available) continue
    if (winner === null) deadlineMs = (yield* Clock.currentTimeMillis) + RACE_GRACE_MS
    winner = winner === null ? next : betterOf(winner, next, preferredUri)
  }
  return { winner, tested } satisfies RaceResult as RaceResult
}, Effect.scoped)
