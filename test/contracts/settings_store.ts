import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import {
  BACKUPS_MAX,
  type SettingsEvent,
  SettingsStore,
  type SettingsUnreadable,
} from "../../core/ports/settings_store.ts"
import { ServerEntry } from "../../core/settings/records.ts"
import { DEFAULT_SETTINGS, type SettingsPatch } from "../../core/settings/settings.ts"

const server = ServerEntry.make({
  machine_id: "c0ffee",
  name: "Attic",
  url: "http://10.0.0.5:32400",
  local: true,
  token: Redacted.make("server token"),
  connections: ["http://10.0.0.5:32400"],
  manual: [],
  fingerprint: "",
  libraries: ["1", "2"],
})

/** Values that a text file could mistake for something else. */
const TRICKY: SettingsPatch = {
  general: { instance_name: "yes", base_url: "/0123", path_mappings: [["/a: b", "C:\\Media"]] },
  auth: { apikey: Redacted.make("00000000000000000000000000000000"), username: "0123", type: "null" },
  plex: {
    port: 32_401,
    ssl: true,
    apikey: Redacted.make("12345678901234567890"),
    username: "Zoë 'the # one'",
    email: "1:30",
    user_id: "1e5",
    movie_library: ["On", "2001", "- dash", "Movies, old", "日本"],
    series_library_ids: ["1", "02"],
    migration_timestamp: "2026-11-24",
    server_name: "line\nbreak",
  },
  oncue: {
    servers: [server],
    languages: [
      {
        name: "Default",
        languages: [{ language: "no", forced: "avoid", hearing_impaired: "prefer", unless_audio: true }],
        cutoff: "",
        libraries: [],
      },
    ],
  },
}

/** What every SettingsStore owes. The layer begins with a new installation, each test with its own. */
export function settingsStoreContract(
  name: string,
  layer: Layer.Layer<SettingsStore, SettingsUnreadable>,
): void {
  const test = (title: string, body: Effect.Effect<void, unknown, SettingsStore>) =>
    it.effect(title, () => Effect.provide(body, layer))

  describe(`SettingsStore: ${name}`, () => {
    test(
      "current is the default of every key at first",
      Effect.gen(function* () {
        const store = yield* SettingsStore
        assert.deepStrictEqual(yield* store.current, DEFAULT_SETTINGS)
        assert.deepStrictEqual(yield* store.warnings, [])
        assert.isNull(yield* store.rejected)
        assert.deepStrictEqual(yield* store.backups, [])
      }),
    )

    test(
      "update() answers and keeps the values of the patch and leaves the others",
      Effect.gen(function* () {
        const store = yield* SettingsStore
        const answered = yield* store.update(() => TRICKY)
        for (const settings of [answered, yield* store.current]) {
          assert.strictEqual(Redacted.value(settings.auth.apikey), "00000000000000000000000000000000")
          assert.strictEqual(Redacted.value(settings.plex.apikey), "12345678901234567890")
          assert.strictEqual(settings.plex.username, "Zoë 'the # one'")
          assert.deepStrictEqual(settings.plex.movie_library, TRICKY.plex?.movie_library)
          assert.deepStrictEqual(settings.general.path_mappings, [["/a: b", "C:\\Media"]])
          assert.deepStrictEqual(settings.oncue.languages, TRICKY.oncue?.languages)
          assert.strictEqual(settings.oncue.servers[0]?.machine_id, "c0ffee")
          assert.strictEqual(settings.general.port, DEFAULT_SETTINGS.general.port)
        }
      }),
    )

    test(
      "update() shows each change what the one before it did, however many come at once",
      Effect.gen(function* () {
        const store = yield* SettingsStore
        const one = store.update((now) => ({
          plex: {
            movie_library_ids: [...now.plex.movie_library_ids, String(now.plex.movie_library_ids.length)],
          },
        }))
        yield* Effect.all(
          Array.from({ length: 20 }, () => one),
          { concurrency: "unbounded" },
        )
        const { plex } = yield* store.current
        assert.deepStrictEqual(
          plex.movie_library_ids,
          Array.from({ length: 20 }, (_, index) => String(index)),
        )
      }),
    )

    test(
      "update() edits a list of servers in place: one changed, one added, the order turned, all removed",
      Effect.gen(function* () {
        const store = yield* SettingsStore
        const other = { ...server, machine_id: "beef", url: "http://10.0.0.6:32400" }
        const lists = [
          [server],
          [{ ...server, libraries: ["3"] }],
          [{ ...server, libraries: ["3"] }, other],
          [other, { ...server, libraries: [], token: Redacted.make("new") }],
          [other],
          [],
          [server, other],
        ]
        for (const servers of lists) {
          yield* store.update(() => ({ oncue: { servers } }))
          const now = (yield* store.current).oncue.servers
          assert.deepStrictEqual(
            now.map((entry) => ({ ...entry, token: Redacted.value(entry.token) })),
            servers.map((entry) => ({ ...entry, token: Redacted.value(entry.token) })),
          )
        }
      }),
    )

    test(
      "events tells the keys that changed, and nothing when nothing did",
      Effect.gen(function* () {
        const store = yield* SettingsStore
        const heard = yield* Effect.forkChild(store.events.pipe(Stream.take(2), Stream.runCollect), {
          startImmediately: true,
        })
        yield* store.update(() => ({ plex: { port: 1 } }))
        yield* store.update((now) => ({ plex: { port: now.plex.port } }))
        yield* store.update(() => ({ plex: { port: 1, ip: "10.0.0.1" } }))
        const events: ReadonlyArray<SettingsEvent> = yield* Fiber.join(heard)
        assert.deepStrictEqual(
          events.map((event) => (event._tag === "Changed" ? [event.by, ...event.keys] : event._tag)),
          [
            ["us", "plex.port"],
            ["us", "plex.ip"],
          ],
        )
      }),
    )

    test(
      "restore() brings back what backup() kept, and keeps what it replaces",
      Effect.gen(function* () {
        const store = yield* SettingsStore
        yield* store.update(() => ({ plex: { ip: "10.0.0.1" } }))
        const backup = yield* store.backup("migration")
        assert.strictEqual(backup.reason, "migration")
        yield* TestClock.adjust("1 second")
        yield* store.update(() => ({ plex: { ip: "10.0.0.2" } }))
        const restored = yield* store.restore(backup.id)
        assert.strictEqual(restored.plex.ip, "10.0.0.1")
        assert.strictEqual((yield* store.current).plex.ip, "10.0.0.1")
        const [newest, ...older] = yield* store.backups
        assert.deepStrictEqual(
          older.map((one) => one.id),
          [backup.id],
        )
        const again = yield* store.restore(newest?.id ?? "")
        assert.strictEqual(again.plex.ip, "10.0.0.2")
      }),
    )

    test(
      "backups keeps the newest ones, newest first",
      Effect.gen(function* () {
        const store = yield* SettingsStore
        yield* store.update(() => ({ plex: { ip: "10.0.0.1" } }))
        const made: Array<string> = []
        for (let number = 0; number < BACKUPS_MAX + 2; number++) {
          if (number > 3) yield* TestClock.adjust("1 millis")
          made.unshift((yield* store.backup(`number ${number}`)).id)
        }
        const listed = (yield* store.backups).map((one) => one.id)
        assert.deepStrictEqual(listed, made.slice(0, BACKUPS_MAX))
      }),
    )

    test(
      "restore() fails with BackupUnknown for a name it did not give",
      Effect.gen(function* () {
        const store = yield* SettingsStore
        for (const id of ["", "nothing", "../config.yaml", "/etc/passwd"]) {
          const error = yield* Effect.flip(store.restore(id))
          assert.strictEqual(error._tag, "BackupUnknown")
        }
      }),
    )
  })
}
