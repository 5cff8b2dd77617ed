import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ItemRef } from "../media/media_item.ts"
import type { Release } from "../media/release.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { Candidate } from "../subtitles/candidate.ts"
import type { Language } from "../subtitles/language.ts"

/** The provider did not answer usefully. Try again later, not before `retryAfterSeconds`. */
export class ProviderUnavailable extends Schema.TaggedError<ProviderUnavailable>()("ProviderUnavailable", {
  provider: Schema.String,
  detail: Schema.String,
  retryAfterSeconds: Schema.NullOr(Schema.Finite),
}) {
  override get message(): string {
    return `${this.provider} is not available: ${this.detail}`
  }
}

/** The quota is used up, or the provider asks us to slow down; nothing is asked of it before `untilMs`. */
export class ProviderQuota extends Schema.TaggedError<ProviderQuota>()("ProviderQuota", {
  provider: Schema.String,
  detail: Schema.String,
  untilMs: Schema.Finite,
}) {
  override get message(): string {
    return `${this.provider} allows no more now: ${this.detail}`
  }
}

/** The account or key is refused. Nothing is asked of the provider until the user changes it. */
export class ProviderRejected extends Schema.TaggedError<ProviderRejected>()("ProviderRejected", {
  provider: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `${this.provider} refuses the account or key: ${this.detail}`
  }
}

/** This candidate cannot be had (gone, empty, an HTML page instead of a subtitle); another one may. */
export class CandidateUnusable extends Schema.TaggedError<CandidateUnusable>()("CandidateUnusable", {
  provider: Schema.String,
  id: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `${this.provider} cannot give the subtitle ${this.id}: ${this.detail}`
  }
}

export type ProviderFailure = ProviderUnavailable | ProviderQuota | ProviderRejected

export interface SubtitleQuery {
  readonly release: Release
  /** What is wanted, in order. A provider may answer more; the caller filters. */
  readonly languages: ReadonlyArray<Language>
  readonly forced: "avoid" | "prefer" | "require"
  readonly hearingImpaired: "avoid" | "prefer" | "require"
  /** Where the item lies in Plex, for the source that asks Plex itself; null when it is in no library. */
  readonly item: { readonly ref: ItemRef; readonly access: ServerAccess } | null
}

/** A subtitle in hand, or the fact that the server now keeps it and lists it soon. */
export type Delivery =
  | { readonly _tag: "File"; readonly bytes: Uint8Array; readonly fileName: string | null }
  | { readonly _tag: "StoredByPlex"; readonly providerTitle: string; readonly language: Language }

/** What a provider said when it was asked whether it works. */
export interface ProviderProof {
  /** What was proved, as the end of a sentence: `signed in as somebody`, `it takes the API key`. */
  readonly told: string
  /** Downloads that are left of those that are allowed; null where the provider does not say. */
  readonly downloads: { readonly left: number; readonly allowed: number } | null
}

/** Largest body, in bytes, that is accepted from a provider (archives included). */
export const SUBTITLE_DOWNLOAD_BYTES_MAX = 10 * 1024 * 1024

/**
 * One provider of subtitles. It keeps to its own limits of rate and concurrency, signs in by itself, never retries
 * beyond what its protocol asks for, and ends every call within fifteen seconds.
 */
export interface SubtitleSource {
  /** Short and stable: `gestdown`. Settings, journals and blacklists use it. */
  readonly id: string
  /** For people: `Gestdown (Addic7ed)`. */
  readonly name: string
  /** Null when its account is complete, else what is missing, as a sentence. Left out where none is needed. Never calls out. */
  readonly unready?: Effect.Effect<string | null>
  /**
   * Asks for something that needs the account and costs nothing of its quota. `item` is any item of a library, for the
   * source that asks Plex itself; null when none is known.
   */
  readonly test: (item: SubtitleQuery["item"]) => Effect.Effect<ProviderProof, ProviderFailure>
  /** Null when the provider can serve this query, else a sentence why not (films only, no TVDB id, no account). Never calls out. */
  readonly unsuited: (query: SubtitleQuery) => Effect.Effect<string | null>
  /** Nothing found is an empty list; a failure never is. */
  readonly search: (query: SubtitleQuery) => Effect.Effect<ReadonlyArray<Candidate>, ProviderFailure>
  readonly fetch: (
    candidate: Candidate,
    query: SubtitleQuery,
  ) => Effect.Effect<Delivery, ProviderFailure | CandidateUnusable>
}

/** Every provider that is built in, in the order in which they are shown. Adding one is one file and one line of wiring. */
export class SubtitleSources extends Context.Service<SubtitleSources, ReadonlyArray<SubtitleSource>>()(
  "core/ports/SubtitleSources",
) {}
