import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { SettingsStore, SettingsUnreadable } from "../../../core/ports/mod.ts"
import type { Check, CheckId } from "../../../core/system/check.ts"
import { diagnose } from "../../../core/system/diagnose.ts"
import { passing, section } from "../../support/library_world.ts"
import { systemWorld } from "../../support/system_world.ts"

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

  it.effect("begins with the server that is missing where none is chosen", () => {
    const world = systemWorld({ settings: { ...ON, oncue: { servers: [] } } })
    return Effect.gen(function* () {
      const [first] = yield* run
      assert.deepInclude(first, { id: "server", state: "bad", text: "No server is chosen" })
    }).pipe(Effect.provide(world.ports))
  })
})
