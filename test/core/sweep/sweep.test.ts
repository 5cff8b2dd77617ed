import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as memoryQueue } from "../../../adapters/memory/job_queue.ts"
import { layer as memoryNotifier } from "../../../adapters/memory/notifier.ts"
import { memoryServer, plexWorld } from "../../../adapters/memory/plex_server.ts"
import { JobQueue, StateStore, SubtitleSources } from "../../../core/ports/mod.ts"
import { changeSweep } from "../../../core/sweep/change_sweep.ts"
import { listSweeps, runSweeps } from "../../../core/sweep/run_sweeps.ts"
import {
  afterPage,
  isLastPage,
  newSweep,
  readSweep,
  SWEEP_PAGE,
  type Sweep,
  sweepKey,
} from "../../../core/sweep/sweep.ts"
import { plexCore, SIGNED_IN } from "../../support/plex_core.ts"

const BEGUN: Sweep = newSweep(
  { serverId: "den", sectionId: "1", title: "Films", kind: "movie", total: null },
  1,
)

describe("sweep", () => {
  it("isLastPage() is true of the page that is not full, and of the last of the total", () => {
    assert.isFalse(isLastPage(0, SWEEP_PAGE, null))
    assert.isTrue(isLastPage(0, SWEEP_PAGE - 1, null))
    assert.isTrue(isLastPage(0, SWEEP_PAGE, SWEEP_PAGE))
    assert.isFalse(isLastPage(0, SWEEP_PAGE, SWEEP_PAGE + 1))
    const nothing = { items: 0, missing: [], total: null, isLast: true }
    assert.deepInclude(afterPage(BEGUN, nothing, 5), { total: 0, state: "done", atMs: 5 })
  })

  it("readSweep() understands what the version before wrote", () => {
    const { missingBy, waiting, ...old } = BEGUN
    assert.deepStrictEqual(readSweep({ ...old, found: 3 }), { ...old, missingBy, waiting })
  })

  it("readSweep() answers null for what no version wrote", () => {
    assert.deepStrictEqual(readSweep(BEGUN), BEGUN)
    for (const odd of [null, {}, { ...BEGUN, state: "odd" }, "sweep"]) assert.isNull(readSweep(odd))
  })
})

describe("runSweeps", () => {
  const world = plexWorld({ servers: [memoryServer({ machineIdentifier: "den" })] })
  const ports = Layer.mergeAll(
    plexCore(world, SIGNED_IN),
    memoryQueue(),
    memoryNotifier(),
    Layer.succeed(SubtitleSources, []),
  )

  it.effect("runSweeps() leaves a paused sweep alone, and changeSweep() lets it go on or forgets it", () =>
    Effect.gen(function* () {
      const state = yield* StateStore
      const queue = yield* JobQueue
      yield* state.put(sweepKey("den", "1"), BEGUN)
      yield* changeSweep("den", "1", "pause")
      assert.isFalse(yield* runSweeps())
      assert.strictEqual((yield* listSweeps())[0]?.state, "paused")
      yield* changeSweep("den", "1", "resume")
      assert.strictEqual((yield* listSweeps())[0]?.state, "running")
      assert.isTrue(yield* runSweeps())
      assert.isNotNull(
        (yield* listSweeps())[0]?.obstacle,
        "the server is not selected, and the sweep says so",
      )
      yield* changeSweep("den", "1", "forget")
      assert.deepStrictEqual(yield* listSweeps(), [])
      assert.strictEqual((yield* Effect.flip(changeSweep("den", "1", "pause")))._tag, "SweepUnknown")
      assert.deepStrictEqual(yield* queue.list({ limit: 10 }), [])
    }).pipe(Effect.provide(ports)),
  )
})
