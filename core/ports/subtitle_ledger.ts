import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Intention, NewIntention } from "../placed/intention.ts"
import type { NewPlacedSubtitle, NewRefusal, PlacedState, PlacedSubtitle, Refusal } from "../placed/placed.ts"
import type { InTurn } from "../placed/turns.ts"
import type { StoreUnavailable } from "./_store_unavailable.ts"

export interface LedgerFilter {
  readonly serverId?: string
  readonly ratingKey?: string
  readonly states?: ReadonlyArray<PlacedState>
  /** Only records with a smaller id: the next page. */
  readonly beforeId?: number
  /** 1 to 500. */
  readonly limit: number
}

/**
 * Every subtitle that OnCue has placed, and every one that is not to be taken again. Durable when it answers. A record
 * that a later version has written and this one cannot read is as good as none.
 */
export class SubtitleLedger extends Context.Service<
  SubtitleLedger,
  {
    readonly add: (record: NewPlacedSubtitle) => Effect.Effect<PlacedSubtitle, StoreUnavailable>
    /** Reads, changes and writes in one, so that no change is lost; null when there is no such record. `id` stays. */
    readonly update: (
      id: number,
      change: (record: PlacedSubtitle) => PlacedSubtitle,
    ) => Effect.Effect<PlacedSubtitle | null, StoreUnavailable>
    readonly get: (id: number) => Effect.Effect<PlacedSubtitle | null, StoreUnavailable>
    /** Newest first. */
    readonly list: (filter: LedgerFilter) => Effect.Effect<ReadonlyArray<PlacedSubtitle>, StoreUnavailable>
    /** The rating keys of the items of a server for which something was placed at this time or later and is in place. */
    readonly itemsSince: (
      serverId: string,
      sinceMs: number,
    ) => Effect.Effect<ReadonlyArray<string>, StoreUnavailable>
    /** What is placed and whose next look is due at `nowMs`, the longest due first. */
    readonly due: (
      nowMs: number,
      limit: number,
    ) => Effect.Effect<ReadonlyArray<PlacedSubtitle>, StoreUnavailable>
    /** A candidate that is refused for its item already keeps its entry, with the new reason. */
    readonly refuse: (refusal: NewRefusal) => Effect.Effect<Refusal, StoreUnavailable>
    /** Newest first. */
    readonly refusals: (
      filter: Omit<LedgerFilter, "states">,
    ) => Effect.Effect<ReadonlyArray<Refusal>, StoreUnavailable>
    /** Forgets a refusal and answers what it was; null when there is no such entry. */
    readonly allow: (id: number) => Effect.Effect<Refusal | null, StoreUnavailable>
    /** Keeps what is about to be done, and answers its id. */
    readonly intend: (intention: NewIntention) => Effect.Effect<number, StoreUnavailable>
    /** What was to be done and nobody has settled, the oldest first, at most `INTENTIONS_MAX`. */
    readonly intentions: Effect.Effect<ReadonlyArray<Intention>, StoreUnavailable>
    /**
     * Ends an intention: as `done` everything that it says is remembered, all of it or nothing, and the record that it
     * adds is answered; as `dropped` nothing is. Null also where there is no such intention, so that twice is once.
     */
    readonly settle: (
      id: number,
      outcome: "done" | "dropped",
    ) => Effect.Effect<PlacedSubtitle | null, StoreUnavailable>
    /**
     * Runs a program that reads what is there and changes it while no other such program runs for its item. One inside
     * another for the same item never begins.
     */
    readonly inTurn: InTurn
    /** Forgets records from before `beforeMs` that are not in place any more; answers how many. */
    readonly prune: (beforeMs: number) => Effect.Effect<number, StoreUnavailable>
  }
>()("core/ports/SubtitleLedger") {}
