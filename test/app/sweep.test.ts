import { afterEach, describe, expect, it } from "vitest"
import { killServers } from "../support/server_process.ts"
import { runSweepUntilDone } from "../support/sweep_run.ts"

afterEach(killServers)

describe("a sweep of the whole server", () => {
  it("keeps within the quota of a provider, says what it waits for, and goes on after kill -9", async () => {
    const run = await runSweepUntilDone({ films: 24, quota: 4, dayMs: 1_000, killsAt: [0.5] })
    expect(run).toMatchObject({ written: 24, listed: 24, fetches: 24 })
    expect(run.mostADay).toBeLessThanOrEqual(4)
    expect(run.waited.some((reason) => reason.startsWith("Quota: "))).toBe(true)
    expect(run.sweeps.reduce((sum, one) => sum + one.looked, 0)).toBe(24)
    expect(run.sweeps.reduce((sum, one) => sum + one.missing, 0)).toBe(24)
    expect(run.sweeps.reduce((sum, one) => sum + one.found, 0)).toBe(24)
  }, 120_000)
})
