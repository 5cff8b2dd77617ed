import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { PinId } from "../auth/pin.ts"
import type { PlexUser } from "../auth/token.ts"
import type { Server } from "../servers/server.ts"
import type {
  PlexForbidden,
  PlexNotFound,
  PlexRefused,
  PlexUnreachable,
  TokenRejected,
} from "./_plex_errors.ts"

/** How this installation presents itself in every `X-Plex-*` header. */
export interface PlexClient {
  /** `plex.client_identifier`: made once, the same for ever. */
  readonly identifier: string
  /** `general.instance_name`; folded to ASCII for the header. */
  readonly deviceName: string
}

export interface CreatedPin {
  readonly id: PinId
  /** 25 characters when strong, 4 when it is to be typed at plex.tv/link. */
  readonly code: string
}

/** The outcome of asking plex.tv about a PIN. `unknown`: it has expired there, or never was. */
export type PinAnswer =
  | { readonly _tag: "Pending" }
  | { readonly _tag: "Claimed"; readonly token: Redacted.Redacted }
  | { readonly _tag: "Unknown" }

/**
 * plex.tv as seen by one installation. Never retries and never caches: the caller decides. Every call ends within ten
 * seconds. An outage is PlexUnreachable, never TokenRejected and never an empty list.
 */
export class PlexAccount extends Context.Service<
  PlexAccount,
  {
    readonly createPin: (
      client: PlexClient,
      options: { readonly strong: boolean },
    ) => Effect.Effect<CreatedPin, PlexUnreachable | PlexRefused>
    readonly pollPin: (
      client: PlexClient,
      id: PinId,
    ) => Effect.Effect<PinAnswer, PlexUnreachable | PlexRefused>
    /** The account that the token belongs to; secrets in plex.tv's answer are dropped here. */
    readonly user: (
      client: PlexClient,
      token: Redacted.Redacted,
    ) => Effect.Effect<PlexUser, PlexUnreachable | TokenRejected | PlexForbidden>
    /** Every server the account may use, owned or shared; the legacy XML list is asked when the v2 one cannot answer. */
    readonly servers: (
      client: PlexClient,
      token: Redacted.Redacted,
    ) => Effect.Effect<ReadonlyArray<Server>, PlexUnreachable | TokenRejected | PlexForbidden>
    /** The account's webhook addresses in plex.tv's order; PlexForbidden without Plex Pass. */
    readonly webhooks: (
      client: PlexClient,
      token: Redacted.Redacted,
    ) => Effect.Effect<ReadonlyArray<string>, PlexUnreachable | TokenRejected | PlexForbidden>
    /** Replaces the **whole** list. Only `core/events/manage_webhooks.ts` may call it: it merges and reads back. */
    readonly setWebhooks: (
      client: PlexClient,
      token: Redacted.Redacted,
      urls: ReadonlyArray<string>,
    ) => Effect.Effect<void, PlexUnreachable | TokenRejected | PlexForbidden | PlexRefused>
    /** Keeps the token fresh. */
    readonly ping: (
      client: PlexClient,
      token: Redacted.Redacted,
    ) => Effect.Effect<void, PlexUnreachable | TokenRejected | PlexForbidden>
    /** Revokes the token at plex.tv. */
    readonly signOut: (
      client: PlexClient,
      token: Redacted.Redacted,
    ) => Effect.Effect<void, PlexUnreachable | TokenRejected | PlexForbidden | PlexNotFound>
  }
>()("core/ports/PlexAccount") {}
