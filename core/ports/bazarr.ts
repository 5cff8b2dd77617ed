import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { BazarrItem, BazarrLanguage, BazarrTarget } from "../bridge/bazarr_item.ts"

/** Bazarr did not answer usefully: silent, refused, 5xx, a web page instead of its API. Try again later. */
export class BazarrUnreachable extends Schema.TaggedError<BazarrUnreachable>()("BazarrUnreachable", {
  detail: Schema.String,
}) {
  override get message(): string {
    return `Cannot reach Bazarr: ${this.detail}`
  }
}

/** 401: the API key is wrong. */
export class BazarrKeyRejected extends Schema.TaggedError<BazarrKeyRejected>()("BazarrKeyRejected", {}) {
  override get message(): string {
    return "Bazarr refuses the API key: copy it again from its Settings, General"
  }
}

/** Bazarr tried and could not, in its own words: no permission to write, a path that is not mapped. */
export class BazarrRefused extends Schema.TaggedError<BazarrRefused>()("BazarrRefused", {
  detail: Schema.String,
}) {
  override get message(): string {
    return `Bazarr could not do it: ${this.detail}`
  }
}

export interface BazarrAccess {
  /** Scheme, host, port and URL base, without a trailing slash. */
  readonly url: string
  readonly apiKey: Redacted.Redacted
}

type Failure = BazarrUnreachable | BazarrKeyRejected

/**
 * An existing Bazarr that searches and owns the files, as its own API has it (`bazarr/api/{movies,episodes,system}`).
 * Never retries and never caches. Every call ends within ten seconds but `search`, which has its own limit.
 */
export class Bazarr extends Context.Service<
  Bazarr,
  {
    /** Its version, which proves the key. */
    readonly version: (access: BazarrAccess) => Effect.Effect<string, Failure>
    /** What it knows of an item; null when it does not know the item. */
    readonly item: (access: BazarrAccess, target: BazarrTarget) => Effect.Effect<BazarrItem | null, Failure>
    /**
     * Makes it search one language of one item, and answers when it has ended that, whether it found something or not:
     * what is there then is in `item`. BazarrUnreachable after `timeoutMs`.
     */
    readonly search: (
      access: BazarrAccess,
      target: BazarrTarget,
      language: BazarrLanguage,
      timeoutMs: number,
    ) => Effect.Effect<void, Failure | BazarrRefused>
  }
>()("core/ports/Bazarr") {}
