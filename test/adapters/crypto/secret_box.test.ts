import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { deflateSync, inflateSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { layer, type SecretKeySource } from "../../../adapters/crypto/secret_box.ts"
import { SecretBox, type SecretKeys } from "../../../core/ports/secret_box.ts"
import { secretBoxContract } from "../../contracts/secret_box.ts"
import { tempFolder } from "../../support/temp_folder.ts"

const given: SecretKeySource = {
  _tag: "Given",
  key: Redacted.make("a-sealing-key-for-tests-0123456789"),
}
secretBoxContract("crypto", layer(given))

interface Vector {
  readonly id: string
  readonly key: string
  readonly value: string
}
interface Vectors {
  readonly itsdangerous: ReadonlyArray<
    Vector & { readonly payload: string | { readonly token?: string; readonly secret?: string } }
  >
  readonly fernet: { readonly master_key: string; readonly stored_value: string; readonly plaintext: string }
  readonly marker_legacy: Vectors["fernet"]
  readonly negative: ReadonlyArray<Vector & { readonly expect: string }>
}
const vectors = JSON.parse(
  readFileSync(new URL("../../samples/config/token-vectors.json", import.meta.url), "utf8"),
) as Vectors

const keys = (signingKey: string, masterKey = ""): SecretKeys => ({ signingKey, masterKey })
const openedWith = (source: SecretKeySource, stored: string, withKeys: SecretKeys) =>
  SecretBox.use((box) => box.open(stored, withKeys, "plex.token")).pipe(
    Effect.map(({ secret, form }) => ({ plain: Redacted.value(secret), form })),
    Effect.provide(layer(source)),
  )
const opened = (stored: string, withKeys: SecretKeys) => openedWith(given, stored, withKeys)
const reason = (stored: string, withKeys: SecretKeys, source: SecretKeySource = given) =>
  Effect.flip(openedWith(source, stored, withKeys)).pipe(
    Effect.map((error) => (error._tag === "SecretUnreadable" ? error.reason : error._tag)),
  )
const sealedWith = (source: SecretKeySource, text: string) =>
  SecretBox.use((box) => box.seal(Redacted.make(text), keys("k"), 1_755_000_000)).pipe(
    Effect.provide(layer(source)),
  )

interface Payload {
  readonly token: string
  readonly salt: string
  readonly timestamp: number
}

function payloadIn(stored: string): Payload {
  const packed = stored.startsWith(".")
  const body = Buffer.from(stored.slice(packed ? 1 : 0, stored.lastIndexOf(".")), "base64url")
  return JSON.parse((packed ? inflateSync(body) : body).toString("utf8")) as Payload
}

describe("open()", () => {
  for (const vector of vectors.itsdangerous) {
    it.effect(`reads the itsdangerous value ${vector.id}`, () =>
      Effect.gen(function* () {
        const { payload } = vector
        const expected = typeof payload === "string" ? payload : (payload.token ?? payload.secret)
        assert.deepStrictEqual(yield* opened(vector.value, keys(vector.key)), {
          plain: expected as string,
          form: "signed",
        })
      }),
    )
  }

  for (const vector of [vectors.fernet, vectors.marker_legacy]) {
    it.effect(`reads the fork's value ${vector.stored_value.slice(0, 12)}…`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* opened(vector.stored_value, keys("", vector.master_key)), {
          plain: vector.plaintext,
          form: "fork",
        })
        assert.strictEqual(yield* reason(vector.stored_value, keys("", "another")), "forged")
        assert.strictEqual(yield* reason(vector.stored_value, keys("")), "key_lost")
      }),
    )
  }

  for (const vector of vectors.negative) {
    it.effect(`answers "${vector.expect}" for ${vector.id}`, () =>
      Effect.gen(function* () {
        if (vector.expect.startsWith("not signed"))
          assert.deepStrictEqual(yield* opened(vector.value, keys(vector.key)), {
            plain: vector.value,
            form: "plain",
          })
        else assert.strictEqual(yield* reason(vector.value, keys(vector.key)), "forged")
      }),
    )
  }

  it.effect("takes the last dot for the signature's, and a JWT for plain text", () =>
    Effect.gen(function* () {
      const jwt = `eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.${"A".repeat(86)}`
      assert.deepStrictEqual(yield* opened(jwt, keys("k")), { plain: jwt, form: "plain" })
    }),
  )

  it.effect("refuses a payload that inflates past the limit, signed or not", () =>
    Effect.gen(function* () {
      const bomb = deflateSync(JSON.stringify({ token: "x".repeat(50_000_000) })).toString("base64url")
      assert.strictEqual(yield* reason(`.${bomb}.${"A".repeat(27)}`, keys("k")), "too_large")
    }),
  )

  it.effect("answers key_lost when the sealing key is another one, and forged when the cipher text is", () =>
    Effect.gen(function* () {
      const stored = yield* sealedWith(given, "ExamplePlexToken0001")
      const other: SecretKeySource = { _tag: "Given", key: Redacted.make("z".repeat(40)) }
      assert.strictEqual(yield* reason(stored, keys("k"), other), "key_lost")
      const moved = yield* SecretBox.use((box) =>
        box.sign(Redacted.make(payloadIn(stored).token), keys("k"), 1_755_000_000),
      ).pipe(Effect.provide(layer(given)))
      assert.strictEqual(yield* reason(moved, keys("k")), "forged")
    }),
  )

  it.effect("opens what an older key sealed when the newer one stands before it", () =>
    Effect.gen(function* () {
      const stored = yield* sealedWith(given, "ExamplePlexToken0001")
      const both: SecretKeySource = {
        _tag: "Given",
        key: Redacted.make(`${"n".repeat(40)} a-sealing-key-for-tests-0123456789`),
      }
      assert.strictEqual((yield* openedWith(both, stored, keys("k"))).plain, "ExamplePlexToken0001")
    }),
  )
})

describe("seal()", () => {
  it.effect("puts a 16-byte salt, the time and nothing readable into the payload", () =>
    Effect.gen(function* () {
      const stored = yield* sealedWith(given, "ExamplePlexToken0001")
      const payload = payloadIn(stored)
      assert.deepStrictEqual(Object.keys(payload), ["token", "salt", "timestamp"])
      assert.match(payload.salt, /^[0-9a-f]{32}$/)
      assert.strictEqual(payload.timestamp, 1_755_000_000)
      assert.match(payload.token, /^oncue1\./)
      assert.isFalse(JSON.stringify(payload).includes("ExamplePlexToken"))
    }),
  )
})

describe("secret.key", () => {
  const own = (folder: string): SecretKeySource => ({ _tag: "Own", file: join(folder, "secret.key") })

  it.effect("is made when the first value is sealed, for the owner only, and used again", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const file = join(folder, "secret.key")
      assert.strictEqual((yield* openedWith(own(folder), "plain", keys("k"))).plain, "plain")
      assert.isFalse(existsSync(file))
      const stored = yield* sealedWith(own(folder), "ExamplePlexToken0001")
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      assert.strictEqual(Buffer.from(readFileSync(file, "utf8").trim(), "base64url").length, 32)
      assert.deepStrictEqual(readdirSync(folder), ["secret.key"])
      assert.strictEqual((yield* openedWith(own(folder), stored, keys("k"))).plain, "ExamplePlexToken0001")
    }).pipe(Effect.scoped),
  )

  it.effect("is closed to others when it was open to them", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const file = join(folder, "secret.key")
      writeFileSync(file, "k".repeat(43))
      chmodSync(file, 0o644)
      yield* sealedWith(own(folder), "x")
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      assert.strictEqual(readFileSync(file, "utf8"), "k".repeat(43))
    }).pipe(Effect.scoped),
  )

  it.effect("is refused when it stays open to others and that is to be refused, else lived with", () =>
    Effect.gen(function* () {
      // /proc keeps its own modes, as some file systems do.
      const file = "/proc/self/status"
      if (process.platform !== "linux") return
      const strict = { _tag: "File", file, strict: true } as const
      const refused = yield* Effect.flip(sealedWith(strict, "x"))
      assert.include(refused.message, "ONCUE_STRICT_FILES")
      const lived = yield* Effect.flip(sealedWith({ ...strict, strict: false }, "x"))
      assert.include(lived.message, "a key must have at least")
    }),
  )

  it.effect("may be empty, which is as good as absent, and may not be too short", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      writeFileSync(join(folder, "secret.key"), "\n")
      const stored = yield* sealedWith(own(folder), "ExamplePlexToken0001")
      assert.strictEqual((yield* openedWith(own(folder), stored, keys("k"))).plain, "ExamplePlexToken0001")
      writeFileSync(join(folder, "secret.key"), "short")
      const error = yield* Effect.flip(sealedWith(own(folder), "x"))
      assert.strictEqual(error._tag, "SecretKeyUnavailable")
      assert.isFalse(error.message.includes("short"))
    }).pipe(Effect.scoped),
  )

  it.effect("cannot be made in a folder that is not there, and seal() says so", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const error = yield* Effect.flip(sealedWith(own(join(folder, "missing")), "x"))
      assert.strictEqual(error._tag, "SecretKeyUnavailable")
    }).pipe(Effect.scoped),
  )

  it.effect("keeps the older keys after a rotation, four in all", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const stored = yield* sealedWith(own(folder), "ExamplePlexToken0001")
      const rotate = SecretBox.use((box) => box.rotate).pipe(Effect.provide(layer(own(folder))))
      yield* rotate
      const newer = yield* sealedWith(own(folder), "ExamplePlexToken0002")
      for (let turn = 0; turn < 2; turn++) yield* rotate
      assert.strictEqual((yield* openedWith(own(folder), stored, keys("k"))).plain, "ExamplePlexToken0001")
      assert.strictEqual((yield* openedWith(own(folder), newer, keys("k"))).plain, "ExamplePlexToken0002")
      yield* rotate
      assert.strictEqual(yield* reason(stored, keys("k"), own(folder)), "key_lost")
      assert.strictEqual(readFileSync(join(folder, "secret.key"), "utf8").trim().split("\n").length, 4)
    }).pipe(Effect.scoped),
  )

  it.effect("of the user must be there and is never written", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const file = join(folder, "mounted")
      const error = yield* Effect.flip(sealedWith({ _tag: "File", file }, "x"))
      assert.strictEqual(error._tag, "SecretKeyUnavailable")
      assert.isFalse(existsSync(file))
      writeFileSync(file, `${"m".repeat(64)}\n`, { mode: 0o600 })
      yield* sealedWith({ _tag: "File", file }, "x")
      const refused = yield* Effect.flip(SecretBox.use((box) => box.rotate)).pipe(
        Effect.provide(layer({ _tag: "File", file })),
      )
      assert.strictEqual(refused._tag, "SecretKeyUnavailable")
      assert.strictEqual(readFileSync(file, "utf8"), `${"m".repeat(64)}\n`)
    }).pipe(Effect.scoped),
  )
})
