import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryQueue } from "../../../adapters/memory/job_queue.ts"
import { layer as memoryJournal } from "../../../adapters/memory/journal.ts"
import type { PlexEvent } from "../../../core/events/event.ts"
import { handleEvent } from "../../../core/events/handle_event.ts"
import type { Heard } from "../../../core/events/heard.ts"
import { PRIORITY } from "../../../core/jobs/job.ts"
import { JobQueue, Journal, SettingsStore, TriggerMonitor } from "../../../core/ports/mod.ts"
import { applyPatch, DEFAULT_SETTINGS, type SettingsPatch } from "../../../core/settings/settings.ts"

const heard: Array<Heard> = []

const world = (patch: SettingsPatch = {}) => {
  const selected = { general: { use_plex: true }, plex: { server_machine_id: "den" } }
  const settings = applyPatch(applyPatch(DEFAULT_SETTINGS, selected), patch)
  heard.length = 0
  return Layer.mergeAll(
    Layer.mock(SettingsStore)({ current: Effect.succeed(settings) }),
    Layer.mock(TriggerMonitor)({ heard: (one) => Effect.sync(() => void heard.push(one)) }),
    memoryJournal,
    memoryQueue(),
  )
}

const playing = (change: Partial<PlexEvent> = {}): PlexEvent => ({
  event: "media.play",
  server: { uuid: "den", title: "Den" },
  account: { id: "1", title: "Owner" },
  player: { uuid: "player-1", title: "Living room" },
  metadata: {
    type: "episode",
    ratingKey: "2013",
    guid: "plex://episode/1",
    title: "Slack Water",
    grandparentTitle: "The Harbor Line",
    parentIndex: 1,
    index: 3,
    librarySectionId: "2",
    librarySectionTitle: "Series",
    live: false,
    extra: false,
  },
  ...change,
})

const outcomes = (events: ReadonlyArray<readonly [PlexEvent, "webhook" | "stream" | "tautulli"]>) =>
  Effect.forEach(events, ([event, source]) =>
    Effect.map(handleEvent(event, source), (one) => (one._tag === "Queued" ? one.outcome : one._tag)),
  )

describe("handleEvent", () => {
  it.effect("handleEvent() queues one search and begins its story", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(5)
      const handled = yield* handleEvent(playing(), "webhook")
      assert.deepStrictEqual(handled, { _tag: "Queued", jobId: 1, outcome: "added" })
      const job = yield* JobQueue.use((queue) => queue.get(1))
      assert.strictEqual(job.priority, PRIORITY.watching)
      assert.strictEqual(job.lane, "den")
      assert.deepInclude(job.work, { _tag: "FindSubtitles", serverId: "den", ratingKey: "2013" })
      const [entry] = yield* Journal.use((journal) => journal.read({ limit: 5 }))
      assert.strictEqual(
        entry?.text,
        "Heard from Plex's webhook: Owner plays The Harbor Line S01E03 · Slack Water on Living room",
      )
      assert.deepStrictEqual([entry?.kind, entry?.jobId, entry?.ratingKey], ["heard", 1, "2013"])
      assert.deepStrictEqual(heard, [{ source: "webhook", event: "media.play", serverId: "den", atMs: 5 }])
    }).pipe(Effect.provide(world())),
  )

  it.effect("handleEvent() takes the same playback from webhook, stream and Tautulli for one job", () =>
    Effect.gen(function* () {
      const byPlexTv = playing({ account: { id: "71234", title: "owner" } })
      assert.deepStrictEqual(
        yield* outcomes([
          [playing(), "webhook"],
          [playing(), "stream"],
          [byPlexTv, "tautulli"],
        ]),
        ["added", "seen", "seen"],
      )
    }).pipe(Effect.provide(world())),
  )

  it.effect(
    "handleEvent() merges other viewers of an item whose search is not over, and hears again after the window",
    () =>
      Effect.gen(function* () {
        const guest = playing({ account: { id: "2", title: "Guest" } })
        assert.deepStrictEqual(
          yield* outcomes([
            [playing(), "webhook"],
            [guest, "webhook"],
          ]),
          ["added", "merged"],
        )
        const queue = yield* JobQueue
        const job = yield* queue.take
        yield* queue.complete(job.id, "nothing was missing")
        assert.deepStrictEqual(yield* outcomes([[guest, "stream"]]), ["seen"])
        yield* TestClock.adjust("10 minutes")
        assert.deepStrictEqual(yield* outcomes([[guest, "stream"]]), ["added"])
      }).pipe(Effect.provide(world())),
  )

  it.effect("handleEvent() gives an item that was added no viewer and less haste", () =>
    Effect.gen(function* () {
      yield* handleEvent(playing({ event: "library.new" }), "stream")
      const job = yield* JobQueue.use((queue) => queue.get(1))
      assert.strictEqual(job.priority, PRIORITY.imported)
      assert.deepInclude(job.work.cause, { viewer: null, player: null, event: "library.new" })
    }).pipe(Effect.provide(world())),
  )

  it.effect("handleEvent() notes what it ignores, but not what is ignored all the time", () =>
    Effect.gen(function* () {
      const handled = yield* outcomes([
        [playing({ server: { uuid: "attic", title: "Attic" } }), "webhook"],
        [playing({ event: "media.pause" }), "webhook"],
        [playing({ metadata: null }), "webhook"],
      ])
      assert.deepStrictEqual(handled, ["Ignore", "Ignore", "Malformed"])
      const entries = yield* Journal.use((journal) => journal.read({ limit: 5 }))
      assert.deepStrictEqual(
        entries.map(({ kind, text }) => [kind, text]),
        [["ignored", "Ignored media.play: the server Attic is not selected"]],
      )
      assert.strictEqual(heard.length, 3)
    }).pipe(Effect.provide(world())),
  )

  it.effect("handleEvent() fails when the queue is full, and begins no story", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(handleEvent(playing(), "webhook"))
      assert.strictEqual(error._tag, "QueueFull")
      assert.deepStrictEqual(yield* Journal.use((journal) => journal.read({ limit: 5 })), [])
    }).pipe(Effect.provide(Layer.merge(world(), memoryQueue({ waitingMax: 0 })))),
  )
})
