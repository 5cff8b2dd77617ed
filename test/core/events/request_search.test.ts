import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { requestSearch } from "../../../core/events/request_search.ts"
import { PRIORITY } from "../../../core/jobs/job.ts"
import { ServerEntry } from "../../../core/settings/records.ts"
import { jobs, story, triggerWorld } from "../../support/trigger_world.ts"

const servers = [
  Schema.decodeUnknownSync(ServerEntry)({ machine_id: "den" }),
  Schema.decodeUnknownSync(ServerEntry)({ machine_id: "attic", name: "Attic" }),
]

describe("requestSearch", () => {
  it.effect(
    "requestSearch() queues what it was asked for, on the primary server or the one that is named",
    () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* requestSearch({ ratingKey: "7" }), { jobId: 1, outcome: "added" })
        assert.deepStrictEqual(yield* requestSearch({ ratingKey: "7", server: "Den" }), {
          jobId: 1,
          outcome: "merged",
        })
        yield* requestSearch({ ratingKey: "7", server: "Attic", title: "Sintel" })
        yield* requestSearch({ ratingKey: "8", server: "attic" })
        assert.deepStrictEqual(
          (yield* jobs).map(({ key, priority }) => [key, priority]),
          [
            ["find/den/7", PRIORITY.asked],
            ["find/attic/7", PRIORITY.asked],
            ["find/attic/8", PRIORITY.asked],
          ],
        )
        assert.deepStrictEqual((yield* story)[1], ["heard", "Asked for by hand: Sintel"])
      }).pipe(Effect.provide(triggerWorld({ oncue: { servers } }).layer)),
  )

  it.effect("requestSearch() queues files and ids", () =>
    Effect.gen(function* () {
      yield* requestSearch({ path: "/films/a.mkv" })
      yield* requestSearch({ tvdb: "1", season: 1, episode: 2 })
      assert.deepStrictEqual(
        (yield* jobs).map(({ work }) => work._tag),
        ["FindSubtitlesForFile", "FindSubtitlesByIds"],
      )
    }).pipe(Effect.provide(triggerWorld().layer)),
  )

  it.effect("requestSearch() refuses what is unclear, and servers that are not selected", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(requestSearch({})))._tag, "SearchTargetUnclear")
      const unknown = yield* Effect.flip(requestSearch({ ratingKey: "7", server: "Cellar" }))
      assert.strictEqual(unknown.message, 'The server "Cellar" is not among the selected ones')
    }).pipe(Effect.provide(triggerWorld().layer)),
  )

  it.effect("requestSearch() says that no server is selected", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(requestSearch({ ratingKey: "7" }))
      assert.strictEqual(error.message, "No Plex server is selected")
    }).pipe(Effect.provide(triggerWorld({ plex: { server_machine_id: "" } }).layer)),
  )
})
