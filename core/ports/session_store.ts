import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Session } from "../access/session.ts"
import type { Tally } from "../access/tally.ts"
import type { StoreUnavailable } from "./_store_unavailable.ts"

/** Who is signed in to the page, and who has tried. Durable, so that a restart signs nobody out. */
export class SessionStore extends Context.Service<
  SessionStore,
  {
    /** Inserts or replaces the session with this id. Beyond `SESSIONS_MAX` those unseen for longest go. Durable when it answers. */
    readonly save: (session: Session) => Effect.Effect<void, StoreUnavailable>
    readonly get: (id: string) => Effect.Effect<Session | null, StoreUnavailable>
    /** Every session, the one seen last first. */
    readonly all: Effect.Effect<ReadonlyArray<Session>, StoreUnavailable>
    /** Ends these sessions; ids that are not known do no harm. Durable when it answers. */
    readonly remove: (ids: ReadonlyArray<string>) => Effect.Effect<void, StoreUnavailable>
    /** Ends all of them; answers how many there were. */
    readonly clear: Effect.Effect<number, StoreUnavailable>
    /**
     * Replaces the tally of attempts by what `change` makes of it, with nothing in between, and answers `before` and
     * `after`. An attempt is judged only when its count is durable.
     */
    readonly tally: (
      change: (before: Tally) => Tally,
    ) => Effect.Effect<{ readonly before: Tally; readonly after: Tally }, StoreUnavailable>
  }
>()("core/ports/SessionStore") {}
