import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { checkSession } from "../../../core/access/check_session.ts"
import { beginPlexEntry, finishPlexEntry } from "../../../core/access/enter_with_plex.ts"
import { PIN_TTL_MS } from "../../../core/auth/pin.ts"
import { accessWorld, ELSEWHERE } from "../../support/access_world.ts"

const OWNED = { plex: { user_id: "7", username: "ann" } }
const claimed = { _tag: "Claimed", token: Redacted.make("page-token") } as const
const begin = Effect.andThen(TestClock.adjust("1 hour"), beginPlexEntry(ELSEWHERE))

describe("enterWithPlex", () => {
  it.effect("finishPlexEntry() lets the owner in and revokes the token", () => {
    const world = accessWorld(OWNED)
    return Effect.gen(function* () {
      const entry = yield* begin
      assert.isNull(yield* finishPlexEntry(ELSEWHERE, entry.pinId, entry.state))
      world.plexTv.answer = claimed
      assert.isNull(yield* finishPlexEntry(ELSEWHERE, entry.pinId, entry.state), "asked within the second")
      assert.strictEqual(world.plexTv.polled, 1)
      yield* TestClock.adjust("1 second")
      const opened = yield* finishPlexEntry(ELSEWHERE, entry.pinId, entry.state)
      assert.isNotNull(opened)
      assert.isNotNull(yield* checkSession(opened!.token))
      assert.deepStrictEqual(world.plexTv.revoked, ["page-token"])
      const again = yield* Effect.flip(finishPlexEntry(ELSEWHERE, entry.pinId, entry.state))
      assert.strictEqual(again._tag, "EntryUnknown")
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("finishPlexEntry() refuses every other account and revokes its token as well", () => {
    const world = accessWorld(OWNED)
    return Effect.gen(function* () {
      const entry = yield* begin
      world.plexTv.answer = claimed
      world.plexTv.user = { id: "8", username: "bob" }
      const refused = yield* Effect.flip(finishPlexEntry(ELSEWHERE, entry.pinId, entry.state))
      assert.strictEqual(refused._tag === "AccessRefused" && refused.reason, "not_owner")
      assert.include(refused.message, "bob")
      assert.deepStrictEqual(world.plexTv.revoked, ["page-token"])
    }).pipe(Effect.provide(world.ports))
  })

  it.effect(
    "finishPlexEntry() asks plex.tv nothing for who does not know the state, and ends in time",
    () => {
      const world = accessWorld(OWNED)
      return Effect.gen(function* () {
        const entry = yield* begin
        world.plexTv.answer = claimed
        const wrong = yield* Effect.flip(finishPlexEntry(ELSEWHERE, entry.pinId, Redacted.make("guess")))
        assert.strictEqual(wrong._tag, "EntryUnknown")
        yield* TestClock.adjust(PIN_TTL_MS)
        const late = yield* Effect.flip(finishPlexEntry(ELSEWHERE, entry.pinId, entry.state))
        assert.strictEqual(late._tag, "EntryUnknown")
        assert.strictEqual(world.plexTv.polled, 0)
      }).pipe(Effect.provide(world.ports))
    },
  )

  it.effect("beginPlexEntry() refuses an installation without an owner, and more than one a second", () => {
    const nobody = accessWorld()
    const owned = accessWorld(OWNED)
    return Effect.gen(function* () {
      const refused = yield* Effect.flip(Effect.provide(begin, nobody.ports))
      assert.strictEqual(refused._tag === "AccessRefused" && refused.reason, "no_owner")
      const quick = Effect.andThen(begin, beginPlexEntry(ELSEWHERE))
      assert.strictEqual((yield* Effect.flip(Effect.provide(quick, owned.ports)))._tag, "AccessLocked")
    })
  })
})
