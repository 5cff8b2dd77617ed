import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as memoryQueue } from "../../../adapters/memory/job_queue.ts"
import { memoryServer, plexWorld } from "../../../adapters/memory/plex_server.ts"
import { changeSweep } from "../../../core/library/change_sweep.ts"
import { listSweeps, runSweeps } from "../../../core/library/run_sweeps.ts"
import { afterPage, readSweep, SWEEP_PAGE, type Sweep, sweepKey } from "../../../core/library/sweep.ts"
import { JobQueue, StateStore } from "../../../core/ports/mod.ts"
import { plexCore, SIGNED_IN } from "../../support/plex_core.ts"

const BEGUN: Sweep = {
  serverId: "den",
  sectionId: "1",
  title: "Films",
  kind: "movie",
  state: "running",
  looked: 0,
  total: null,
  missing: 0,
  startedAtMs: 1,
  atMs: 1,
  obstacle: null,
}

describe("sweep", () => {
  it("afterPage() ends with the page that is not full, or with the last of the total", () => {
    const full = { items: SWEEP_PAGE, missing: 2, total: null }
    assert.strictEqual(afterPage(BEGUN, full, 5).state, "running")
    assert.strictEqual(afterPage(BEGUN, { ...full, items: SWEEP_PAGE - 1 }, 5).state, "done")
    assert.strictEqual(afterPage(BEGUN, { ...full, total: SWEEP_PAGE }, 5).state, "done")
    assert.strictEqual(afterPage(BEGUN, { ...full, total: SWEEP_PAGE + 1 }, 5).state, "running")
    assert.strictEqual(afterPage(BEGUN, { items: 0, missing: 0, total: null }, 5).total, 0)
  })

  it("readSweep() answers null for what no version wrote", () => {
    assert.deepStrictEqual(readSweep(BEGUN), BEGUN)
    for (const odd of [null, {}, { ...BEGUN, state: "odd" }, "sweep"]) assert.isNull(readSweep(odd))
  })
})

describe("runSweeps", () => {
  const world = plexWorld({ servers: [memoryServer({ machineIdentifier: "den" })] })
  const ports = Layer.merge(plexCore(world, SIGNED_IN), memoryQueue())

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
