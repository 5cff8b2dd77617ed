import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { fuzz } from "../fuzz/fuzz.ts"
import { type Simulator, startSimulator } from "../simulator/mod.ts"
import { seeded } from "../support/random.ts"
import { killServers } from "../support/server_process.ts"

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(async () => {
  killServers()
  await simulator.close()
})

describe("requests that nobody would send (npm run fuzz is the long form)", () => {
  it("never end the server, tell a secret, take long, or get an answer that the API document does not declare", async () => {
    const report = await fuzz({ simulator, seed: 20_260, requests: 600 })
    expect(report.problems).toEqual([])
    expect(report.sent).toBe(600)
    // The run is of use only if it gets past the door, and is refused as well.
    expect(report.statuses["200"]).toBeGreaterThan(60)
    expect(report.statuses["400"]).toBeGreaterThan(60)
  }, 300_000)
})

describe("seeded()", () => {
  it("gives the same numbers for the same seed, all of them in range", () => {
    const numbers = (seed: number) => {
      const random = seeded(seed)
      return Array.from({ length: 1_000 }, () => random.below(7))
    }
    expect(numbers(1)).toEqual(numbers(1))
    expect(numbers(1)).not.toEqual(numbers(2))
    expect(new Set(numbers(3))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]))
  })
})
