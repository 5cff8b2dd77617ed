import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type { Cause } from "../../../core/jobs/job.ts"
import { JobQueue } from "../../../core/ports/mod.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import { bringNext, NEXT_WINDOW_MS } from "../../../core/subtitles/bring_next.ts"
import { libraryWorld } from "../../support/library_world.ts"
import { episode, part, SERVER_ID, SHOW } from "../../support/plex_items.ts"

const CAUSE: Cause = {
  source: "webhook",
  event: "media.play",
  atMs: 0,
  viewer: { id: "1", name: "owner" },
  player: "TV",
  title: "The Harbor Line",
}

function world(settings: SettingsPatch = {}) {
  const made = libraryWorld({ settings })
  const items = [1, 2, 3].map((number) =>
    episode({ ref: { serverId: SERVER_ID, ratingKey: `e${number}` }, episode: number }, [
      part(`/tv/${number}.mkv`),
    ]),
  )
  made.add(made.attic, ...items)
  made.attic.shows.set(SHOW.ratingKey, { ...SHOW, guids: [], year: 2024, sectionId: "2" })
  return { ...made, items }
}

describe("bringNext()", () => {
  it.effect(
    "puts the next episode into the queue behind whoever waits, once however often it is asked",
    () => {
      const { access, items, ports } = world()
      return Effect.gen(function* () {
        const queue = yield* JobQueue
        assert.strictEqual(yield* bringNext(access, items[0]!, CAUSE), 1)
        assert.strictEqual(yield* bringNext(access, items[0]!, CAUSE), 0)
        const [job] = yield* queue.list({ limit: 10 })
        assert.strictEqual(job!.priority, 15)
        assert.deepInclude(job!.work.cause, {
          source: "next",
          viewer: CAUSE.viewer,
          title: "The Harbor Line S01E02 · Slack Water",
        })
        yield* queue.complete((yield* queue.take).id, "done")
        assert.strictEqual(
          yield* bringNext(access, items[0]!, CAUSE),
          0,
          "within the window it is the same wish",
        )
        yield* TestClock.adjust(NEXT_WINDOW_MS)
        assert.strictEqual(yield* bringNext(access, items[0]!, CAUSE), 1)
      }).pipe(Effect.provide(ports))
    },
  )

  it.effect("does not go on from the next one, from a sweep, or where the settings want none", () => {
    const { access, items, ports } = world()
    return Effect.gen(function* () {
      assert.strictEqual(yield* bringNext(access, items[0]!, { ...CAUSE, source: "next" }), 0)
      assert.strictEqual(yield* bringNext(access, items[0]!, { ...CAUSE, source: "sweep", viewer: null }), 0)
      const off = world({ oncue: { next_episodes: 0 } })
      assert.strictEqual(yield* Effect.provide(bringNext(access, items[0]!, CAUSE), off.ports), 0)
      assert.deepStrictEqual(yield* JobQueue.use((queue) => queue.list({ limit: 10 })), [])
    }).pipe(Effect.provide(ports))
  })
})
