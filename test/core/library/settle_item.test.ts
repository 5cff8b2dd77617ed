import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type { Cause } from "../../../core/jobs/job.ts"
import { settleItem } from "../../../core/library/settle_item.ts"
import { entryOf } from "../../../core/media/item_index_entry.ts"
import { ItemIndex, JobQueue } from "../../../core/ports/mod.ts"
import { libraryWorld, OTHER_SERVER_ID, section } from "../../support/library_world.ts"
import { film } from "../../support/plex_items.ts"

const cause: Cause = { source: "api", event: "search", atMs: 0, viewer: null, player: null, title: null }
const subtitle = { isUpgrade: false, isFirst: true, isFirstWanted: true }

describe("settleItem()", () => {
  const settle = (given: { readonly subtitle: typeof subtitle | null; readonly known?: boolean }) => {
    const made = libraryWorld({ settings: { plex: { set_movie_added: true } } })
    made.attic.sections = given.known === false ? [] : [section("1", "movie")]
    made.add(made.attic, film())
    const run = Effect.gen(function* () {
      yield* TestClock.setTime(1_760_000_000_000)
      const copy = film({ ref: { serverId: OTHER_SERVER_ID, ratingKey: "9" } })
      yield* (yield* ItemIndex).put([film(), copy].map(entryOf))
      const settled = yield* settleItem({ access: made.access, item: film(), jobId: 1, cause, ...given })
      return { settled, jobs: yield* (yield* JobQueue).list({ limit: 10 }) }
    })
    return Effect.provide(run, made.ports)
  }

  it.effect("sets the added date and refreshes the copies, as nothing that somebody asked for", () =>
    Effect.gen(function* () {
      const { settled, jobs } = yield* settle({ subtitle })
      assert.strictEqual(settled.addedDate?._tag, "Set")
      assert.strictEqual(settled.copies, 1)
      assert(jobs[0]?.work._tag === "RefreshItem")
      assert.strictEqual(jobs[0].work.cause.source, "sweep")
      assert.strictEqual(jobs[0].work.serverId, OTHER_SERVER_ID)
    }),
  )

  it.effect("leaves the date alone when nothing new was placed", () =>
    Effect.gen(function* () {
      const { settled } = yield* settle({ subtitle: null })
      assert.strictEqual(settled.addedDate, null)
      assert.strictEqual(settled.copies, 1)
    }),
  )

  it.effect("does not fail when the date cannot be set", () =>
    Effect.gen(function* () {
      const { settled } = yield* settle({ subtitle, known: false })
      assert.strictEqual(settled.addedDate, null)
      assert.strictEqual(settled.copies, 1)
    }),
  )
})
