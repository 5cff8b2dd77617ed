import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/**
 * A stored value that could not be opened. `key_lost`: it was sealed or signed with a key that we do not have (sign in
 * again). `forged`: the shape is right and the signature or the cipher tag is not. `malformed`: not a value that any
 * version wrote. `too_large`: it inflates past `SECRET_BYTES_MAX`. The stored value itself is never in the error.
 */
export class SecretUnreadable extends Schema.TaggedError<SecretUnreadable>()("SecretUnreadable", {
  what: Schema.String,
  reason: Schema.Literals(["key_lost", "forged", "malformed", "too_large"]),
}) {
  override get message(): string {
    return `Cannot read the stored ${this.what} (${this.reason}): sign in again or restore the key it was sealed with`
  }
}

/** The sealing key cannot be read or made: `secret.key` is damaged, or its folder cannot be written. */
export class SecretKeyUnavailable extends Schema.TaggedError<SecretKeyUnavailable>()("SecretKeyUnavailable", {
  /** The file, or the variable that holds the key. */
  file: Schema.String,
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot use the sealing key of ${this.file}: ${this.reason}`
  }
}

/** How many sealing keys are kept, so that backups from before a rotation can still be opened. */
export const SEALING_KEYS_MAX = 4

/** Largest secret, in bytes, that is sealed or read back, also after decompression. */
export const SECRET_BYTES_MAX = 64 * 1024

/** The keys that a stored value may need. All are texts of config.yaml; the sealing key itself is the adapter's. */
export interface SecretKeys {
  /** `plex.encryption_key`: signs the outer URLSafeSerializer form. Empty when the file has none. */
  readonly signingKey: string
  /** `general.secrets_encryption_key`: opens the `enc:v1:` values of Bazarr's fork. Empty when the file has none. */
  readonly masterKey: string
  /** The file says that the value is not plain text (`plex.apikey_encrypted`). */
  readonly flaggedEncrypted?: boolean
}

/** How a value that could be opened was stored; anything but `sealed` is upgraded at the next write of its section. */
export type StoredForm = "sealed" | "signed" | "fork" | "plain"

/**
 * Seals secrets for config.yaml and opens every form that Bazarr, its fork and OnCue have ever written.
 * Stored form: itsdangerous URLSafeSerializer over `{token, salt, timestamp}`, signed with `signingKey`, where `token`
 * is AES-256-GCM ciphertext under a key derived from `secret.key`.
 */
export class SecretBox extends Context.Service<
  SecretBox,
  {
    /**
     * The text to store for `secret`. `nowSeconds` becomes the payload's timestamp. Fails for a secret over the limit or
     * with half a surrogate pair, and when there is no sealing key and none can be made.
     */
    readonly seal: (
      secret: Redacted.Redacted,
      keys: Pick<SecretKeys, "signingKey">,
      nowSeconds: number,
    ) => Effect.Effect<string, SecretUnreadable | SecretKeyUnavailable>
    /**
     * Bazarr's own form of `secret`: only who has the key can make it, and anybody can read it. For an export that
     * Bazarr is to use, and for what is to be proved rather than hidden.
     */
    readonly sign: (
      secret: Redacted.Redacted,
      keys: Pick<SecretKeys, "signingKey">,
      nowSeconds: number,
    ) => Effect.Effect<string, SecretUnreadable>
    /** The secret inside `stored`. Fails with SecretUnreadable and never answers an undecoded blob as if it were plain text. */
    readonly open: (
      stored: string,
      keys: SecretKeys,
      what: string,
    ) => Effect.Effect<{ readonly secret: Redacted.Redacted; readonly form: StoredForm }, SecretUnreadable>
    /** True when both texts are equal; takes the same time whatever they hold, and accepts any Unicode. */
    readonly equal: (a: string, b: string) => Effect.Effect<boolean>
    /**
     * Makes a new sealing key. Values that were sealed with earlier ones, `SEALING_KEYS_MAX` in all, still open. Fails
     * when the key is the user's own (a variable or a file that we do not write).
     */
    readonly rotate: Effect.Effect<void, SecretKeyUnavailable>
  }
>()("core/ports/SecretBox") {}
