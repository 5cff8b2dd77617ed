import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type { AnyPort } from "../../core/ports/mod.ts"
import { DEFAULT_SETTINGS } from "../../core/settings/settings.ts"
import type { AppConfig } from "../config.ts"
import { everyPort, live } from "../layers.ts"
import { openLog } from "../logging.ts"

/** Runs programs of the core from a terminal, with the same adapters as the server. */
export interface Programs {
  /** The program's answer; throws an Error with the sentence of what went wrong. */
  readonly run: <A>(program: Effect.Effect<A, { readonly message: string }, AnyPort>) => Promise<A>
  readonly close: () => Promise<void>
}

/**
 * Opens the installation that `config` names. Throws when it cannot be opened: above all when a server is running,
 * which has the database for itself.
 */
export async function openPrograms(config: AppConfig): Promise<Programs> {
  const log = openLog({ level: "WARNING", folder: null, terminal: (line) => console.error(line) })
  const wiring = live(config, {
    port: () => null,
    log,
    configuredLevel: () => DEFAULT_SETTINGS.oncue.log_level,
    unwritable: null,
  })
  const runtime = ManagedRuntime.make(Layer.provideMerge(everyPort(wiring), log.layer))
  const run = async <A>(program: Effect.Effect<A, { readonly message: string }, AnyPort>): Promise<A> => {
    const exit = await runtime.runPromiseExit(program)
    if (Exit.isSuccess(exit)) return exit.value
    const error = Cause.squash(exit.cause)
    throw error instanceof Error ? error : new Error(String(error))
  }
  return {
    run,
    close: async () => {
      await runtime.dispose()
      await log.close()
    },
  }
}
