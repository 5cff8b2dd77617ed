import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as cryptoBox } from "../../../adapters/crypto/secret_box.ts"
import { layer as entropy } from "../../../adapters/memory/entropy.ts"
import { layer as yamlStore } from "../../../adapters/yaml/settings_store.ts"
import { SettingsStore } from "../../../core/ports/mod.ts"
import { rotateKeys } from "../../../core/settings/rotate_keys.ts"
import { storedSecrets } from "../../../core/settings/stored_secrets.ts"
import { openedIn, SIGNING_KEY } from "../../support/settings_world.ts"
import { tempFolder } from "../../support/temp_folder.ts"

const CONFIG = `# mine
plex:
  apikey: .eJwdjDkOgDAQA_-yNcVwhKunp-ADARYJEQ6JFEiIvxNw5_HIt_h90U1qaS67Hk5bp1f3ISCWSE7rfFi_RkJKhiGnoKTC0jMwokzB9POqpw8nUseFMfx5XomsG3c.Qyrpx8Fs5kpmYtd0AvDAb6TUtJE
  apikey_encrypted: true
  encryption_key: ${SIGNING_KEY} # signs
sonarr: {apikey: plain, port: 8989}
oncue:
  servers:
  - machine_id: c0ffee
    token: 'server token'
    note: kept
`

const place = Effect.map(tempFolder, (folder) => {
  const file = join(folder, "config.yaml")
  writeFileSync(file, CONFIG)
  const own = { _tag: "Own", file: join(folder, "secret.key") } as const
  const ports = () =>
    Layer.mergeAll(
      yamlStore({ file, backupsDir: join(folder, "backups"), lookEveryMs: 3_600_000 }),
      cryptoBox(own),
      entropy(String(Math.random())),
    )
  return { file, folder, ports, text: () => readFileSync(file, "utf8") }
})

const secrets = Effect.gen(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  const all = new Map<string, readonly [string, string]>()
  for (const { stored, where } of storedSecrets(settings)) all.set(where, yield* openedIn(stored))
  return Object.fromEntries(all)
})
const SEALED: Readonly<Record<string, readonly [string, string]>> = {
  "plex.apikey": ["sealed", "ExamplePlexToken0001"],
  "sonarr.apikey": ["sealed", "plain"],
  "oncue.servers[c0ffee].token": ["sealed", "server token"],
}

describe("rotateKeys()", () => {
  it.live(
    "seals everything under a new sealing key and a new signing key, and keeps the rest of the file",
    () =>
      Effect.gen(function* () {
        const { ports, text } = yield* place
        const { resealed, unreadable } = yield* Effect.provide(rotateKeys({ makeKey: true }), ports())
        assert.deepStrictEqual([[...resealed].sort(), unreadable], [Object.keys(SEALED).sort(), []])
        assert.deepStrictEqual(yield* Effect.provide(secrets, ports()), SEALED)
        assert.notInclude(text(), SIGNING_KEY)
        for (const kept of ["# mine\n", " # signs\n", "port: 8989}\n", "    note: kept\n"])
          assert.include(text(), kept)
      }).pipe(Effect.scoped),
  )

  it.live("leaves backups from before readable, also after a second rotation", () =>
    Effect.gen(function* () {
      const { ports } = yield* place
      yield* Effect.provide(rotateKeys({ makeKey: true }), ports())
      const { backupId } = yield* Effect.provide(rotateKeys({ makeKey: true }), ports())
      yield* Effect.provide(
        SettingsStore.use((store) => store.restore(backupId)),
        ports(),
      )
      assert.deepStrictEqual(yield* Effect.provide(secrets, ports()), SEALED)
    }).pipe(Effect.scoped),
  )

  it.live("may end anywhere: before the write everything is readable with the old keys", () =>
    Effect.gen(function* () {
      const { ports, text } = yield* place
      const endless = Layer.effect(
        SettingsStore,
        Effect.map(SettingsStore, (store) =>
          SettingsStore.of({
            ...store,
            update: (change) =>
              Effect.flatMap(store.current, (now) =>
                Object.keys(change(now)).length === 0 ? store.current : Effect.die("the process ended"),
              ),
          }),
        ),
      )
      const program = rotateKeys({ makeKey: true }).pipe(Effect.provide(endless), Effect.provide(ports()))
      yield* Effect.exit(program)
      assert.strictEqual(text(), CONFIG)
      const before = yield* Effect.provide(secrets, ports())
      assert.deepStrictEqual(before["plex.apikey"], ["signed", "ExamplePlexToken0001"])
    }).pipe(Effect.scoped),
  )

  it.live("leaves what it cannot open as it is, with the key that may open it one day", () =>
    Effect.gen(function* () {
      const { file, ports, text } = yield* place
      writeFileSync(file, CONFIG.replace("plain", "enc:v1:gAAAAABomyzA"))
      const { resealed, unreadable } = yield* Effect.provide(rotateKeys({ makeKey: true }), ports())
      assert.deepStrictEqual(
        unreadable.map((one) => one.where),
        ["sonarr.apikey"],
      )
      assert.strictEqual(resealed.length, 2)
      assert.include(text(), "apikey: enc:v1:gAAAAABomyzA")
      assert.include(text(), SIGNING_KEY)
    }).pipe(Effect.scoped),
  )
})
