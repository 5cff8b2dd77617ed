import { afterAll, describe, expect, it } from "vitest"
import { type Footprint, growth, soak } from "../soak/soak.ts"
import { killServers } from "../support/server_process.ts"

afterAll(killServers)

describe("a long life (npm run soak is the long form)", () => {
  it("costs no more the second time, and forgets what is too old", async () => {
    const report = await soak({ days: 3, eventsPerDay: 4, seed: 3 })
    expect(report.problems).toEqual([])
    expect(report.events).toBe(24)
    expect(report.first.jobs).toBeGreaterThanOrEqual(12)
    expect(report.quiet.jobs).toBeLessThan(report.first.jobs)
  }, 900_000)

  it("growth() names whatever is more than it may be", () => {
    const small: Footprint = {
      heapBytes: 1,
      handles: 1,
      databaseBytes: 100,
      logBytes: 1,
      jobs: 0,
      entries: 0,
    }
    const large: Footprint = {
      heapBytes: 1e9,
      handles: 99,
      databaseBytes: 1e9,
      logBytes: 1e9,
      jobs: 999,
      entries: 999,
    }
    expect(growth({ first: small, quiet: small, second: small })).toEqual([])
    expect(growth({ first: small, quiet: large, second: large })).toHaveLength(6)
  })
})
