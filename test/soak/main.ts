import { numberOption } from "../support/random.ts"
import { soak } from "./soak.ts"

/** `npm run soak -- --days 30 --events 30`: events a day. */

const begun = performance.now()
const { events, problems } = await soak({
  days: numberOption("days", 30),
  eventsPerDay: numberOption("events", 30),
  seed: numberOption("seed", 1),
  progress: (text) =>
    console.log(`${String(Math.round((performance.now() - begun) / 1_000)).padStart(5)} s  ${text}`),
})
console.log(`${events} events.`)
for (const problem of problems) console.log(`- ${problem}`)
console.log(problems.length === 0 ? "Nothing has grown beyond its bound." : `${problems.length} problems.`)
process.exit(problems.length === 0 ? 0 : 1)
