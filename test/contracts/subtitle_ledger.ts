import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import type { NewIntention } from "../../core/placed/intention.ts"
import {
  type NewPlacedSubtitle,
  type NewRefusal,
  REFUSALS_PER_ITEM_MAX,
  UNTIMED,
} from "../../core/placed/placed.ts"
import { type StoreUnavailable, SubtitleLedger } from "../../core/ports/mod.ts"
import type { Language } from "../../core/subtitles/language.ts"

export const placedRecord = (more: Partial<NewPlacedSubtitle> = {}): NewPlacedSubtitle => ({
  serverId: "den",
  ratingKey: "7",
  title: "Amélie (2001)",
  partId: "1",
  jobId: 3,
  atMs: 1_000,
  language: "pt-BR" as Language,
  forced: false,
  hearingImpaired: false,
  provider: "subdl",
  candidateId: "12",
  name: "Amelie.2001.1080p",
  score: 71,
  machineTranslated: false,
  file: { videoPath: "/films/Amélie.mkv", name: "Amélie.pt-BR.srt", digest: "ab".repeat(32) },
  plexTitle: null,
  plexKey: null,
  state: "placed",
  replaces: null,
  backup: null,
  sinceMs: 1_000,
  nextLookMs: null,
  timing: UNTIMED,
  ...more,
})

const refusal = (more: Partial<NewRefusal> = {}): NewRefusal => ({
  serverId: "den",
  ratingKey: "7",
  title: null,
  provider: "subdl",
  candidateId: "12",
  name: "Amelie.2001.1080p",
  language: "pt-BR" as Language,
  atMs: 5,
  reason: "refused",
  placedId: 1,
  ...more,
})

/** What every ledger owes. `layer` gives a fresh and empty one. */
export function subtitleLedgerContract(
  name: string,
  layer: () => Layer.Layer<SubtitleLedger, StoreUnavailable>,
): void {
  const test = (title: string, body: Effect.Effect<void, unknown, SubtitleLedger>) =>
    it.effect(title, () => Effect.scoped(Effect.provide(body, layer())))

  describe(`${name} SubtitleLedger`, () => {
    test(
      "inTurn() runs the programs of one item one after the other, and those of another beside them",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        const steps: Array<string> = []
        const gate = yield* Deferred.make<void>()
        const program = (name: string, wait: Effect.Effect<void>) =>
          Effect.gen(function* () {
            steps.push(`${name} begins`)
            yield* wait
            steps.push(`${name} ends`)
          })
        const item = { serverId: "den", ratingKey: "7" }
        const other = { serverId: "den", ratingKey: "8" }
        const failing = Effect.andThen(program("a", Deferred.await(gate)), Effect.fail("broken"))
        const first = yield* Effect.forkChild(Effect.exit(ledger.inTurn(item, failing)))
        yield* Effect.yieldNow
        const second = yield* Effect.forkChild(ledger.inTurn(item, program("b", Effect.void)))
        const given = yield* Effect.forkChild(ledger.inTurn(item, program("c", Effect.void)))
        yield* Effect.yieldNow
        yield* Fiber.interrupt(given)
        yield* ledger.inTurn(other, program("d", Effect.void))
        yield* Deferred.done(gate, Exit.void)
        yield* Fiber.join(first)
        yield* Fiber.join(second)
        assert.deepStrictEqual(steps, ["a begins", "d begins", "d ends", "a ends", "b begins", "b ends"])
      }),
    )

    test(
      "get() answers what add() and update() kept, and null for what nobody added",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        const added = yield* ledger.add(placedRecord())
        assert.deepStrictEqual(added, { ...placedRecord(), id: added.id })
        assert.deepStrictEqual(yield* ledger.get(added.id), added)
        const changed = yield* ledger.update(added.id, (one) => ({ ...one, id: 99, state: "foreign" }))
        assert.deepStrictEqual(changed, { ...added, state: "foreign" })
        assert.deepStrictEqual(yield* ledger.get(added.id), changed)
        assert.isNull(yield* ledger.get(added.id + 1))
        assert.isNull(yield* ledger.update(added.id + 1, (one) => one))
      }),
    )

    test(
      "update() loses no change of many at once",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        const { id } = yield* ledger.add(placedRecord({ score: 0 }))
        const add = ledger.update(id, (one) => ({ ...one, score: one.score + 1 }))
        yield* Effect.all(
          Array.from({ length: 20 }, () => add),
          { concurrency: "unbounded" },
        )
        assert.strictEqual((yield* ledger.get(id))?.score, 20)
      }),
    )

    test(
      "list() has the newest first, of one item, in some states, page by page",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        const a = yield* ledger.add(placedRecord())
        const b = yield* ledger.add(placedRecord({ ratingKey: "8" }))
        const c = yield* ledger.add(placedRecord({ state: "replaced" }))
        const ids = (filter: Partial<Parameters<typeof ledger.list>[0]>) =>
          Effect.map(ledger.list({ limit: 10, ...filter }), (found) => found.map((one) => one.id))
        assert.deepStrictEqual(yield* ids({}), [c.id, b.id, a.id])
        assert.deepStrictEqual(yield* ids({ serverId: "den", ratingKey: "7" }), [c.id, a.id])
        assert.deepStrictEqual(yield* ids({ states: ["placed", "foreign"] }), [b.id, a.id])
        assert.deepStrictEqual(yield* ids({ beforeId: c.id, limit: 1 }), [b.id])
        assert.deepStrictEqual(yield* ids({ serverId: "shed" }), [])
      }),
    )

    test(
      "due() has what is placed and due, the longest due first",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        const late = yield* ledger.add(placedRecord({ nextLookMs: 500 }))
        const later = yield* ledger.add(placedRecord({ nextLookMs: 400 }))
        yield* ledger.add(placedRecord({ nextLookMs: 501 }))
        yield* ledger.add(placedRecord({ nextLookMs: null }))
        yield* ledger.add(placedRecord({ nextLookMs: 1, state: "replaced" }))
        const ids = (limit: number) =>
          Effect.map(ledger.due(500, limit), (found) => found.map((one) => one.id))
        assert.deepStrictEqual(yield* ids(10), [later.id, late.id])
        assert.deepStrictEqual(yield* ids(1), [later.id])
        yield* ledger.update(later.id, (one) => ({ ...one, nextLookMs: 600 }))
        assert.deepStrictEqual(yield* ids(10), [late.id])
      }),
    )

    test(
      "refuse() keeps one entry for a candidate and an item, and allow() forgets it",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        const first = yield* ledger.refuse(refusal())
        const again = yield* ledger.refuse(refusal({ reason: "returned", atMs: 9 }))
        const other = yield* ledger.refuse(refusal({ ratingKey: "8" }))
        assert.strictEqual(again.id, first.id)
        assert.deepStrictEqual(yield* ledger.refusals({ limit: 10 }), [other, again])
        assert.deepStrictEqual(yield* ledger.refusals({ limit: 10, ratingKey: "7" }), [
          { ...refusal({ reason: "returned", atMs: 9 }), id: first.id },
        ])
        assert.deepStrictEqual(yield* ledger.refusals({ limit: 10, beforeId: other.id }), [again])
        assert.deepStrictEqual(yield* ledger.allow(first.id), again)
        assert.isNull(yield* ledger.allow(first.id))
        assert.deepStrictEqual(yield* ledger.refusals({ limit: 10 }), [other])
      }),
    )

    test(
      "refuse() forgets an item's oldest entry beyond the limit",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        const add = (n: number) => ledger.refuse(refusal({ candidateId: `c${n}` }))
        yield* Effect.forEach(
          Array.from({ length: REFUSALS_PER_ITEM_MAX }, (_, n) => n),
          add,
        )
        const other = yield* ledger.refuse(refusal({ ratingKey: "8" }))
        const filter = { limit: 500, ratingKey: "7" }
        assert.strictEqual((yield* ledger.refusals(filter)).length, REFUSALS_PER_ITEM_MAX)
        yield* add(REFUSALS_PER_ITEM_MAX)
        const kept = yield* ledger.refusals(filter)
        assert.strictEqual(kept.length, REFUSALS_PER_ITEM_MAX)
        assert.strictEqual(kept.at(-1)?.candidateId, "c1")
        assert.deepStrictEqual(yield* ledger.refusals({ limit: 10, ratingKey: "8" }), [other])
      }),
    )

    test(
      "itemsSince() names each item once that has something in place from then on",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        yield* ledger.add(placedRecord({ ratingKey: "1", atMs: 999 }))
        yield* ledger.add(placedRecord({ ratingKey: "2", atMs: 1_000 }))
        yield* ledger.add(placedRecord({ ratingKey: "2", atMs: 2_000 }))
        yield* ledger.add(placedRecord({ ratingKey: "3", atMs: 2_000, state: "refused" }))
        yield* ledger.add(placedRecord({ ratingKey: "4", atMs: 2_000, serverId: "attic" }))
        yield* ledger.add(placedRecord({ ratingKey: "5", atMs: 2_000 }))
        assert.deepStrictEqual([...(yield* ledger.itemsSince("den", 1_000))].sort(), ["2", "5"])
        assert.deepStrictEqual(yield* ledger.itemsSince("nobody", 0), [])
      }),
    )

    test(
      "settle() remembers everything that was intended in one, or nothing, and once",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        const before = yield* ledger.add(placedRecord())
        const intention: NewIntention = {
          atMs: 9,
          serverId: "den",
          ratingKey: "7",
          title: null,
          videoPath: "/films/Amélie.mkv",
          file: { name: "Amélie.pt-BR.srt", digest: "cd".repeat(32) },
          gone: { name: "Amélie.pt-BR.sdh.srt", digest: "ab".repeat(32), backup: "kept" },
          add: placedRecord({ candidateId: "13", replaces: before.id }),
          changes: [
            { id: before.id, set: { state: "replaced", backup: "kept", nextLookMs: null } },
            { id: 999, set: { state: "returned" } },
          ],
          refuse: refusal({ candidateId: "14" }),
        }
        const dropped = yield* ledger.intend(intention)
        const done = yield* ledger.intend(intention)
        assert.deepStrictEqual(yield* ledger.intentions, [
          { ...intention, id: dropped },
          { ...intention, id: done },
        ])
        assert.strictEqual(yield* ledger.settle(dropped, "dropped"), null)
        assert.deepStrictEqual(yield* ledger.list({ limit: 10 }), [before])
        const added = yield* ledger.settle(done, "done")
        assert.strictEqual(yield* ledger.settle(done, "done"), null)
        assert.deepStrictEqual(yield* ledger.intentions, [])
        assert(added !== null)
        assert.strictEqual(added.candidateId, "13")
        const after = { ...before, state: "replaced", backup: "kept", nextLookMs: null } as const
        assert.deepStrictEqual(yield* ledger.list({ limit: 10 }), [added, after])
        assert.deepStrictEqual(
          (yield* ledger.refusals({ limit: 10 })).map((one) => one.candidateId),
          ["14"],
        )
      }),
    )

    test(
      "prune() forgets old records of what is not in place any more",
      Effect.gen(function* () {
        const ledger = yield* SubtitleLedger
        const placed = yield* ledger.add(placedRecord())
        yield* ledger.add(placedRecord({ state: "replaced" }))
        const young = yield* ledger.add(placedRecord({ state: "replaced", atMs: 2_000 }))
        assert.strictEqual(yield* ledger.prune(2_000), 1)
        assert.deepStrictEqual(yield* ledger.list({ limit: 10 }), [young, placed])
      }),
    )
  })
}
