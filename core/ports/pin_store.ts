import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Pin, PinId } from "../auth/pin.ts"
import type { StoreUnavailable } from "./_store_unavailable.ts"

/** PIN sessions, durable so that a restart in the middle of a sign-in does not lose it. At most `PINS_PENDING_MAX` wait. */
export class PinStore extends Context.Service<
  PinStore,
  {
    /** Inserts or replaces the session with this id. Durable when it answers. */
    readonly save: (pin: Pin) => Effect.Effect<void, StoreUnavailable>
    /**
     * Replaces the session with this id by what `change` makes of it, with nothing in between: two checks at the same
     * moment see each other. Answers what is stored now; null, and nothing is called or stored, when there is none.
     */
    readonly update: (id: PinId, change: (pin: Pin) => Pin) => Effect.Effect<Pin | null, StoreUnavailable>
    readonly get: (id: PinId) => Effect.Effect<Pin | null, StoreUnavailable>
    /** Every session, oldest first. */
    readonly all: Effect.Effect<ReadonlyArray<Pin>, StoreUnavailable>
    readonly remove: (ids: ReadonlyArray<PinId>) => Effect.Effect<void, StoreUnavailable>
  }
>()("core/ports/PinStore") {}
