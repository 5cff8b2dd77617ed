import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { IndexEntry, IndexedSection } from "../media/item_index_entry.ts"
import type { ItemRef } from "../media/media_item.ts"
import type { StoreUnavailable } from "./_store_unavailable.ts"

/** What is searched, where, and which page of it; at most `FOUND_MAX` at once. */
export interface ItemSearch {
  readonly text: string
  /** Null: everywhere. */
  readonly place: { readonly serverId: string; readonly sectionId: string | null } | null
  readonly offset: number
  readonly limit: number
}

/** Words of a search that are looked at. */
export const SEARCH_WORDS_MAX = 8

/**
 * Where everything is on every server: ids, files and rating keys. It can be thrown away and built again at any time, and
 * what it says may be out of date; who uses an answer finds out when the item is read, and removes what is gone.
 */
export class ItemIndex extends Context.Service<
  ItemIndex,
  {
    readonly get: (ref: ItemRef) => Effect.Effect<IndexEntry | null, StoreUnavailable>
    /**
     * The same, and of a film or episode that was removed what it was: a job may wait for one whose server has given it
     * another rating key meanwhile. Of those the last `GONE_MAX` are kept, until their library is forgotten.
     */
    readonly lastKnown: (ref: ItemRef) => Effect.Effect<IndexEntry | null, StoreUnavailable>
    /**
     * The entries of all servers with a file of this name, or of those in a folder of this name as well, where both are
     * names without a path. Letter case and Unicode form do not matter. At most `FOUND_MAX`.
     */
    readonly byFileName: (
      name: string,
      folder?: string,
    ) => Effect.Effect<ReadonlyArray<IndexEntry>, StoreUnavailable>
    /** The same for files that are called this before their last extension: `Sintel (2010)` finds `Sintel (2010).mkv`. */
    readonly byFileStem: (stem: string) => Effect.Effect<ReadonlyArray<IndexEntry>, StoreUnavailable>
    /** The entries of all servers, or of one, with this canonical guid. At most `FOUND_MAX`. */
    readonly byGuid: (
      guid: string,
      serverId?: string,
    ) => Effect.Effect<ReadonlyArray<IndexEntry>, StoreUnavailable>
    /** The episodes of a show at this place, several where a server has merged or doubled them. */
    readonly episodes: (
      show: ItemRef,
      place: { readonly season: number; readonly episode: number },
    ) => Effect.Effect<ReadonlyArray<IndexEntry>, StoreUnavailable>
    /**
     * Films and episodes by title, an episode also by its show's: every word of `titleKey(text)` occurs somewhere; no
     * words find everything. In the order of titles, seasons and episodes.
     */
    readonly search: (query: ItemSearch) => Effect.Effect<
      {
        readonly entries: ReadonlyArray<IndexEntry>
        /** How many there are in all. */
        readonly total: number
      },
      StoreUnavailable
    >
    /** Files of one server, or of all, as the servers see them, in no particular order, at most `limit`. */
    readonly files: (
      serverId: string | null,
      limit: number,
    ) => Effect.Effect<ReadonlyArray<string>, StoreUnavailable>
    /** Adds or replaces entries; all or none. Give it a page at a time. */
    readonly put: (entries: ReadonlyArray<IndexEntry>) => Effect.Effect<void, StoreUnavailable>
    readonly remove: (refs: ReadonlyArray<ItemRef>) => Effect.Effect<void, StoreUnavailable>
    readonly sections: Effect.Effect<ReadonlyArray<IndexedSection>, StoreUnavailable>
    /** Begins a build: entries stay usable, and `endBuild` removes those that were not put since. */
    readonly beginBuild: (
      section: Pick<IndexedSection, "serverId" | "sectionId" | "kind" | "title" | "uuid">,
    ) => Effect.Effect<void, StoreUnavailable>
    /** Notes how far a build is, for people. */
    readonly noteProgress: (
      serverId: string,
      sectionId: string,
      progress: NonNullable<IndexedSection["building"]>,
    ) => Effect.Effect<void, StoreUnavailable>
    /** Ends a build and answers how many entries were removed because the server has them no longer. */
    readonly endBuild: (
      serverId: string,
      sectionId: string,
      at: { readonly builtAtMs: number; readonly updatedAt: number },
    ) => Effect.Effect<number, StoreUnavailable>
    /** Gives a build up: nothing is removed. */
    readonly abandonBuild: (serverId: string, sectionId: string) => Effect.Effect<void, StoreUnavailable>
    /** Notes that everything up to this `updatedAt` (unix seconds) was read. */
    readonly noteUpdated: (
      serverId: string,
      sectionId: string,
      updatedAt: number,
    ) => Effect.Effect<void, StoreUnavailable>
    /** Makes the libraries of a server, or of all, count as never built, so that they are read whole soon. Entries stay. */
    readonly expire: (serverId: string | null) => Effect.Effect<void, StoreUnavailable>
    /** Says that somebody wants something that the index may not have yet, so that it is looked after now. */
    readonly ask: Effect.Effect<void>
    /** Answers when somebody has asked, by `ask` or `expire`, since this answered last. For one who listens. */
    readonly asked: Effect.Effect<void>
    /** Forgets a library, or a whole server when `sectionId` is null. */
    readonly forget: (serverId: string, sectionId: string | null) => Effect.Effect<void, StoreUnavailable>
  }
>()("core/ports/ItemIndex") {}

/** Items that were removed of which it is known what they were. */
export const GONE_MAX = 5_000
/** Entries that one look-up answers at most. */
export const FOUND_MAX = 100
