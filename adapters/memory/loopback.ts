import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Loopback, type LoopbackAnswer, LoopbackFailed } from "../../core/ports/mod.ts"

export interface MemoryLoopback {
  readonly port?: number | null
  readonly addresses?: ReadonlyArray<string>
  /** What answers at an address; null: nobody does. */
  readonly answer?: (url: string, contentType: string, body: string) => Effect.Effect<LoopbackAnswer | null>
}

/** A network of one: what is posted goes to the given function, or nowhere. */
export const layer = (options: MemoryLoopback = {}): Layer.Layer<Loopback> =>
  Layer.succeed(Loopback, {
    port: Effect.succeed(options.port ?? null),
    addresses: Effect.succeed(options.addresses ?? []),
    post: Effect.fnUntraced(function* (url: Redacted.Redacted, contentType: string, body: string) {
      const plain = Redacted.value(url)
      const answer = options.answer === undefined ? null : yield* options.answer(plain, contentType, body)
      if (answer !== null) return answer
      const where = URL.canParse(plain) ? new URL(plain).origin : "the address"
      return yield* new LoopbackFailed({ where, fault: "refused", detail: "nobody answers there" })
    }),
  })
