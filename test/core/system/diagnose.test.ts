import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { MemoryAddress } from "../../../adapters/memory/_plex_world.ts"
import { memoryBazarr } from "../../../adapters/memory/bazarr.ts"
import type { MemoryInstance } from "../../../adapters/memory/media_catalog.ts"
import { memoryDisk } from "../../../adapters/memory/subtitle_shelf.ts"
import { PlexUnreachable, SettingsStore, SettingsUnreadable, StateStore } from "../../../core/ports/mod.ts"
import { discoveredKey } from "../../../core/servers/known_servers.ts"
import type { Check, CheckId } from "../../../core/system/check.ts"
import { diagnose } from "../../../core/system/diagnose.ts"
import { passing, section } from "../../support/library_world.ts"
import { connection } from "../../support/plex_core.ts"
import { SERVER_ID } from "../../support/plex_items.ts"
import { systemWorld } from "../../support/system_world.ts"

/** What the first server of the world is called. */
const NAME = SERVER_ID.slice(0, 6)
const ON = { general: { use_plex: true } } as const
const run = passing(Stream.runCollect(diagnose()))
const states = (checks: Iterable<Check>, id: CheckId) =>
  [...checks].filter((one) => one.id === id).map((one) => one.state)

describe("diagnose()", () => {
  it.effect("says of each part whether it works, and what to do where it does not", () => {
    const world = systemWorld({ settings: ON })
    world.attic.sections = [section("1", "movie", ["/data/films"])]
    world.den.addresses.clear()
    return Effect.gen(function* () {
      const checks = yield* run
      assert.deepStrictEqual(states(checks, "token"), ["ok"])
      assert.deepStrictEqual(states(checks, "server").sort(), ["bad", "ok"])
      assert.deepStrictEqual(states(checks, "libraries").sort(), ["ok", "skipped"])
      assert.deepStrictEqual(states(checks, "folders"), ["warn"])
      assert.deepStrictEqual(states(checks, "arr"), ["skipped"])
      assert.deepStrictEqual(states(checks, "providers"), ["ok", "ok"])
      for (const one of checks) {
        assert.notStrictEqual(one.text, "")
        if (one.state === "bad" || one.state === "warn") assert.isNotNull(one.advice, one.text)
      }
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("says that config.yaml was edited into something that is not used", () => {
    const world = systemWorld({ settings: ON })
    return Effect.gen(function* () {
      const store = yield* SettingsStore
      const error = new SettingsUnreadable({ file: "config.yaml", line: 4, key: null, expected: "a mapping" })
      const checks = yield* passing(
        Stream.runCollect(diagnose()).pipe(
          Effect.provideService(SettingsStore, { ...store, rejected: Effect.succeed(error) }),
        ),
      )
      const found = [...checks].find((one) => one.id === "settings")
      assert.deepInclude(found, { state: "bad" })
      assert.include(found?.text ?? "", "config.yaml:4")
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("asks the Bazarr that searches, and no provider then", () => {
    const bazarr = memoryBazarr()
    const oncue = {
      mode: "bazarr",
      bazarr_url: bazarr.url,
      bazarr_apikey: Redacted.make(bazarr.apiKey),
    } as const
    const checked = (settings: object) =>
      run.pipe(
        Effect.map((checks) =>
          [...checks]
            .filter(({ id }) => id === "bazarr" || id === "providers")
            .map(({ id, state }) => `${id} ${state}`),
        ),
        Effect.provide(systemWorld({ settings: { ...ON, oncue: settings } }, bazarr).ports),
      )
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* checked(oncue), ["bazarr ok", "providers skipped"])
      const wrong = { ...oncue, bazarr_apikey: Redacted.make("another") }
      assert.deepStrictEqual(yield* checked(wrong), ["bazarr bad", "providers skipped"])
      assert.deepStrictEqual(yield* checked({ ...oncue, bazarr_url: "" }), [
        "bazarr bad",
        "providers skipped",
      ])
      assert.deepStrictEqual(yield* checked({}), ["providers ok", "providers ok"])
    })
  })

  it.effect("begins with the server that is missing where none is chosen", () => {
    const world = systemWorld({ settings: { ...ON, oncue: { servers: [] } } })
    return Effect.gen(function* () {
      const [first] = yield* run
      assert.deepInclude(first, { id: "server", state: "bad", text: "No server is chosen" })
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("tests every address, and tells a refused certificate from a name that does not resolve", () => {
    const world = systemWorld({ settings: ON })
    const { addresses, server } = world.attic
    const told = (id: CheckId) =>
      Effect.map(run, (checks) => [...checks].find((one) => one.id === id && one.about === NAME))
    const listed = (uri: string, answers: MemoryAddress["answers"]) =>
      Effect.gen(function* () {
        addresses.set(uri, { answers, latencyMs: 7 })
        yield* StateStore.use((state) =>
          state.put(discoveredKey(server.machineIdentifier), [connection(uri)]),
        )
      })
    return Effect.gen(function* () {
      assert.deepInclude(yield* told("certificate"), { state: "skipped" })
      assert.isUndefined(yield* told("dns"))

      const refused = { fault: "tls", reason: "the certificate has expired", fingerprint: null } as const
      yield* listed("https://plex.example:32400", refused)
      const certificate = yield* told("certificate")
      assert.deepInclude(certificate, { state: "warn" })
      assert.include(certificate?.text, "plex.example:32400: the certificate has expired")
      assert.include((yield* told("addresses"))?.text, "1 of 2 addresses answer, the best is local, http")

      yield* listed("https://plex.example:32400", { ...refused, fault: "dns", reason: "no such name" })
      assert.deepInclude(yield* told("dns"), { state: "warn" })

      yield* listed("https://192-168-1-50.0123456789abcdef0123456789abcdef.plex.direct:32400", "server")
      assert.deepInclude(yield* told("certificate"), { state: "ok" })
      assert.deepInclude(yield* told("dns"), { state: "ok" })

      addresses.clear()
      const lost = yield* told("addresses")
      assert.deepInclude(lost, { state: "bad" })
      assert.include(lost?.text, "None of its 2 addresses answers (")
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("tells a silent plex.tv from a missing sign-in", () => {
    const signedOut = { plex: { token: Redacted.make(""), apikey: Redacted.make("") } }
    const world = systemWorld({ settings: { ...ON, ...signedOut } })
    return Effect.gen(function* () {
      const here = yield* run
      assert.deepStrictEqual([states(here, "plextv"), states(here, "token")], [["ok"], ["bad"]])
      world.world.outage = new PlexUnreachable({
        where: "https://plex.tv",
        fault: "dns",
        status: null,
        retryAfterSeconds: null,
        detail: "the name does not resolve",
      })
      assert.deepStrictEqual(states(yield* run, "plextv"), ["warn"])
    }).pipe(Effect.provide(world.ports))
  })

  it.effect("looks whether the folders of Radarr are here", () => {
    const radarr: MemoryInstance = {
      url: "http://radarr:7878",
      apiKey: "key-of-radarr",
      status: { appName: "Radarr", version: "6.1.0", instanceName: "Radarr" },
      rootFolders: ["/movies", "/nowhere"],
      films: [],
      series: [],
      episodes: [],
      fault: null,
      calls: [],
    }
    const disk = memoryDisk()
    disk.files.set("/data/films/A (2001)/A.mkv", { bytes: new Uint8Array(), modifiedMs: 0 })
    const world = systemWorld({
      disk,
      instances: [radarr],
      settings: {
        general: { use_plex: true, use_radarr: true, path_mappings_movie: [["/movies", "/data/films"]] },
        radarr: { ip: "radarr", apikey: Redacted.make(radarr.apiKey) },
      },
    })
    return Effect.gen(function* () {
      const checks = [...(yield* run)].filter(({ id }) => id === "paths")
      assert.deepStrictEqual(
        checks.map(({ state }) => state),
        ["ok", "warn"],
      )
      assert.strictEqual(checks[0]?.text, "/movies, here /data/films is there, and can be written")
    }).pipe(Effect.provide(world.ports))
  })
})
