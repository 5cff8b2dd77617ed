import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { handleImport, IMPORT_SETTLE_MS } from "../../../core/events/handle_import.ts"
import { type ImportEvent, readImport } from "../../../core/events/import_event.ts"
import { PRIORITY } from "../../../core/jobs/job.ts"
import { sampleJson } from "../../support/samples.ts"
import { jobs, story, triggerWorld } from "../../support/trigger_world.ts"

const read = (json: unknown, app: "sonarr" | "radarr"): ImportEvent => {
  const told = readImport(json, app)
  assert.isObject(told)
  return told as ImportEvent
}
const imported = (path: string, id = 1) =>
  read({ eventType: "Download", instanceName: "Sonarr", episodeFile: { path, id } }, "sonarr")
const SAMPLE = sampleJson("arr/sonarr-webhook-download.json")

describe("handleImport", () => {
  const world = triggerWorld()
  it.effect("handleImport() queues one search a file, after a moment for Plex to find it", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(5_000)
      const handled = yield* handleImport(read(SAMPLE, "sonarr"), "sonarr", null)
      assert.deepStrictEqual(handled, { _tag: "Taken", files: 1 })
      const [job] = yield* jobs
      assert.deepInclude(job, {
        priority: PRIORITY.imported,
        notBeforeMs: 5_000 + IMPORT_SETTLE_MS,
        lane: "files",
      })
      assert.deepInclude(job?.work, { _tag: "FindSubtitlesForFile", path: SAMPLE.episodeFile.path })
      assert.deepStrictEqual(yield* story, [
        ["heard", "Heard from Sonarr: The Harbor Line S01E03 · Slack Water was imported"],
      ])
      assert.deepStrictEqual(world.heard, [
        { source: "sonarr", event: "Download", serverId: null, atMs: 5_000 },
      ])
    }).pipe(Effect.provide(world.layer)),
  )

  it.effect(
    "handleImport() takes Sonarr's two events about a file for one, and an upgrade of it for another",
    () =>
      Effect.gen(function* () {
        yield* handleImport(imported("/tv/a.mkv", 1), "sonarr", null)
        const complete = {
          eventType: "Download",
          instanceName: "Sonarr",
          episodeFiles: [{ path: "/tv/a.mkv", id: 1 }],
        }
        yield* handleImport(read(complete, "sonarr"), "sonarr", null)
        assert.strictEqual((yield* jobs).length, 1)
        yield* handleImport(imported("/tv/b.mkv", 2), "sonarr", null)
        assert.strictEqual((yield* jobs).length, 2)
      }).pipe(Effect.provide(triggerWorld().layer)),
  )

  it.effect("handleImport() keeps instances apart that see their files at the same paths", () =>
    Effect.gen(function* () {
      yield* handleImport(imported("/tv/a.mkv"), "sonarr", "hd")
      yield* handleImport(imported("/tv/a.mkv"), "sonarr", "4k")
      const works = (yield* jobs).map(({ work }) => work)
      assert.deepStrictEqual(
        works.map((work) => work._tag === "FindSubtitlesForFile" && work.sender?.instance).sort(),
        ["4k", "hd"],
      )
    }).pipe(Effect.provide(triggerWorld().layer)),
  )

  it.effect("handleImport() queues nothing for a test, and remembers that it was heard", () => {
    const { heard, layer } = triggerWorld()
    return Effect.gen(function* () {
      const handled = yield* handleImport(
        read(sampleJson("arr/sonarr-webhook-test.json"), "sonarr"),
        "sonarr",
        null,
      )
      assert.deepStrictEqual(handled, { _tag: "Ignored", reason: "Test is no import" })
      assert.deepStrictEqual([yield* jobs, yield* story], [[], []])
      assert.strictEqual(heard.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("handleImport() says why it ignores an import", () =>
    Effect.gen(function* () {
      const handled = yield* handleImport(imported("/tv/a.mkv"), "sonarr", null)
      assert.deepStrictEqual(handled, {
        _tag: "Ignored",
        reason: "what sonarr imports is not among the chosen types",
      })
      assert.deepStrictEqual(yield* story, [
        ["ignored", "Ignored the import: what sonarr imports is not among the chosen types"],
      ])
    }).pipe(Effect.provide(triggerWorld({ oncue: { only_types: ["movie"] } }).layer)),
  )

  it.effect("handleImport() takes all files of an import or none", () =>
    Effect.gen(function* () {
      const event = read(
        { eventType: "Download", episodeFiles: [{ path: "/tv/a.mkv" }, { path: "/tv/b.mkv" }] },
        "sonarr",
      )
      assert.strictEqual((yield* Effect.flip(handleImport(event, "sonarr", null)))._tag, "QueueFull")
      assert.deepStrictEqual(yield* jobs, [])
    }).pipe(Effect.provide(triggerWorld({}, 1).layer)),
  )
})
