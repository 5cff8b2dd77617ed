import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { SESSIONS_MAX, type Session } from "../../core/access/session.ts"
import { counted, NO_ATTEMPTS } from "../../core/access/tally.ts"
import { SessionStore, type StoreUnavailable } from "../../core/ports/mod.ts"

const session = (id: string, seenAtMs = 0): Session => ({
  id,
  way: "password",
  createdAtMs: 0,
  seenAtMs,
  agent: "Firefox 愛",
  address: "10.0.0.9",
})

/** What every session store owes. `layer` gives a fresh and empty one. */
export function sessionStoreContract(
  name: string,
  layer: () => Layer.Layer<SessionStore, StoreUnavailable>,
): void {
  const test = (title: string, body: Effect.Effect<void, unknown, SessionStore>) =>
    it.effect(title, () => Effect.scoped(Effect.provide(body, layer())))

  describe(`${name} SessionStore`, () => {
    test(
      "get() answers what save() kept, and null for what nobody saved",
      Effect.gen(function* () {
        const store = yield* SessionStore
        yield* store.save(session("a"))
        yield* store.save({ ...session("a", 7), agent: "Chromium" })
        assert.deepStrictEqual(yield* store.get("a"), { ...session("a", 7), agent: "Chromium" })
        assert.isNull(yield* store.get("b"))
      }),
    )

    test(
      "all() lists the session seen last first, and remove() and clear() end them",
      Effect.gen(function* () {
        const store = yield* SessionStore
        for (const [id, seen] of [
          ["a", 1],
          ["b", 3],
          ["c", 2],
        ] as const)
          yield* store.save(session(id, seen))
        assert.deepStrictEqual(
          (yield* store.all).map((one) => one.id),
          ["b", "c", "a"],
        )
        yield* store.remove(["b", "unknown"])
        assert.deepStrictEqual(
          (yield* store.all).map((one) => one.id),
          ["c", "a"],
        )
        assert.strictEqual(yield* store.clear, 2)
        assert.deepStrictEqual(yield* store.all, [])
        assert.strictEqual(yield* store.clear, 0)
      }),
    )

    test(
      "save() lets the session that was unseen for longest go beyond the limit",
      Effect.gen(function* () {
        const store = yield* SessionStore
        for (let n = 0; n < SESSIONS_MAX; n++) yield* store.save(session(`s${n}`, n))
        assert.strictEqual((yield* store.all).length, SESSIONS_MAX)
        yield* store.save(session("new", SESSIONS_MAX))
        assert.strictEqual((yield* store.all).length, SESSIONS_MAX)
        assert.isNull(yield* store.get("s0"))
        assert.isNotNull(yield* store.get("s1"))
      }),
    )

    test(
      "tally() lets no attempt of many at once go uncounted",
      Effect.gen(function* () {
        const store = yield* SessionStore
        const first = yield* store.tally((before) => before)
        assert.deepStrictEqual(first, { before: NO_ATTEMPTS, after: NO_ATTEMPTS })
        const attempt = store.tally((before) => counted(before, "10.0.0.9", 1_000))
        const seen = yield* Effect.all(
          Array.from({ length: 20 }, () => attempt),
          { concurrency: "unbounded" },
        )
        const counts = seen.map(({ before }) => before.addresses["10.0.0.9"]?.count ?? 0)
        assert.deepStrictEqual(
          counts.sort((a, b) => a - b),
          Array.from({ length: 20 }, (_, n) => n),
        )
      }),
    )
  })
}
