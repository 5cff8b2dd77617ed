import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import { Hasher, PASSWORDS_WAITING_MAX } from "../../core/ports/mod.ts"

/** scrypt's cost: 32 MiB of memory and about a tenth of a second for each guess (OWASP's minimum for this N and r). */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const
const KEY_BYTES = 32
const SALT_BYTES = 16
/** Hashes made at the same time; each takes a thread of Node's four. */
const CONCURRENCY = 1
/** Limits on what a stored hash may ask for, so that an edited file cannot stop the server. */
const COST_MAX = { N: 2 ** 17, r: 16, p: 16 } as const

const STORED = /^scrypt\$(\d{1,6})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/
const MD5 = /^[0-9a-f]{32}$/i

interface Cost {
  readonly N: number
  readonly r: number
  readonly p: number
}

const derive = (password: string, salt: Uint8Array, cost: Cost) =>
  Effect.callback<Buffer>((resume) => {
    const maxmem = 256 * cost.N * cost.r
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, { ...cost, maxmem }, (error, key) => {
      resume(error === null ? Effect.succeed(key) : Effect.die(error))
    })
  })

interface Stored {
  readonly cost: Cost
  readonly salt: Buffer
  readonly key: Buffer
}

function parse(stored: string): Stored | null {
  const [, N, r, p, salt, key] = STORED.exec(stored) ?? []
  if (salt === undefined || key === undefined) return null
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  const isPowerOfTwo = cost.N > 1 && (cost.N & (cost.N - 1)) === 0
  const fits = isPowerOfTwo && cost.N <= COST_MAX.N && cost.r <= COST_MAX.r && cost.p <= COST_MAX.p
  if (!fits || cost.r < 1 || cost.p < 1) return null
  return { cost, salt: Buffer.from(salt, "base64url"), key: Buffer.from(key, "base64url") }
}

const make = Effect.gen(function* () {
  const turns = yield* Semaphore.make(CONCURRENCY)
  let waiting = 0
  const hashed = Effect.fnUntraced(function* (password: Redacted.Redacted, salt: Uint8Array, cost: Cost) {
    waiting += 1
    const work = turns.withPermits(1)(derive(Redacted.value(password), salt, cost))
    return yield* Effect.ensuring(
      work,
      Effect.sync(() => {
        waiting -= 1
      }),
    )
  })

  return Hasher.of({
    fingerprint: (secret) =>
      Effect.sync(() => createHash("sha256").update(Redacted.value(secret), "utf8").digest("hex")),
    hashPassword: (password) =>
      Effect.gen(function* () {
        const salt = randomBytes(SALT_BYTES)
        const key = yield* hashed(password, salt, COST)
        const { N, r, p } = COST
        return Redacted.make(
          `scrypt$${N}$${r}$${p}$${salt.toString("base64url")}$${key.toString("base64url")}`,
        )
      }),
    verifyPassword: (password, stored) =>
      Effect.gen(function* () {
        const text = Redacted.value(stored)
        if (MD5.test(text)) {
          const given = createHash("md5").update(Redacted.value(password), "utf8").digest()
          return timingSafeEqual(given, Buffer.from(text, "hex")) ? "outdated" : "differs"
        }
        const known = parse(text)
        if (known === null) return "unknown_form"
        if (waiting >= PASSWORDS_WAITING_MAX) return "busy"
        const key = yield* hashed(password, known.salt, known.cost)
        return timingSafeEqual(key, known.key) ? "matches" : "differs"
      }),
  })
})

/** SHA-256 and scrypt of Node; Bazarr's MD5 is read and never written. */
export const layer: Layer.Layer<Hasher> = Layer.effect(Hasher, make)
