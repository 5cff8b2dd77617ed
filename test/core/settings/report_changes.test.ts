import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { layer as memoryJournal } from "../../../adapters/memory/journal.ts"
import { layer as stateStore } from "../../../adapters/memory/state_store.ts"
import { Journal, type SettingsEvent, SettingsStore, SettingsUnreadable } from "../../../core/ports/mod.ts"
import { editText, reportChanges } from "../../../core/settings/report_changes.ts"
import { applyPatch, DEFAULT_SETTINGS } from "../../../core/settings/settings.ts"

describe("editText()", () => {
  it("names the keys, the number of those beyond eight, and what waits for a restart", () => {
    assert.strictEqual(editText(["plex.ip", "plex.port"]), "config.yaml was edited: plex.ip, plex.port")
    const many = Array.from({ length: 10 }, (_, index) => `oncue.key_${index}`)
    assert.match(editText(many), /oncue\.key_7 and 2 more$/)
    assert.match(editText(["general.port"]), /general\.port; general\.port will count after a restart$/)
  })
})

describe("reportChanges()", () => {
  it.effect("tells of edits by hand and of files that cannot be read, and hands on every change", () =>
    Effect.gen(function* () {
      const settings = applyPatch(DEFAULT_SETTINGS, { oncue: { log_level: "DEBUG" } })
      const events: ReadonlyArray<SettingsEvent> = [
        { _tag: "Changed", by: "us", keys: ["plex.token"], settings },
        { _tag: "Changed", by: "hand", keys: ["oncue.log_level"], settings },
        {
          _tag: "Rejected",
          error: new SettingsUnreadable({ file: "config.yaml", line: 3, key: "plex.ip", expected: "x" }),
        },
        { _tag: "Accepted" },
      ]
      const levels: Array<string> = []
      const journal = yield* Layer.build(memoryJournal)
      yield* reportChanges((now) => levels.push(now.oncue.log_level)).pipe(
        Effect.provide(Layer.mock(SettingsStore)({ events: Stream.fromIterable(events) })),
        Effect.provide(journal),
        Effect.provide(stateStore),
      )
      assert.deepStrictEqual(levels, ["DEBUG", "DEBUG"])
      const told = yield* Effect.provide(
        Journal.use((one) => one.read({ limit: 10 })),
        journal,
      )
      assert.deepStrictEqual(
        told.map((entry) => entry.text),
        [
          "config.yaml can be read again and is in force",
          'config.yaml was edited and is not used: Cannot read config.yaml:3 at "plex.ip": x',
          "config.yaml was edited: oncue.log_level",
        ],
      )
    }).pipe(Effect.scoped),
  )
})
