import { pageBuilder } from "./build_page.ts"
import { type AppConfig, readConfig, USAGE, UsageError } from "./config.ts"
import { type StartResult, startServer } from "./startup.ts"
import { terminalLines } from "./terminal.ts"

/** The server as a process: arguments, signals and the exit code. Everything it does is in `startup.ts`. */

/** How long, in milliseconds, the process may take to stop after a signal before it is ended. */
const STOP_MS = 5_000

function configOrExit(): AppConfig {
  if (process.argv.slice(2).some((argument) => argument === "--help" || argument === "-h")) {
    console.log(USAGE)
    process.exit(0)
  }
  try {
    return readConfig(process.argv.slice(2), process.env)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`Cannot start: ${error.message}`)
    process.exit(2)
  }
}

/** Runs until a signal ends it; then ends the process. */
export async function serve(): Promise<never> {
  /** Signals count from the first moment on: one that comes during the start ends it as soon as it is done. */
  const stopped = Promise.withResolvers<void>()
  let signals = 0
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      signals += 1
      if (signals > 1) process.exit(130)
      setTimeout(() => {
        console.error(`Ended after ${STOP_MS / 1_000} s: something did not stop in time`)
        process.exit(1)
      }, STOP_MS).unref()
      stopped.resolve()
    })
  }

  let server: StartResult | null = null
  const unread = (reason: string) => {
    if (server?._tag === "Started") server.log.say("WARNING", `Nobody reads the terminal's lines: ${reason}`)
  }
  // Without somebody to tell, what goes wrong at the end is still in the exit code.
  process.stderr.on("error", () => {})

  const page = pageBuilder()
  server = await startServer(configOrExit(), {
    terminal: terminalLines(process.stdout, unread),
    pageBuild: page.state,
  })
  if (server._tag === "Refused") {
    console.error(`Cannot start: ${server.reason}`)
    process.exit(1)
  }

  // Only now that the server answers: a page that is missing or old must not keep it waiting.
  void page.ensure().then((state) => {
    if (state._tag === "Failed") console.error(`The page could not be built. ${state.reason}`)
  })
  await stopped.promise
  await server.stop()
  return process.exit(0)
}
