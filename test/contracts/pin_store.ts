import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Pin, PinId, type PinStatus } from "../../core/auth/pin.ts"
import { PinStore, type StoreUnavailable } from "../../core/ports/mod.ts"

const aPin = (id: string, changes: Partial<Pin> = {}): Pin => ({
  id: PinId.make(id),
  code: "abcd",
  strong: true,
  stateToken: "state",
  clientIdentifier: "client",
  createdAtMs: 1_000,
  checkedAtMs: 1_001,
  polledAtMs: 1_002,
  status: { _tag: "Waiting" },
  ...changes,
})

const STATUSES: ReadonlyArray<PinStatus> = [
  { _tag: "Waiting" },
  { _tag: "Approved", sealedToken: "sealed.x.y" },
  { _tag: "Claimed", atMs: 5, username: "Zoë", email: "zoe@example.org" },
  { _tag: "Expired", atMs: 6 },
  { _tag: "Cancelled", atMs: 7 },
  { _tag: "Failed", atMs: 8, code: "SAVE_FAILED", reason: "read-only" },
]

/** What every store of PIN sessions owes. `layer` gives a fresh and empty one. */
export function pinStoreContract(name: string, layer: () => Layer.Layer<PinStore, StoreUnavailable>): void {
  const test = (title: string, body: Effect.Effect<void, unknown, PinStore>) =>
    it.effect(title, () => Effect.scoped(Effect.provide(body, layer())))

  describe(`${name} PinStore`, () => {
    test(
      "get() gives back what save() was given, in every status",
      Effect.gen(function* () {
        const store = yield* PinStore
        for (const [index, status] of STATUSES.entries()) {
          const pin = aPin(`${index}`, { status })
          yield* store.save(pin)
          assert.deepStrictEqual(yield* store.get(pin.id), pin)
        }
        assert.isNull(yield* store.get(PinId.make("99")))
      }),
    )

    test(
      "save() replaces the session with the same id",
      Effect.gen(function* () {
        const store = yield* PinStore
        yield* store.save(aPin("1"))
        yield* store.save(aPin("1", { checkedAtMs: 9_999 }))
        assert.deepStrictEqual(yield* store.all, [aPin("1", { checkedAtMs: 9_999 })])
      }),
    )

    test(
      "all is oldest first, whatever the ids",
      Effect.gen(function* () {
        const store = yield* PinStore
        yield* store.save(aPin("2", { createdAtMs: 30 }))
        yield* store.save(aPin("10", { createdAtMs: 20 }))
        yield* store.save(aPin("3", { createdAtMs: 10 }))
        yield* store.save(aPin("2", { createdAtMs: 30, polledAtMs: 77 }))
        assert.deepStrictEqual(
          (yield* store.all).map(({ id }) => `${id}`),
          ["3", "10", "2"],
        )
      }),
    )

    test(
      "update() stores what the change makes of the session, and answers it",
      Effect.gen(function* () {
        const store = yield* PinStore
        yield* store.save(aPin("1"))
        const changed = yield* store.update(PinId.make("1"), (pin) => ({ ...pin, polledAtMs: 5_000 }))
        assert.deepStrictEqual(changed, aPin("1", { polledAtMs: 5_000 }))
        assert.deepStrictEqual(yield* store.get(PinId.make("1")), changed)
      }),
    )

    test(
      "update() of a session that is not there calls nothing and stores nothing",
      Effect.gen(function* () {
        const store = yield* PinStore
        let called = false
        const answer = yield* store.update(PinId.make("1"), (pin) => {
          called = true
          return pin
        })
        assert.isNull(answer)
        assert.isFalse(called)
        assert.deepStrictEqual(yield* store.all, [])
      }),
    )

    test(
      "update() by many at the same moment loses no change",
      Effect.gen(function* () {
        const store = yield* PinStore
        yield* store.save(aPin("1", { polledAtMs: 0 }))
        const count = store.update(PinId.make("1"), (pin) => ({ ...pin, polledAtMs: pin.polledAtMs + 1 }))
        yield* Effect.all(
          Array.from({ length: 100 }, () => count),
          { concurrency: "unbounded" },
        )
        assert.strictEqual((yield* store.get(PinId.make("1")))?.polledAtMs, 100)
      }),
    )

    test(
      "remove() forgets the sessions named and no other",
      Effect.gen(function* () {
        const store = yield* PinStore
        yield* Effect.forEach(["1", "2", "3"], (id) => store.save(aPin(id)))
        yield* store.remove([PinId.make("1"), PinId.make("3"), PinId.make("99")])
        assert.deepStrictEqual(yield* store.all, [aPin("2")])
        yield* store.remove([])
        assert.strictEqual((yield* store.all).length, 1)
      }),
    )
  })
}
