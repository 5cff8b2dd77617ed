import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"

/** Most password hashes that wait for their turn; more are answered `busy` instead of making everybody slow. */
export const PASSWORDS_WAITING_MAX = 8
/** Longest password, in characters. */
export const PASSWORD_LENGTH_MAX = 200

/** One-way functions. */
export class Hasher extends Context.Service<
  Hasher,
  {
    /** SHA-256 in hex: for secrets that nobody can guess (tokens, codes, states), never for passwords. */
    readonly fingerprint: (secret: Redacted.Redacted) => Effect.Effect<string>
    /** A slow, salted hash of a password, as it is stored in `auth.password`; two of the same password differ. */
    readonly hashPassword: (password: Redacted.Redacted) => Effect.Effect<Redacted.Redacted>
    /**
     * Whether the password is the one behind a stored hash. `outdated`: it is, and the hash is Bazarr's MD5, which
     * should be replaced. `unknown_form`: the stored text is no hash that any version wrote. `busy`: too many are being
     * checked. Takes the same time for every wrong password.
     */
    readonly verifyPassword: (
      password: Redacted.Redacted,
      stored: Redacted.Redacted,
    ) => Effect.Effect<"matches" | "outdated" | "differs" | "unknown_form" | "busy">
  }
>()("core/ports/Hasher") {}
