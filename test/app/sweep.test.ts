import { afterEach, describe, expect, it } from "vitest"
import { LANE_RUNNING_MAX } from "../../core/jobs/job.ts"
import { killServers } from "../support/server_process.ts"
import { runSweepUntilDone } from "../support/sweep_run.ts"

afterEach(killServers)

describe("a sweep of the whole server", () => {
  it("keeps within the quota of a provider, says what it waits for, and goes on after kill -9", async () => {
    const run = await runSweepUntilDone({ films: 36, quota: 10, killsAt: [0.4] })
    expect(run).toMatchObject({ written: 36, listed: 36 })
    // What was had and not yet on the disk at the moment of the kill is had again.
    expect(run.fetches).toBeGreaterThanOrEqual(36)
    expect(run.fetches).toBeLessThanOrEqual(36 + LANE_RUNNING_MAX)
    expect(run.mostADay).toBeLessThanOrEqual(10)
    expect(run.days).toBeLessThanOrEqual(5)
    expect(run.waited.some((reason) => reason.startsWith("Quota: "))).toBe(true)
    expect(run.sweeps.reduce((sum, one) => sum + one.looked, 0)).toBe(36)
    expect(run.sweeps.reduce((sum, one) => sum + one.missing, 0)).toBe(36)
    // Also what was being done at the moment of the kill: it is counted in what is recorded.
    expect(run.sweeps.reduce((sum, one) => sum + one.found, 0)).toBe(36)
  }, 120_000)
})
