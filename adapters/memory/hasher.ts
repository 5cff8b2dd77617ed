import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Hasher } from "../../core/ports/mod.ts"

const sha = (text: string) => createHash("sha256").update(text, "utf8").digest("hex")
const md5 = (text: string) => createHash("md5").update(text, "utf8").digest("hex")

function make(): Hasher["Service"] {
  let salts = 0
  return {
    fingerprint: (secret) => Effect.sync(() => sha(Redacted.value(secret))),
    hashPassword: (password) =>
      Effect.sync(() => {
        salts += 1
        return Redacted.make(`fast$${salts}$${sha(`${salts} ${Redacted.value(password)}`)}`)
      }),
    verifyPassword: (password, stored) =>
      Effect.sync(() => {
        const text = Redacted.value(stored)
        if (/^[0-9a-f]{32}$/i.test(text)) {
          return md5(Redacted.value(password)) === text.toLowerCase() ? "outdated" : "differs"
        }
        const [, salt, hash] = /^fast\$(\d+)\$([0-9a-f]{64})$/.exec(text) ?? []
        if (salt === undefined) return "unknown_form"
        return sha(`${salt} ${Redacted.value(password)}`) === hash ? "matches" : "differs"
      }),
  }
}

/** Fast hashes, which protect nothing: for tests. */
export const layer: Layer.Layer<Hasher> = Layer.sync(Hasher, make)
