import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { layer } from "../../adapters/yaml/settings_store.ts"
import { SettingsStore } from "../../core/ports/settings_store.ts"

/** Saves again and again until it is killed: `node settings_writer.ts FILE BACKUPS`. Prints `ready` before the first save. */
const [file = "", backupsDir = ""] = process.argv.slice(2)

const write = Effect.gen(function* () {
  const store = yield* SettingsStore
  for (let turn = 0; ; turn++) {
    yield* store.update(() => ({
      plex: { port: 1 + (turn % 60_000), token: Redacted.make("x".repeat(1 + ((turn * 977) % 50_000))) },
    }))
    if (turn === 0) console.log("ready")
  }
})

await Effect.runPromise(Effect.provide(write, layer({ file, backupsDir })))
