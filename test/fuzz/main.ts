import { startSimulator } from "../simulator/mod.ts"
import { numberOption } from "../support/random.ts"
import { fuzz } from "./fuzz.ts"

/** `npm run fuzz -- --seed 1 --requests 20000`: the same seed sends the same requests. */

const seed = numberOption("seed", 1)
const requests = numberOption("requests", 20_000)
const simulator = await startSimulator()
const begun = performance.now()
const report = await fuzz({
  simulator,
  seed,
  requests,
  progress: (done) => console.log(`${done} requests, ${Math.round((performance.now() - begun) / 1_000)} s`),
})
await simulator.close()
console.log(`Seed ${seed}: ${report.sent} requests to ${report.operations} operations.`)
console.log(`Answers by status: ${JSON.stringify(report.statuses)}`)
for (const { problem, request } of report.problems.slice(0, 50)) console.log(`\n${problem}\n  ${request}`)
console.log(report.problems.length === 0 ? "Nothing was wrong." : `\n${report.problems.length} problems.`)
process.exit(report.problems.length === 0 ? 0 : 1)
