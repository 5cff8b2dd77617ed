import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { MediaItem, ShowRef } from "../media/media_item.ts"
import type { ServerAccess } from "../servers/server.ts"
import type {
  PlexForbidden,
  PlexNotFound,
  PlexRefused,
  PlexUnreachable,
  TokenRejected,
} from "./_plex_errors.ts"

type Failure = PlexUnreachable | TokenRejected | PlexForbidden

/** One page of a library. `total` is null when the server does not say; then the last page is the first short one. */
export interface ItemPage {
  readonly items: ReadonlyArray<MediaItem>
  readonly offset: number
  readonly total: number | null
}

/** The ids of a show, with which Sonarr knows it. */
export interface ShowItem extends ShowRef {
  readonly guids: ReadonlyArray<string>
  readonly year: number | null
  readonly sectionId: string
}

/** A result of Plex's own subtitle search. `key` is what a download must be asked with. */
export interface OnDemandSubtitle {
  readonly key: string
  /** Plex's name for the same subtitle in every search, where it gives one: `opensubtitles/1955034567`. */
  readonly sourceKey: string | null
  readonly title: string
  readonly codec: string
  readonly languageCode: string | null
  readonly languageTag: string | null
  readonly providerTitle: string
  /** The server's own score; null when it gives none. */
  readonly score: number | null
  readonly perfectMatch: boolean
  readonly forced: boolean
  readonly hearingImpaired: boolean
}

/** Films and episodes of one server, and the few things OnCue changes there. Never retries and never caches. */
export class PlexLibrary extends Context.Service<
  PlexLibrary,
  {
    /**
     * One item with its guids, versions, parts and streams. `refresh: true` leaves out `skipRefresh`, which by Plex's
     * own document makes the server look for local subtitles first; polling passes false.
     */
    readonly item: (
      access: ServerAccess,
      ratingKey: string,
      options: { readonly refresh: boolean },
    ) => Effect.Effect<MediaItem, Failure | PlexNotFound>
    readonly show: (
      access: ServerAccess,
      ratingKey: string,
    ) => Effect.Effect<ShowItem, Failure | PlexNotFound>
    /** The episodes of a show in order, without streams, at most `limit`. */
    readonly episodes: (
      access: ServerAccess,
      showRatingKey: string,
      page: { readonly offset: number; readonly limit: number },
    ) => Effect.Effect<ItemPage, Failure | PlexNotFound>
    /**
     * One page of a library's films or episodes with guids and files, without streams, in the order in which they were
     * added. With `updatedAfter` (unix seconds) only those changed later, the oldest change first. With `guid` only those
     * that the server finds under it: the primary one always, whether one of the list too differs between servers.
     */
    readonly page: (
      access: ServerAccess,
      section: { readonly id: string; readonly kind: "movie" | "episode" },
      page: {
        readonly offset: number
        readonly limit: number
        readonly updatedAfter: number | null
        readonly guid?: string
      },
    ) => Effect.Effect<ItemPage, Failure | PlexNotFound>
    /** One page of a library's shows with their ids. */
    readonly shows: (
      access: ServerAccess,
      sectionId: string,
      page: { readonly offset: number; readonly limit: number },
    ) => Effect.Effect<
      { readonly shows: ReadonlyArray<ShowItem>; readonly total: number | null },
      Failure | PlexNotFound
    >
    /** Asks the agent to refresh the item; answers before the work is done. */
    readonly refreshItem: (
      access: ServerAccess,
      ratingKey: string,
    ) => Effect.Effect<void, Failure | PlexNotFound>
    /** Scans one folder of a library, or the whole library when `folder` is null; answers before the work is done. */
    readonly scan: (
      access: ServerAccess,
      sectionId: string,
      folder: string | null,
    ) => Effect.Effect<void, Failure | PlexNotFound>
    /**
     * Sets the added date of exactly these items of one kind, unix seconds, and locks it against agents; `lock: false`
     * hands it back to them.
     */
    readonly setAddedAt: (
      access: ServerAccess,
      edit: {
        readonly sectionId: string
        readonly kind: "movie" | "episode"
        /** Never empty: an edit without ids would change the whole library. */
        readonly ratingKeys: readonly [string, ...Array<string>]
        readonly addedAtSeconds: number
        readonly lock?: boolean
      },
    ) => Effect.Effect<void, Failure | PlexNotFound | PlexRefused>
    /** Plex's own search, which needs no account with a provider. `language` has two letters. */
    readonly searchSubtitles: (
      access: ServerAccess,
      ratingKey: string,
      query: {
        readonly language: string
        readonly hearingImpaired: 0 | 1 | 2 | 3
        readonly forced: 0 | 1 | 2 | 3
      },
    ) => Effect.Effect<ReadonlyArray<OnDemandSubtitle>, Failure | PlexNotFound | PlexRefused>
    /** Makes the server fetch a result of its search and keep it; asynchronous, so read the item until it is listed. */
    readonly downloadSubtitle: (
      access: ServerAccess,
      ratingKey: string,
      subtitle: OnDemandSubtitle,
    ) => Effect.Effect<void, Failure | PlexNotFound | PlexRefused>
    /** Gives the server a subtitle to keep in its own data, for a folder that we cannot write to. */
    readonly uploadSubtitle: (
      access: ServerAccess,
      ratingKey: string,
      subtitle: {
        readonly title: string
        readonly format: string
        readonly language: string
        readonly forced: boolean
        readonly hearingImpaired: boolean
        /** The version it is for; null: the server's choice. */
        readonly mediaId: string | null
        readonly bytes: Uint8Array
      },
    ) => Effect.Effect<void, Failure | PlexNotFound | PlexRefused>
    /** Deletes a subtitle that the server keeps (`/library/streams/{id}`). Never call it for a sidecar that is not ours. */
    readonly deleteSubtitle: (
      access: ServerAccess,
      streamKey: string,
    ) => Effect.Effect<void, Failure | PlexNotFound | PlexRefused>
  }
>()("core/ports/PlexLibrary") {}
