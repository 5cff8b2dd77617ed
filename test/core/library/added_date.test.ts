import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import {
  decideAddedDate,
  type JournalledChange,
  planUndo,
  readChange,
  UNDO_ITEMS_MAX,
} from "../../../core/library/added_date.ts"

const on = {
  plex: { set_movie_added: true, set_episode_added: false },
  oncue: { added_date_policy: "any_subtitle" },
} as const
const strict = { ...on, oncue: { added_date_policy: "first_wanted" } } as const
const first = { isUpgrade: false, isFirst: true, isFirstWanted: true }
const film = { kind: "movie", addedAt: 1_000 } as const

describe("decideAddedDate()", () => {
  it("obeys the option of each kind", () => {
    assert.strictEqual(decideAddedDate(on, film, first, 2_000_999)._tag, "Set")
    assert.strictEqual(decideAddedDate(on, { ...film, kind: "episode" }, first, 2_000_999)._tag, "Keep")
  })

  it("never for an upgrade", () => {
    assert.strictEqual(decideAddedDate(on, film, { ...first, isUpgrade: true }, 2_000_000)._tag, "Keep")
  })

  it("with the strict policy only for the first one in the first wanted language", () => {
    assert.strictEqual(decideAddedDate(on, film, { ...first, isFirstWanted: false }, 2_000_000)._tag, "Set")
    assert.strictEqual(decideAddedDate(strict, film, first, 2_000_000)._tag, "Set")
    assert.strictEqual(decideAddedDate(strict, film, { ...first, isFirst: false }, 2_000_000)._tag, "Keep")
    assert.strictEqual(
      decideAddedDate(strict, film, { ...first, isFirstWanted: false }, 2_000_000)._tag,
      "Keep",
    )
  })

  const Seconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000_000 }))

  it.prop("gives whole unix seconds and never moves backwards", [Seconds, Seconds], ([addedAt, now]) => {
    const decision = decideAddedDate(on, { kind: "movie", addedAt }, first, now * 1_000 + 999)
    if (decision._tag === "Keep") return assert.isAtLeast(addedAt, now)
    assert.strictEqual(decision.addedAtSeconds, now)
    assert.isAbove(decision.addedAtSeconds, addedAt)
  })
})

const change = (ratingKey: string, before: number | null, after: number, undo = false): JournalledChange => ({
  serverId: "attic",
  ratingKey,
  title: null,
  jobId: null,
  sectionId: "1",
  kind: "movie",
  before,
  after,
  undo,
})

describe("planUndo()", () => {
  const plan = (changes: ReadonlyArray<JournalledChange>) =>
    planUndo(changes).map(({ ratingKey, now, restore }) => ({ ratingKey, now, restore }))

  it("goes back to what was before the oldest change", () => {
    assert.deepStrictEqual(plan([change("1", 20, 30), change("2", 5, 6), change("1", 10, 20)]), [
      { ratingKey: "1", now: 30, restore: 10 },
      { ratingKey: "2", now: 6, restore: 5 },
    ])
  })

  it("names the jobs whose stories tell of the changes, each once", () => {
    const of = (jobId: number, before: number, after: number) => ({ ...change("1", before, after), jobId })
    const [plan] = planUndo([of(9, 20, 30), of(9, 15, 20), of(4, 10, 15)])
    assert.deepStrictEqual(plan?.jobIds, [9, 4])
  })

  it("takes nothing back twice", () => {
    assert.deepStrictEqual(plan([change("1", 20, 10, true), change("1", 10, 20)]), [])
    assert.deepStrictEqual(plan([change("1", 10, 40), change("1", 20, 10, true), change("1", 10, 20)]), [
      { ratingKey: "1", now: 40, restore: 10 },
    ])
  })

  it("does not go beyond a date that was not known", () => {
    assert.deepStrictEqual(plan([change("1", null, 20)]), [])
    assert.deepStrictEqual(plan([change("1", 20, 30), change("1", null, 20), change("1", 1, 5)]), [
      { ratingKey: "1", now: 30, restore: 20 },
    ])
  })

  it("takes back a limited number of items", () => {
    const many = Array.from({ length: UNDO_ITEMS_MAX + 1 }, (_, at) => change(String(at), 1, 2))
    assert.strictEqual(planUndo(many).length, UNDO_ITEMS_MAX)
  })
})

describe("readChange()", () => {
  it.prop("is total", [Schema.Unknown], ([detail]) => {
    assert.strictEqual(readChange({ serverId: null, ratingKey: "1", title: null, jobId: null, detail }), null)
  })
})
