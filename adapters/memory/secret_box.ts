import { Buffer } from "node:buffer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import {
  SECRET_BYTES_MAX,
  SecretBox,
  type SecretKeys,
  SecretUnreadable,
  type StoredForm,
} from "../../core/ports/secret_box.ts"

interface Issued {
  readonly plain: string
  readonly signingKey: string
  readonly form: StoredForm
}

const SHAPE = /^\.?[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{27}$/

function make(): SecretBox["Service"] {
  const issued = new Map<string, Issued>()
  /** Has the shape of a stored token, so that a text which is not ours is told from a plain one as the real box does. */
  const issue = (form: StoredForm) => (secret: Redacted.Redacted, keys: Pick<SecretKeys, "signingKey">) =>
    Effect.suspend(() => {
      const plain = Redacted.value(secret)
      if (Buffer.byteLength(plain) > SECRET_BYTES_MAX)
        return Effect.fail(new SecretUnreadable({ what: "secret", reason: "too_large" }))
      if (!plain.isWellFormed())
        return Effect.fail(new SecretUnreadable({ what: "secret", reason: "malformed" }))
      const body = Buffer.from(JSON.stringify({ token: `kept ${issued.size}` })).toString("base64url")
      const stored = `${body}.${String(issued.size).padStart(27, "0")}`
      issued.set(stored, { plain, signingKey: keys.signingKey, form })
      return Effect.succeed(stored)
    })
  const reading = (stored: string, keys: SecretKeys): Issued | SecretUnreadable["reason"] => {
    if (stored.length > 4 * SECRET_BYTES_MAX) return "too_large"
    const known = issued.get(stored)
    if (known !== undefined && known.signingKey === keys.signingKey) return known
    if (stored.startsWith("enc:v1:")) return keys.masterKey === "" ? "key_lost" : "forged"
    if (SHAPE.test(stored)) return keys.signingKey === "" ? "key_lost" : "forged"
    if (keys.flaggedEncrypted === true && stored !== "") return "malformed"
    return { plain: stored, signingKey: "", form: "plain" }
  }
  return {
    seal: issue("sealed"),
    sign: issue("signed"),
    open: (stored, keys, what) =>
      Effect.suspend(() => {
        const result = reading(stored, keys)
        return typeof result === "string"
          ? Effect.fail(new SecretUnreadable({ what, reason: result }))
          : Effect.succeed({ secret: Redacted.make(result.plain), form: result.form })
      }),
    equal: (a, b) => Effect.succeed(a === b),
    rotate: Effect.void,
  }
}

/**
 * Remembers what it has sealed and opens nothing else: no cryptography, for tests of programs. Values that other
 * programs signed are unreadable to it, as they are to a box without their key.
 */
export const layer = (): Layer.Layer<SecretBox> => Layer.sync(SecretBox, make)
