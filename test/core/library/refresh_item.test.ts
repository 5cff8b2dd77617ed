import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { memoryServer, layer as plexLibrary, plexWorld } from "../../../adapters/memory/plex_library.ts"
import { layer as memorySettings } from "../../../adapters/memory/settings_store.ts"
import { layer as memoryState } from "../../../adapters/memory/state_store.ts"
import { type RefreshRequest, refreshItem } from "../../../core/library/refresh_item.ts"
import { describeOutcome, type Expectation } from "../../../core/library/refresh_outcome.ts"
import { type RefreshStage, SECTION_SCAN_EVERY_MS } from "../../../core/library/refresh_plan.ts"
import type { MediaItem } from "../../../core/media/media_item.ts"
import { partsOf } from "../../../core/media/media_item.ts"
import { PlexForbidden, PlexLibrary, PlexUnreachable, StateStore } from "../../../core/ports/mod.ts"
import type { ServerAccess } from "../../../core/servers/server.ts"
import type { SettingsPatch } from "../../../core/settings/settings.ts"
import {
  EPISODE_FILE,
  episode,
  film,
  part,
  SERVER_ID,
  SINTEL_FILE,
  subtitle,
} from "../../support/plex_items.ts"

const ON: SettingsPatch = { plex: { update_movie_library: true, update_series_library: true } }
const OFF: SettingsPatch = { plex: { update_movie_library: false, update_series_library: false } }
const SECTIONS = ["1", "2"].map((id) => ({
  id,
  uuid: `u-${id}`,
  title: `Library ${id}`,
  type: "movie" as const,
  agent: "",
  scanner: "",
  language: "",
  updatedAt: 0,
  createdAt: 0,
  locations: [],
}))

const withStream = (item: MediaItem): MediaItem => ({
  ...item,
  versions: item.versions.map((version) => ({
    ...version,
    parts: version.parts.map((one) => ({ ...one, streams: [subtitle()] })),
  })),
})
const anySubtitle: Expectation = (item) =>
  partsOf(item)
    .flatMap((one) => one.streams)
    .find((one) => one.type === "subtitle") ?? null

/** The call after which a server at this stage lists what lies beside the file. */
const callOf = (stage: RefreshStage, item: MediaItem): string => {
  const folder = partsOf(item)[0]!.file!.replace(/\/[^/]+$/, "")
  switch (stage) {
    case "read":
      return `read ${item.ref.ratingKey}`
    case "folder_scan":
      return `scan ${item.sectionId} ${folder}`
    case "item_refresh":
      return `refresh ${item.ref.ratingKey}`
    case "section_scan":
      return `scan ${item.sectionId}`
  }
}

interface Given {
  readonly works: RefreshStage | "never"
  readonly item?: MediaItem
  readonly settings?: SettingsPatch
  readonly delayMs?: number
}

/** A server on which one stage works, and a refresh on it; time runs by itself. */
const world = ({ works, item = film(), settings = ON, delayMs = 0 }: Given) => {
  const home = memoryServer({ machineIdentifier: SERVER_ID })
  home.sections = SECTIONS
  home.items.set(item.ref.ratingKey, item)
  home.onCall = (call) =>
    works !== "never" && call === callOf(works, item)
      ? Effect.sleep(delayMs).pipe(
          Effect.andThen(Effect.sync(() => void home.items.set(item.ref.ratingKey, withStream(item)))),
          (listing) => (delayMs === 0 ? listing : Effect.asVoid(Effect.forkDetach(listing))),
        )
      : Effect.void
  const access: ServerAccess = {
    uri: "http://192.168.1.50:32400",
    machineIdentifier: SERVER_ID,
    fingerprint: null,
    token: home.server.accessToken!,
  }
  const ports = Layer.mergeAll(
    plexLibrary(plexWorld({ servers: [home] })),
    memorySettings({ settings }),
    memoryState,
  )
  const refresh = (more: Partial<RefreshRequest> = {}) =>
    passing(refreshItem({ access, ratingKey: item.ref.ratingKey, expect: anySubtitle, item, ...more }))
  const forgetStream = Effect.sync(() => {
    home.items.set(item.ref.ratingKey, item)
    home.calls.length = 0
  })
  return { home, access, ports, refresh, forgetStream, item }
}

/** Runs a program while the clock goes on, a tenth of a second at a time. */
const passing = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    for (let turn = 0; turn < 5_000 && fiber.pollUnsafe() === undefined; turn += 1)
      yield* TestClock.adjust("100 millis")
    return yield* Fiber.join(fiber)
  })

describe("refreshItem()", () => {
  for (const [works, tried, calls] of [
    ["read", ["read"], 0],
    ["folder_scan", ["read", "folder_scan"], 1],
    ["item_refresh", ["read", "folder_scan", "item_refresh"], 2],
    ["section_scan", ["read", "folder_scan", "item_refresh", "section_scan"], 3],
  ] as const) {
    for (const item of [film(), episode()]) {
      it.effect(`finds out that ${works} works for a ${item.kind}, and begins with it the next time`, () => {
        const { refresh, ports, home, forgetStream } = world({ works, item })
        return Effect.gen(function* () {
          const cold = yield* refresh()
          assert.strictEqual(cold.listed, "listed")
          assert.strictEqual(cold.stage, works)
          assert.deepStrictEqual(cold.tried, tried)
          assert.strictEqual(cold.calls, calls)
          yield* forgetStream
          yield* TestClock.adjust(SECTION_SCAN_EVERY_MS)
          const warm = yield* refresh()
          assert.deepStrictEqual(warm.tried, [works])
          assert.isAtMost(warm.calls, 1)
          assert.deepStrictEqual(home.calls, [callOf(works, item)])
        }).pipe(Effect.provide(ports))
      })
    }
  }

  it.effect("waits for a server that takes its time", () => {
    const { refresh, ports } = world({ works: "folder_scan", delayMs: 5_000 })
    return Effect.gen(function* () {
      const outcome = yield* refresh()
      assert.strictEqual(outcome.stage, "folder_scan")
      assert.isAtLeast(outcome.elapsedMs, 5_000)
      assert.isBelow(outcome.elapsedMs, 8_400)
    }).pipe(Effect.provide(ports))
  })

  it.effect("ends in a bounded time when nothing helps, and says what was tried", () => {
    const { refresh, ports } = world({ works: "never" })
    return Effect.gen(function* () {
      const outcome = yield* refresh()
      assert.strictEqual(outcome.listed, "not_listed")
      assert.strictEqual(outcome.stage, null)
      assert.deepStrictEqual(outcome.tried, ["read", "folder_scan", "item_refresh", "section_scan"])
      assert.isBelow(outcome.elapsedMs, 60_000)
      assert.include(describeOutcome(outcome), "does not list the subtitle")
    }).pipe(Effect.provide(ports))
  })

  it.effect("leaves the library alone unless the option is on, or somebody asked", () => {
    const { refresh, ports, home } = world({ works: "folder_scan", settings: OFF })
    return Effect.gen(function* () {
      const outcome = yield* refresh()
      assert.strictEqual(outcome.listed, "not_listed")
      assert.deepStrictEqual(home.calls, ["read 1001"])
      assert.include(describeOutcome(outcome), 'the option "Update Movie Library" is off')
      assert.strictEqual((yield* refresh({ asked: true })).stage, "folder_scan")
    }).pipe(Effect.provide(ports))
  })

  it.effect("obeys the option of its own kind", () => {
    const { refresh, ports } = world({
      works: "folder_scan",
      item: episode(),
      settings: { plex: { update_movie_library: true, update_series_library: false } },
    })
    return Effect.gen(function* () {
      assert.strictEqual((yield* refresh()).listed, "not_listed")
    }).pipe(Effect.provide(ports))
  })

  it.effect("scans a whole library at most once in its interval", () => {
    const { refresh, ports, home, forgetStream } = world({ works: "section_scan" })
    return Effect.gen(function* () {
      yield* refresh()
      yield* forgetStream
      const soon = yield* refresh()
      assert.strictEqual(soon.listed, "not_listed")
      assert.deepStrictEqual(home.calls, [])
      assert.include(soon.skipped[0], "scanned lately")
    }).pipe(Effect.provide(ports))
  })

  it.effect("lets several files of one folder share a scan", () => {
    const { ports, home, access, item } = world({ works: "folder_scan", item: episode() })
    const others = ["2014", "2015"].map((ratingKey) => ({
      ...item,
      ref: { ...item.ref, ratingKey },
      versions: episode({}, [part(EPISODE_FILE.replace("S01E03", `S01E${ratingKey}`))]).versions,
    }))
    const all = [item, ...others]
    for (const one of all) home.items.set(one.ref.ratingKey, one)
    home.onCall = (call) =>
      Effect.sync(() => {
        if (call.startsWith("scan")) for (const one of all) home.items.set(one.ref.ratingKey, withStream(one))
      })
    return Effect.gen(function* () {
      const outcomes = yield* passing(
        Effect.forEach(
          all,
          (one) => refreshItem({ access, ratingKey: one.ref.ratingKey, expect: anySubtitle, item: one }),
          { concurrency: "unbounded" },
        ),
      )
      assert.deepStrictEqual(
        outcomes.map((one) => one.listed),
        ["listed", "listed", "listed"],
      )
      assert.strictEqual(home.calls.filter((call) => call.startsWith("scan")).length, 1)
    }).pipe(Effect.provide(ports))
  })

  it.effect("lets jobs of the same instant share a scan, also with a store that takes its time", () => {
    const { ports, home, access, item } = world({ works: "folder_scan", item: episode() })
    const all = ["2013", "2014", "2015"].map((ratingKey) => ({ ...item, ref: { ...item.ref, ratingKey } }))
    for (const one of all) home.items.set(one.ref.ratingKey, one)
    home.onCall = (call) =>
      Effect.sync(() => {
        if (call.startsWith("scan")) for (const one of all) home.items.set(one.ref.ratingKey, withStream(one))
      })
    const slow = Layer.effect(
      StateStore,
      Effect.map(StateStore, (store) => ({
        get: (key: string) => Effect.tap(store.get(key), Effect.sleep(10)),
        put: (key: string, value: unknown) => Effect.tap(store.put(key, value), Effect.sleep(10)),
        update: (key: string, change: (value: unknown) => unknown) =>
          Effect.tap(store.update(key, change), Effect.sleep(10)),
        list: store.list,
      })),
    ).pipe(Layer.provide(ports))
    return Effect.gen(function* () {
      const refreshed = Effect.forEach(
        all,
        (one) => refreshItem({ access, ratingKey: one.ref.ratingKey, expect: anySubtitle, item: one }),
        { concurrency: "unbounded" },
      )
      const outcomes = yield* passing(refreshed)
      assert.deepStrictEqual(new Set(outcomes.map((one) => one.listed)), new Set(["listed"]))
      assert.strictEqual(home.calls.filter((call) => call.startsWith("scan")).length, 1)
    }).pipe(Effect.provide(Layer.merge(ports, slow)))
  })

  it.effect(
    "reads the item itself when the caller has not, and that is one call when reading is enough",
    () => {
      const { refresh, ports, home } = world({ works: "read" })
      return Effect.gen(function* () {
        const outcome = yield* refresh({ item: null })
        assert.strictEqual(outcome.listed, "listed")
        assert.strictEqual(outcome.reads, 1)
        assert.deepStrictEqual(home.calls, ["read 1001"])
      }).pipe(Effect.provide(ports))
    },
  )

  it.effect("asks without verifying when nothing is expected", () => {
    const { refresh, ports, home } = world({ works: "folder_scan" })
    return Effect.gen(function* () {
      const outcome = yield* refresh({ expect: null })
      assert.strictEqual(outcome.listed, "unknown")
      assert.deepStrictEqual(home.calls, ["read 1001", `scan 1 ${SINTEL_FILE.replace(/\/[^/]+$/, "")}`])
    }).pipe(Effect.provide(ports))
  })

  it.effect("leaves out the scan of a folder that the server does not show", () => {
    const { refresh, ports, home } = world({ works: "item_refresh", item: film({}, [part(null)]) })
    home.onCall = (call) =>
      Effect.sync(() => {
        if (call === "refresh 1001") home.items.set("1001", withStream(film({}, [part(null)])))
      })
    return Effect.gen(function* () {
      const outcome = yield* refresh()
      assert.strictEqual(outcome.stage, "item_refresh")
      assert.include(outcome.skipped[0], "does not show where the file is")
    }).pipe(Effect.provide(ports))
  })

  it.effect("goes on to the next stage when the server forbids one", () => {
    const { refresh, ports } = world({ works: "item_refresh" })
    const forbidding = Layer.effect(
      PlexLibrary,
      Effect.map(PlexLibrary, (library) => ({
        ...library,
        scan: () => Effect.fail(new PlexForbidden({ where: "Attic", what: "scan" })),
      })),
    ).pipe(Layer.provide(ports))
    return Effect.gen(function* () {
      const outcome = yield* refresh()
      assert.strictEqual(outcome.stage, "item_refresh")
      assert.deepStrictEqual(outcome.skipped, ["Attic does not allow this token to scan"])
    }).pipe(Effect.provide(Layer.merge(ports, forbidding)))
  })

  it.effect("costs one time-out when the server is silent, and fails with it", () => {
    const { refresh, ports, home } = world({ works: "read" })
    home.addresses.set("http://192.168.1.50:32400", { answers: "silent", latencyMs: 0 })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(refresh())
      assert.instanceOf(error, PlexUnreachable)
      assert.strictEqual(yield* Effect.clockWith((clock) => clock.currentTimeMillis), 10_000)
    }).pipe(Effect.provide(ports))
  })

  it.effect("fails when the item is gone", () => {
    const { refresh, ports } = world({ works: "read" })
    return Effect.gen(function* () {
      const exit = yield* Effect.exit(refresh({ ratingKey: "404", item: null }))
      assert.isTrue(Exit.isFailure(exit))
    }).pipe(Effect.provide(ports))
  })
})
