import { afterAll, describe, expect, it } from "vitest"
import { playInBadWeather } from "../faults/faults.ts"
import { killServers } from "../support/server_process.ts"

afterAll(killServers)

describe("plays in bad weather (npm run faults is the long form)", () => {
  it("all end listed or as a failure with a reason that can be tried again, and leave nothing behind", async () => {
    const report = await playInBadWeather({ seed: 1, plays: 40 })
    expect(report.problems).toEqual([])
    expect(report.acknowledged + report.refused).toBeGreaterThanOrEqual(40)
    expect(report.faultsStruck).toBeGreaterThan(10)
  }, 600_000)
})
