import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Hasher } from "../../core/ports/mod.ts"

const secret = (text: string) => Redacted.make(text)

/** What every hasher owes. */
export function hasherContract(name: string, layer: Layer.Layer<Hasher>): void {
  describe(`${name} Hasher`, () => {
    it.effect("fingerprint() is SHA-256 in hex", () =>
      Effect.gen(function* () {
        const hasher = yield* Hasher
        const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        assert.strictEqual(yield* hasher.fingerprint(secret("")), empty)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("verifyPassword() knows the password that was hashed, and no other", () =>
      Effect.gen(function* () {
        const hasher = yield* Hasher
        const stored = yield* hasher.hashPassword(secret("correct horse 愛"))
        assert.strictEqual(yield* hasher.verifyPassword(secret("correct horse 愛"), stored), "matches")
        for (const wrong of ["", "Correct horse 愛"]) {
          assert.strictEqual(yield* hasher.verifyPassword(secret(wrong), stored), "differs")
        }
      }).pipe(Effect.provide(layer)),
    )

    it.effect("hashPassword() is salted, and its answer does not hold the password", () =>
      Effect.gen(function* () {
        const hasher = yield* Hasher
        const first = Redacted.value(yield* hasher.hashPassword(secret("correct horse")))
        assert.notStrictEqual(first, Redacted.value(yield* hasher.hashPassword(secret("correct horse"))))
        assert.isFalse(first.includes("correct"))
      }).pipe(Effect.provide(layer)),
    )

    it.effect("verifyPassword() reads Bazarr's MD5 and calls it outdated", () =>
      Effect.gen(function* () {
        const hasher = yield* Hasher
        const stored = secret("5f4dcc3b5aa765d61d8327deb882cf99")
        assert.strictEqual(yield* hasher.verifyPassword(secret("password"), stored), "outdated")
        assert.strictEqual(yield* hasher.verifyPassword(secret("Password"), stored), "differs")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("verifyPassword() never takes a stored text that is no hash for a password", () =>
      Effect.gen(function* () {
        const hasher = yield* Hasher
        for (const stored of ["", "password", "scrypt$1$1$1$x$y", "enc:v1:abc", "scrypt$999999$8$1$AA$AA"]) {
          assert.strictEqual(yield* hasher.verifyPassword(secret(stored), secret(stored)), "unknown_form")
        }
      }).pipe(Effect.provide(layer)),
    )
  })
}
