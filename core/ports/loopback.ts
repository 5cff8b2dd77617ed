import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** Nobody answered at the address, or what answers there is no HTTP server that can be trusted. */
export class LoopbackFailed extends Schema.TaggedError<LoopbackFailed>()("LoopbackFailed", {
  /** Scheme, host and port. */
  where: Schema.String,
  fault: Schema.Literals(["refused", "timeout", "dns", "tls", "reset"]),
  detail: Schema.String,
}) {
  override get message(): string {
    return `Cannot reach ${this.where}: ${this.detail}`
  }
}

/** What came back. A redirect is an answer like any other: Plex would not follow it either. */
export interface LoopbackAnswer {
  readonly status: number
  /** From the first byte sent to the last byte received, in milliseconds. */
  readonly tookMs: number
}

/** Longest wait for an answer, in milliseconds. */
export const LOOPBACK_TIMEOUT_MS = 8_000

/** This process as the others on the network see it. */
export class Loopback extends Context.Service<
  Loopback,
  {
    /** The TCP port on which this process answers; null as long as it does not listen. */
    readonly port: Effect.Effect<number | null>
    /** This machine's addresses that others can reach, IPv4 first; without loopback and link-local ones. */
    readonly addresses: Effect.Effect<ReadonlyArray<string>>
    /**
     * Posts a body the way Plex does: once, certificates verified, no redirect followed, the answer's body thrown away.
     * The address may hold a key and is in no error.
     */
    readonly post: (
      url: Redacted.Redacted,
      contentType: string,
      body: string,
    ) => Effect.Effect<LoopbackAnswer, LoopbackFailed>
  }
>()("core/ports/Loopback") {}
