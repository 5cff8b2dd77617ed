import { type AppConfig, readConfig, UsageError } from "./config.ts"
import { startServer } from "./startup.ts"

/** The server. Everything it does is in `startup.ts`; here are only the arguments, the signals and the exit code. */

/** How long, in milliseconds, the process may take to stop after a signal before it is ended. */
const STOP_MS = 5_000

function configOrExit(): AppConfig {
  try {
    return readConfig(process.argv.slice(2), process.env)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`Cannot start: ${error.message}`)
    process.exit(2)
  }
}

const server = await startServer(configOrExit(), { terminal: (line) => console.log(line) })
if (server._tag === "Refused") {
  console.error(`Cannot start: ${server.reason}`)
  process.exit(1)
}

let stopping = false
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(130)
    stopping = true
    setTimeout(() => {
      console.error("Ended after 5 s: something did not stop in time")
      process.exit(1)
    }, STOP_MS).unref()
    void server.stop().then(() => process.exit(0))
  })
}
