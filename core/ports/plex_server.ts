import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { Section } from "../library/section.ts"
import type { ItemRef } from "../media/media_item.ts"
import type { ConnectionFault, ServerAccess, ServerAddress } from "../servers/server.ts"
import type {
  PlexForbidden,
  PlexNotFound,
  PlexRefused,
  PlexUnreachable,
  TokenRejected,
} from "./_plex_errors.ts"

/** What any address says about itself without a token. It proves who is there and nothing about a token. */
export interface ServerIdentity {
  readonly machineIdentifier: string
  readonly version: string
  readonly claimed: boolean
}

export interface ServerInfo {
  readonly machineIdentifier: string
  readonly name: string
  readonly version: string
  readonly platform: string
  readonly plexPass: boolean
  /** The subscription of the owner has webhooks. */
  readonly hasWebhooks: boolean
}

/** Why a probe failed; the fingerprint is that of a certificate which did not verify. */
export interface ProbeFailure {
  readonly fault: ConnectionFault
  readonly reason: string
  readonly fingerprint: string | null
}

/** Somebody is watching something on a server now. */
export interface PlaySession {
  readonly sessionKey: string
  /** Null where the server does not name a library item (live television). */
  readonly ratingKey: string | null
  readonly type: string
  readonly guid: string
  readonly live: boolean
  /** A trailer or another extra. */
  readonly extra: boolean
  readonly title: string
  /** The show's title, for an episode. */
  readonly showTitle: string | null
  /** Number of the season, and of the episode in it; null where the server does not say. */
  readonly season: number | null
  readonly episode: number | null
  readonly sectionId: string | null
  readonly sectionTitle: string | null
  readonly user: { readonly id: string; readonly title: string }
  readonly player: {
    readonly id: string
    readonly title: string
    readonly product: string
    readonly platform: string
    readonly state: string
  }
  readonly viewOffsetMs: number
  /** The part being played, for stream selection; null when the answer does not name it. */
  readonly partId: string | null
}

/** Somebody who uses a server, with what they have set for their languages. */
export const ServerAccount = Schema.Struct({
  /** 1 for the owner, whatever they are at plex.tv. */
  id: Schema.String,
  name: Schema.String,
  /** Null: they have not said. */
  subtitleLanguage: Schema.NullOr(Schema.String),
  audioLanguage: Schema.NullOr(Schema.String),
  /** When they see subtitles: when they choose one, with foreign audio, always; null where the server does not say. */
  subtitleMode: Schema.NullOr(Schema.Literals(["manual", "foreign", "always"])),
})
export type ServerAccount = typeof ServerAccount.Type

/** One message of the server's own event stream. Kinds that nobody here needs are dropped by the adapter. */
export type ServerNotification =
  /** The stream has (re)connected: what happened before is not replayed, so read the sessions. */
  | { readonly _tag: "Connected"; readonly via: "websocket" | "eventsource" }
  | {
      readonly _tag: "Playing"
      readonly sessionKey: string
      readonly ratingKey: string
      readonly state: "playing" | "paused" | "stopped" | "buffering"
      readonly viewOffsetMs: number
      readonly clientIdentifier: string | null
    }
  | {
      readonly _tag: "Timeline"
      readonly sectionId: string
      readonly itemId: string
      /** 1 film, 2 show, 3 season, 4 episode. */
      readonly type: number
      /** 0 created … 5 done, 9 deleted. */
      readonly state: number
      readonly metadataState: string | null
      readonly title: string
    }

type Failure = PlexUnreachable | TokenRejected | PlexForbidden

/**
 * One Plex Media Server at one address. Never retries, never changes the address, never caches. Every call but
 * `notifications` ends within its time-out (probes `PROBE_TIMEOUT_MS`, others ten seconds).
 * TLS is verified; `*.plex.direct` is dialled at the address in its name even when DNS refuses it. Link-local addresses
 * and those of cloud metadata services are never dialled: no server lives there.
 */
export class PlexServer extends Context.Service<
  PlexServer,
  {
    /**
     * Asks `/identity` **without** a token. Fails with a ProbeFailure that says why; also, as `wrong_server`, when the
     * address names a machine identifier and another one answers.
     */
    readonly identity: (address: ServerAddress) => Effect.Effect<ServerIdentity, ProbeFailure>
    /** An authenticated call: the proof that the token works here. */
    readonly info: (access: ServerAccess) => Effect.Effect<ServerInfo, Failure>
    /** Every library, also those that hold neither films nor shows. */
    readonly sections: (access: ServerAccess) => Effect.Effect<ReadonlyArray<Section>, Failure>
    /** How many films or shows a library holds, without reading them. */
    readonly sectionCount: (
      access: ServerAccess,
      sectionId: string,
    ) => Effect.Effect<number, Failure | PlexNotFound>
    /** Who is watching what. PlexForbidden with a token that is not the owner's. */
    readonly sessions: (access: ServerAccess) => Effect.Effect<ReadonlyArray<PlaySession>, Failure>
    /**
     * Everybody who uses the server (`/accounts`, as python-plexapi's SystemAccount reads it). PlexForbidden with a token
     * that is not the owner's, PlexNotFound where the server has no such list.
     */
    readonly accounts: (
      access: ServerAccess,
    ) => Effect.Effect<ReadonlyArray<ServerAccount>, Failure | PlexNotFound>
    /** One server preference, for example `WebHooksEnabled`; null when the server does not know it. */
    readonly preference: (access: ServerAccess, name: string) => Effect.Effect<string | null, Failure>
    /**
     * The server's event stream, WebSocket first (plural path, then singular), server-sent events as the fallback, with
     * liveness pings. Ends with a failure when the connection is lost; the caller reconnects.
     */
    readonly notifications: (access: ServerAccess) => Stream.Stream<ServerNotification, Failure>
    /** Chooses the subtitle (`0`: none) for the user whose token is sent. */
    readonly selectSubtitle: (
      access: ServerAccess,
      partId: string,
      streamId: string,
    ) => Effect.Effect<void, Failure | PlexNotFound | PlexRefused>
    /** The poster of an item, at most `widthPx` wide, for the page. */
    readonly poster: (
      access: ServerAccess,
      item: ItemRef,
      widthPx: number,
    ) => Effect.Effect<{ readonly contentType: string; readonly bytes: Uint8Array }, Failure | PlexNotFound>
  }
>()("core/ports/PlexServer") {}
