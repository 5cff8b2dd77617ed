import { randomBytes, randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Entropy } from "../../core/ports/mod.ts"

/** The operating system's generator. */
export const layer: Layer.Layer<Entropy> = Layer.succeed(Entropy, {
  bytes: (count) => Effect.sync(() => new Uint8Array(randomBytes(count))),
  uuid: Effect.sync(() => randomUUID()),
})
