import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import {
  SECRET_BYTES_MAX,
  SecretBox,
  type SecretKeys,
  type SecretKeyUnavailable,
  SecretUnreadable,
  type StoredForm,
} from "../../core/ports/secret_box.ts"
import { fernet } from "./_fernet.ts"
import { signed, tokenIn, unsigned } from "./_itsdangerous.ts"
import { sealedToken, unsealedToken } from "./_seal.ts"
import { type SealingKeys, type SecretKeySource, sealingKeys } from "./_secret_key.ts"

export type { SecretKeySource } from "./_secret_key.ts"

/** Bazarr's fork puts this before each of its values. */
const FORK_MARK = "enc:v1:"
/** Longest stored text that is looked at: the largest secret, sealed and base64 twice over, with room to spare. */
const STORED_CHARACTERS_MAX = 4 * SECRET_BYTES_MAX

type Reason = SecretUnreadable["reason"]
type Opened = { readonly secret: string; readonly form: StoredForm } | { readonly reason: Reason }

function insideFork(
  rest: string,
  masterKey: string,
): { readonly inner: string } | { readonly reason: Reason } {
  if (masterKey === "") return { reason: "key_lost" }
  const plain = fernet(rest, masterKey)
  if (typeof plain === "string") return { inner: plain }
  if (plain === undefined) return { reason: "forged" }
  const result = unsigned(rest, masterKey)
  if (result._tag === "TooLarge") return { reason: "too_large" }
  if (result._tag === "BadSignature") return { reason: "forged" }
  const inner = result._tag === "Payload" ? tokenIn(result.payload) : null
  return inner === null ? { reason: "malformed" } : { inner }
}

/** A text without the fork's mark: sealed, signed, or plain unless the file says that it is not. */
function withoutMark(stored: string, keys: SecretKeys, sealing: ReadonlyArray<string>): Opened {
  const result = unsigned(stored, keys.signingKey)
  switch (result._tag) {
    case "TooLarge":
      return { reason: "too_large" }
    case "BadSignature":
      return { reason: keys.signingKey === "" ? "key_lost" : "forged" }
    case "BadPayload":
      return { reason: "malformed" }
    case "NotSigned":
      return keys.flaggedEncrypted === true && stored !== ""
        ? { reason: "malformed" }
        : { secret: stored, form: "plain" }
    case "Payload": {
      const token = tokenIn(result.payload)
      if (token === null) return { reason: "malformed" }
      const salt = (result.payload as { readonly salt?: unknown }).salt
      const unsealed = typeof salt === "string" ? unsealedToken(token, sealing, salt) : null
      if (unsealed === null) return { secret: token, form: "signed" }
      return "secret" in unsealed ? { secret: unsealed.secret, form: "sealed" } : unsealed
    }
  }
}

function opened(stored: string, keys: SecretKeys, sealing: ReadonlyArray<string>): Opened {
  if (stored.length > STORED_CHARACTERS_MAX) return { reason: "too_large" }
  if (!stored.startsWith(FORK_MARK)) return withoutMark(stored, keys, sealing)
  const fork = insideFork(stored.slice(FORK_MARK.length), keys.masterKey)
  if ("reason" in fork) return fork
  const inner = withoutMark(fork.inner, { ...keys, flaggedEncrypted: false }, sealing)
  return "reason" in inner ? inner : { secret: inner.secret, form: "fork" }
}

const tooLarge = (what: string) => new SecretUnreadable({ what, reason: "too_large" })

function make(sealing: SealingKeys): SecretBox["Service"] {
  const comparing = randomBytes(32)
  const digest = (text: string) => createHmac("sha256", comparing).update(text, "utf16le").digest()
  const written = (secret: Redacted.Redacted) =>
    Effect.suspend(() => {
      const plain = Redacted.value(secret)
      if (Buffer.byteLength(plain) > SECRET_BYTES_MAX) return Effect.fail(tooLarge("secret"))
      return plain.isWellFormed()
        ? Effect.succeed(plain)
        : Effect.fail(new SecretUnreadable({ what: "secret", reason: "malformed" }))
    })
  const newSalt = () => randomBytes(16).toString("hex")
  return {
    seal: Effect.fnUntraced(function* (secret, { signingKey }, nowSeconds) {
      const plain = yield* written(secret)
      const key = yield* sealing.newest
      const salt = newSalt()
      return signed({ token: sealedToken(plain, key, salt), salt, timestamp: nowSeconds }, signingKey)
    }),
    sign: Effect.fnUntraced(function* (secret, { signingKey }, nowSeconds) {
      const token = yield* written(secret)
      return signed({ token, salt: newSalt(), timestamp: nowSeconds }, signingKey)
    }),
    open: Effect.fnUntraced(function* (stored, keys, what) {
      const known = yield* Effect.orElseSucceed(sealing.all, () => [])
      const result = opened(stored, keys, known)
      if ("reason" in result) return yield* new SecretUnreadable({ what, reason: result.reason })
      if (Buffer.byteLength(result.secret) > SECRET_BYTES_MAX) return yield* tooLarge(what)
      return { secret: Redacted.make(result.secret), form: result.form }
    }),
    equal: (a, b) => Effect.sync(() => timingSafeEqual(digest(a), digest(b))),
    rotate: sealing.rotate,
  }
}

/** The plain text of a value of Bazarr's fork (`enc:v1:…`) under its key, or null when that does not open it. */
export function openFork(stored: string, masterKey: string): string | null {
  const result = opened(stored, { signingKey: "", masterKey }, [])
  return "secret" in result && result.form === "fork" ? result.secret : null
}

/**
 * Seals with the key of `source`. A key that is there and cannot be used is told at once; one that is not there yet is
 * made when the first value is sealed.
 */
export const layer = (source: SecretKeySource): Layer.Layer<SecretBox, SecretKeyUnavailable> =>
  Layer.effect(
    SecretBox,
    Effect.suspend(() => {
      const sealing = sealingKeys(source)
      return Effect.as(sealing.all, make(sealing))
    }),
  )
