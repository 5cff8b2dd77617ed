import { join } from "node:path"
import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { layer as systemEntropy } from "../../adapters/crypto/entropy.ts"
import { openFork, layer as sealedSecrets } from "../../adapters/crypto/secret_box.ts"
import { layer as memoryJournal } from "../../adapters/memory/journal.ts"
import { layer as bazarrDatabase } from "../../adapters/sqlite/bazarr_database.ts"
import { layer as yamlFiles } from "../../adapters/yaml/settings_file.ts"
import { layer as yamlSettings } from "../../adapters/yaml/settings_store.ts"
import type {
  BazarrDatabase,
  Entropy,
  Journal,
  SecretBox,
  SettingsFile,
  SettingsStore,
} from "../../core/ports/mod.ts"
import type { AppConfig } from "../config.ts"
import { openLog } from "../logging.ts"

/** What there is without the database. */
export type FilePort = BazarrDatabase | Entropy | Journal | SecretBox | SettingsFile | SettingsStore

/**
 * Runs a program on config.yaml, its backups and the sealing key alone, also while a server runs: both keep to the lock
 * of the file, and the server notices the change and tells its journal. Throws an Error with the sentence of what went
 * wrong.
 */
export async function runOnFiles<A>(
  config: AppConfig,
  program: Effect.Effect<A, { readonly message: string }, FilePort>,
): Promise<A> {
  const log = openLog({ level: "WARNING", folder: null, terminal: (line) => console.error(line) })
  const file = join(config.configDir, "config.yaml")
  const ports = Layer.mergeAll(
    systemEntropy,
    sealedSecrets(config.secretKey),
    memoryJournal,
    bazarrDatabase,
    yamlFiles({ file }),
    yamlSettings({
      file,
      backupsDir: join(config.dataDir, "backups", "config"),
      overrides: config.overrides,
      openFork,
    }),
  )
  const runtime = ManagedRuntime.make(Layer.provideMerge(ports, log.layer))
  try {
    const exit = await runtime.runPromiseExit(program)
    if (Exit.isSuccess(exit)) return exit.value
    const error = Cause.squash(exit.cause)
    throw error instanceof Error ? error : new Error(String(error))
  } finally {
    await runtime.dispose()
    await log.close()
  }
}
