import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreUnavailable } from "./_store_unavailable.ts"

/**
 * Small durable facts that are not settings: which refresh stage worked for a library, the record of migration
 * attempts, when the last event of a source was heard. Values are plain JSON; keys are `area/name`.
 */
export class StateStore extends Context.Service<
  StateStore,
  {
    /** The value last put under `key`, or null. */
    readonly get: (key: string) => Effect.Effect<unknown, StoreUnavailable>
    /** Replaces the value; `null` removes it. Durable when it answers. */
    readonly put: (key: string, value: unknown) => Effect.Effect<void, StoreUnavailable>
    /**
     * Changes the value in one step, so that of several who do so at the same time each sees what the one before has
     * made. `change` may be called more than once; nothing is written when it answers what it was given. Answers what is
     * stored then.
     */
    readonly update: (
      key: string,
      change: (value: unknown) => unknown,
    ) => Effect.Effect<unknown, StoreUnavailable>
    /** Every pair whose key starts with `prefix`, by key. */
    readonly list: (
      prefix: string,
    ) => Effect.Effect<ReadonlyArray<{ readonly key: string; readonly value: unknown }>, StoreUnavailable>
  }
>()("core/ports/StateStore") {}
