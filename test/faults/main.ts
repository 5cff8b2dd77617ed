import { numberOption } from "../support/random.ts"
import { playInBadWeather } from "./faults.ts"

/** `npm run faults -- --seed 1 --plays 1000`. */

const seed = numberOption("seed", 1)
const plays = numberOption("plays", 1_000)
const begun = performance.now()
const report = await playInBadWeather({
  seed,
  plays,
  progress: (text) =>
    console.log(`${String(Math.round((performance.now() - begun) / 1_000)).padStart(5)} s  ${text}`),
})
const { problems, ...figures } = report
console.log(`Seed ${seed}: ${JSON.stringify(figures)}`)
for (const problem of problems.slice(0, 50)) console.log(`- ${problem}`)
console.log(
  problems.length === 0
    ? "Every play came to its end; nothing was left behind."
    : `${problems.length} problems.`,
)
process.exit(problems.length === 0 ? 0 : 1)
