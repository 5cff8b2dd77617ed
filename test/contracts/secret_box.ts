import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import {
  SECRET_BYTES_MAX,
  SecretBox,
  type SecretKeys,
  type SecretKeyUnavailable,
} from "../../core/ports/secret_box.ts"

const KEYS: SecretKeys = { signingKey: "a-signing-key-of-the-file", masterKey: "" }
const AT = 1_755_000_000

const WellFormed = Schema.String.check(Schema.makeFilter((text) => text.isWellFormed()))

/** What every SecretBox owes. Each test builds its own box. */
export function secretBoxContract(name: string, layer: Layer.Layer<SecretBox, SecretKeyUnavailable>): void {
  const failing = (stored: string, keys: SecretKeys) =>
    Effect.gen(function* () {
      const box = yield* SecretBox
      const error = yield* Effect.flip(box.open(stored, keys, "plex.token"))
      assert.isFalse(error.message.includes(stored), "the error shows the stored value")
      return error.reason
    })
  const sealed = (text: string, keys = KEYS) =>
    SecretBox.use((box) => box.seal(Redacted.make(text), keys, AT))

  describe(`SecretBox: ${name}`, () => {
    it.effect.prop("open() inverts seal() for every text", [WellFormed], ([text]) =>
      Effect.gen(function* () {
        const box = yield* SecretBox
        const stored = yield* sealed(text)
        const { secret, form } = yield* box.open(stored, KEYS, "plex.token")
        assert.strictEqual(Redacted.value(secret), text)
        assert.strictEqual(form, "sealed")
        if (text.length > 3) assert.isFalse(stored.includes(text))
      }).pipe(Effect.provide(layer)),
    )

    it.effect("seal() never answers the same text twice", () =>
      Effect.gen(function* () {
        assert.notStrictEqual(yield* sealed("ExamplePlexToken0001"), yield* sealed("ExamplePlexToken0001"))
      }).pipe(Effect.provide(layer)),
    )

    it.effect("sign() answers what open() calls signed", () =>
      Effect.gen(function* () {
        const box = yield* SecretBox
        const stored = yield* box.sign(Redacted.make("ExamplePlexToken0001"), KEYS, AT)
        const { secret, form } = yield* box.open(stored, KEYS, "plex.token")
        assert.strictEqual(Redacted.value(secret), "ExamplePlexToken0001")
        assert.strictEqual(form, "signed")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("open() takes a text that nobody signed for plain", () =>
      Effect.gen(function* () {
        const box = yield* SecretBox
        for (const plain of ["", "ExamplePlexToken0001", "a.b", "a.b.c", "Zürich 日本", "x".repeat(200)]) {
          const { secret, form } = yield* box.open(plain, KEYS, "plex.apikey")
          assert.strictEqual(Redacted.value(secret), plain)
          assert.strictEqual(form, "plain")
        }
      }).pipe(Effect.provide(layer)),
    )

    it.effect("open() refuses a plain text that the file calls encrypted", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* failing("plain", { ...KEYS, flaggedEncrypted: true }), "malformed")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("open() answers key_lost without the signing key, and forged under another one", () =>
      Effect.gen(function* () {
        const stored = yield* sealed("ExamplePlexToken0001")
        assert.strictEqual(yield* failing(stored, { ...KEYS, signingKey: "" }), "key_lost")
        assert.strictEqual(yield* failing(stored, { ...KEYS, signingKey: "another" }), "forged")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("open() refuses a value whose signature was changed", () =>
      Effect.gen(function* () {
        const stored = yield* sealed("ExamplePlexToken0001")
        const at = stored.length - 10
        const other = stored[at] === "A" ? "B" : "A"
        const changed = stored.slice(0, at) + other + stored.slice(at + 1)
        assert.strictEqual(yield* failing(changed, KEYS), "forged")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("open() never takes the fork's values for plain text", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* failing("enc:v1:gAAAAABomyzA", KEYS), "key_lost")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("seal() and open() take a secret of the largest size and refuse one byte more", () =>
      Effect.gen(function* () {
        const box = yield* SecretBox
        const largest = "x".repeat(SECRET_BYTES_MAX)
        const { secret } = yield* box.open(yield* sealed(largest), KEYS, "plex.token")
        assert.strictEqual(Redacted.value(secret), largest)
        const error = yield* Effect.flip(box.seal(Redacted.make(`${largest}x`), KEYS, AT))
        assert.strictEqual(error._tag === "SecretUnreadable" && error.reason, "too_large")
        assert.strictEqual(yield* failing("x".repeat(5 * SECRET_BYTES_MAX), KEYS), "too_large")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("seal() refuses half a surrogate pair instead of changing it", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(sealed("a\uD800"))
        assert.strictEqual(error._tag === "SecretUnreadable" && error.reason, "malformed")
      }).pipe(Effect.provide(layer)),
    )

    it.effect.prop("equal() agrees with === for every text", [Schema.String, Schema.String], ([a, b]) =>
      Effect.gen(function* () {
        const box = yield* SecretBox
        assert.isTrue(yield* box.equal(a, `${a}`))
        assert.strictEqual(yield* box.equal(a, b), a === b)
        assert.isFalse(yield* box.equal("\uD800", "\uFFFD"))
      }).pipe(Effect.provide(layer)),
    )

    it.effect("rotate() leaves earlier values readable, or says that the key is the user's", () =>
      Effect.gen(function* () {
        const box = yield* SecretBox
        const before = yield* sealed("ExamplePlexToken0001")
        const rotated = yield* Effect.result(box.rotate)
        if (rotated._tag === "Failure") assert.strictEqual(rotated.failure._tag, "SecretKeyUnavailable")
        for (const stored of [before, yield* sealed("ExamplePlexToken0001")]) {
          const { secret } = yield* box.open(stored, KEYS, "plex.token")
          assert.strictEqual(Redacted.value(secret), "ExamplePlexToken0001")
        }
      }).pipe(Effect.provide(layer)),
    )
  })
}
