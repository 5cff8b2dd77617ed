import { networkInterfaces } from "node:os"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Agent, type Dispatcher, request } from "undici"
import { LOOPBACK_TIMEOUT_MS, Loopback, type LoopbackAnswer, LoopbackFailed } from "../../core/ports/mod.ts"
import { transportFault } from "../_http/transport_fault.ts"

export interface LoopbackOptions {
  /** The port on which this process listens; null as long as it does not. Asked at every call. */
  readonly port: () => number | null
  /** `OnCue` when left out. */
  readonly userAgent?: string
  /** Instead of the network; for tests. */
  readonly dispatcher?: Dispatcher
}

/** Largest answer, in bytes, that is read to its end; of a longer one the connection is closed. */
const ANSWER_BYTES_MAX = 64 * 1024

function failure(where: string, error: unknown): LoopbackFailed {
  const { kind, reason } = transportFault(error) ?? { kind: "reset", reason: "the connection was closed" }
  return new LoopbackFailed({
    where,
    fault: kind === "bad_answer" ? "reset" : kind,
    detail: kind === "tls" ? `${reason}, and Plex does not accept that` : reason,
  })
}

/** Whether others on the network can use an address: not for this machine or this link alone. */
function isReachable(address: string): boolean {
  return !/^(127\.|169\.254\.|::1$|fe80:)/i.test(address)
}

function addresses(): ReadonlyArray<string> {
  const found = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const usable = found.filter((one) => !one.internal && isReachable(one.address))
  const of = (family: string) => usable.filter((one) => one.family === family).map((one) => one.address)
  return [...new Set([...of("IPv4"), ...of("IPv6")])]
}

const make = Effect.fnUntraced(function* (options: LoopbackOptions) {
  // A connection of its own for each post: Plex's would be a new one too, and a kept one proves nothing about the address.
  const dispatcher =
    options.dispatcher ??
    (yield* Effect.acquireRelease(
      Effect.sync(() => new Agent({ pipelining: 0, connect: { timeout: LOOPBACK_TIMEOUT_MS } })),
      (agent) => Effect.promise(() => agent.destroy()),
    ))

  const post = (url: string, where: string, contentType: string, body: string) =>
    Effect.tryPromise({
      try: async (signal): Promise<LoopbackAnswer> => {
        const started = performance.now()
        const answer = await request(url, {
          method: "POST",
          headers: { "content-type": contentType, "user-agent": options.userAgent ?? "OnCue" },
          body,
          dispatcher,
          signal,
        })
        await answer.body.dump({ limit: ANSWER_BYTES_MAX, signal })
        return { status: answer.statusCode, tookMs: Math.round((performance.now() - started) * 10) / 10 }
      },
      catch: (error) => failure(where, error),
    }).pipe(
      Effect.timeoutOrElse({
        duration: LOOPBACK_TIMEOUT_MS,
        orElse: () =>
          new LoopbackFailed({
            where,
            fault: "timeout",
            detail: `no answer in ${LOOPBACK_TIMEOUT_MS / 1000} s`,
          }),
      }),
    )

  return Loopback.of({
    port: Effect.sync(options.port),
    addresses: Effect.sync(addresses),
    post: (url, contentType, body) =>
      Effect.suspend(() => {
        const plain = Redacted.value(url)
        const where = URL.canParse(plain) ? new URL(plain).origin : "the address"
        return post(plain, where, contentType, body)
      }),
  })
})

/** The network through undici. */
export const layer = (options: LoopbackOptions): Layer.Layer<Loopback> =>
  Layer.effect(Loopback, make(options))
