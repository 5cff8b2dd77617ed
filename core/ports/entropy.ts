import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * Unpredictable values, for keys, salts, states and identifiers. Every answer comes from the operating system's
 * generator in production and from a seed in tests; nothing in the core makes randomness itself.
 */
export class Entropy extends Context.Service<
  Entropy,
  {
    /** `count` random bytes, 1 to 65,536. Never fails. */
    readonly bytes: (count: number) => Effect.Effect<Uint8Array>
    /** A random (version 4) UUID in lower case. */
    readonly uuid: Effect.Effect<string>
  }
>()("core/ports/Entropy") {}
