/** The server as it is, on a disk and with a clock that whoever started the process can tamper with. */

import { readConfig } from "../../app/config.ts"
import { startServer } from "../../app/startup.ts"
import { fullDisk } from "./full_disk.ts"
import { movedClock } from "./moved_clock.ts"
import { receiveTampering } from "./tampering.ts"

const time = movedClock()
receiveTampering(time, fullDisk())

const started = await startServer(readConfig(process.argv.slice(2), process.env), {
  terminal: (line) => console.log(line),
  clock: time.clock,
})
if (started._tag === "Refused") {
  console.error(started.reason)
  process.exit(1)
}
process.once("SIGTERM", () => void started.stop().then(() => process.exit(0)))
