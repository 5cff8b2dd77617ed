/**
 * Prints what a sweep of 5,000 films costs within a quota of 100 a day, killed with -9 on the way and gone on with. The
 * server's clock is put forward whenever it only waits; everything else is as it is.
 */

import { killServers } from "../support/server_process.ts"
import { runSweepUntilDone } from "../support/sweep_run.ts"

const films = Number(process.argv[2] ?? 5_000)
const quota = Number(process.argv[3] ?? 100)
try {
  const run = await runSweepUntilDone({
    films,
    quota,
    killsAt: [0.1, 0.5, 0.9],
    log: (line) => console.log(line),
  })
  const { sweeps, waited, ...figures } = run
  console.log(JSON.stringify(figures, null, 2))
  console.log(
    JSON.stringify(sweeps.map(({ found, looked, missing, title }) => ({ title, looked, missing, found }))),
  )
  console.log(`waited for: ${waited.slice(0, 3).join("; ")} (${waited.length} reasons)`)
} finally {
  killServers()
}
