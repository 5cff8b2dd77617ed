import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryBazarr } from "../../../adapters/memory/bazarr.ts"
import { layer as memoryNotifier } from "../../../adapters/memory/notifier.ts"
import { layer as releaseNames } from "../../../adapters/memory/release_names.ts"
import { layer as ledger } from "../../../adapters/memory/subtitle_ledger.ts"
import { layer as reader } from "../../../adapters/memory/subtitle_reader.ts"
import { memoryDisk } from "../../../adapters/memory/subtitle_shelf.ts"
import { layer as noSync } from "../../../adapters/memory/subtitle_sync.ts"
import { layer as textLanguage } from "../../../adapters/memory/text_language.ts"
import { doWork } from "../../../core/jobs/do_work.ts"
import { runJobs } from "../../../core/jobs/run_jobs.ts"
import { JobQueue, ProviderQuota, type SubtitleSource, SubtitleSources } from "../../../core/ports/mod.ts"
import { beginSweep } from "../../../core/sweep/change_sweep.ts"
import { listSweeps, runSweepsForEver } from "../../../core/sweep/run_sweeps.ts"
import { libraryWorld, section } from "../../support/library_world.ts"
import { film, part, SERVER_ID, subtitle } from "../../support/plex_items.ts"
import { SRT } from "../../support/subtitle_world.ts"

const DAY_MS = 24 * 60 * 60_000
const FILMS = Number(process.env.ONCUE_TEST_FILMS ?? 230)
const QUOTA = 100

/** A provider that has everything and gives so many a day. */
function quotaSource() {
  const had = new Map<number, number>()
  const calls = { searches: 0, refusals: 0 }
  const source: SubtitleSource = {
    id: "quota",
    name: "Quota",
    test: () => Effect.succeed({ told: "it answers", downloads: null }),
    unsuited: () => Effect.succeed(null),
    search: ({ languages, release }) =>
      Effect.sync(() => {
        calls.searches += 1
        return languages.map((language) => ({
          provider: "quota",
          id: release.names[0] ?? "",
          language,
          forced: false,
          hearingImpaired: false,
          releases: release.names.slice(0, 1),
          matchedBy: ["imdb"] as const,
          season: null,
          episode: null,
          seasonPack: false,
          frameRate: null,
          machineTranslated: false,
          trusted: true,
          downloads: 1,
          uploader: null,
          fileName: null,
          handle: "",
        }))
      }),
    fetch: () =>
      Effect.gen(function* () {
        const nowMs = yield* Clock.currentTimeMillis
        const day = Math.floor(nowMs / DAY_MS)
        const used = had.get(day) ?? 0
        if (used >= QUOTA) {
          calls.refusals += 1
          const detail = `${used} of ${QUOTA} used`
          return yield* new ProviderQuota({ provider: "Quota", detail, untilMs: (day + 1) * DAY_MS })
        }
        had.set(day, used + 1)
        return { _tag: "File", bytes: new TextEncoder().encode(SRT), fileName: "a.srt" } as const
      }),
  }
  return { source, had, calls }
}

function world() {
  const disk = memoryDisk()
  const made = libraryWorld({ disk, settings: { general: { use_plex: true } } })
  const { attic } = made
  attic.sections.push(section("1", "movie", ["/films"]))
  const keyOf = new Map<string, string>()
  for (let n = 0; n < FILMS; n++) {
    const file = `/films/Film ${n}/Film ${n}.mkv`
    disk.files.set(file, { bytes: new Uint8Array(1), modifiedMs: 0 })
    keyOf.set(`/films/Film ${n}`, String(n))
    const ref = { serverId: SERVER_ID, ratingKey: String(n) }
    attic.items.set(String(n), film({ ref, title: `Film ${n}` }, [part(file, { id: `p${n}` })]))
  }
  // A scan of a folder lists the sidecar that lies there.
  attic.onCall = (call) =>
    Effect.sync(() => {
      const folder = /^scan 1 (.+)$/.exec(call)?.[1]
      const key = folder === undefined ? undefined : keyOf.get(folder)
      const item = key === undefined ? undefined : attic.items.get(key)
      if (
        item === undefined ||
        ![...disk.files.keys()].some((path) => path.startsWith(`${folder}/`) && path.endsWith(".en.srt"))
      )
        return
      const streams = [subtitle({ id: `s${key}`, key: `/library/streams/s${key}` })]
      attic.items.set(key!, {
        ...item,
        versions: [{ ...item.versions[0]!, parts: [{ ...item.versions[0]!.parts[0]!, streams }] }],
      })
    })
  const { calls, had, source } = quotaSource()
  const ports = Layer.mergeAll(
    made.ports,
    memoryNotifier(),
    memoryBazarr(),
    noSync(),
    releaseNames,
    ledger,
    reader,
    textLanguage,
    Layer.succeed(SubtitleSources, [source]),
  )
  const written = () => [...disk.files.keys()].filter((path) => path.endsWith(".en.srt")).length
  return { ...made, ports, had, calls, written }
}

/** How long nothing happens: until a quota is renewed and a search is due again, or for a second while somebody works. */
const idleMs = Effect.fnUntraced(function* (untilMs: number | null) {
  const queue = yield* JobQueue
  const nowMs = yield* Clock.currentTimeMillis
  const jobs = yield* queue.list({ states: ["waiting", "running"], limit: 100 })
  const next = Math.min(...jobs.map((job) => (job.state === "running" ? nowMs : job.notBeforeMs)))
  const free = untilMs ?? (jobs.length === 0 ? nowMs : next)
  return Math.max(1_000, Math.min(free, next) - nowMs)
})

describe("a sweep over many days", () => {
  it.effect(
    `brings ${FILMS} films their subtitles with ${QUOTA} downloads a day, interrupted on the way`,
    () => {
      const { attic, calls, had, ports, written } = world()
      return Effect.gen(function* () {
        const begin = Effect.forkChild(
          Effect.all([runJobs(doWork), runSweepsForEver()], { concurrency: "unbounded", discard: true }),
        )
        yield* beginSweep(SERVER_ID, "1")
        let workers = yield* begin
        let restarts = 0
        for (let step = 0; step < 200_000; step++) {
          const [sweep] = yield* listSweeps()
          const { running, waiting } = yield* (yield* JobQueue).counts
          if (sweep?.state === "done" && running + waiting === 0) break
          yield* TestClock.adjust(yield* idleMs(sweep?.waiting?.untilMs ?? null))
          if (restarts < 3 && (sweep?.looked ?? 0) > ((restarts + 1) * FILMS) / 4) {
            restarts += 1
            yield* Fiber.interrupt(workers)
            workers = yield* begin
          }
        }
        yield* Fiber.interrupt(workers)
        const [sweep] = yield* listSweeps()
        assert.deepInclude(sweep, { state: "done", looked: FILMS, missing: FILMS })
        assert.strictEqual(written(), FILMS)
        assert.strictEqual(
          [...had.values()].reduce((sum, one) => sum + one, 0),
          FILMS,
          "each was fetched once",
        )
        assert.isAtMost(Math.max(...had.values()), QUOTA)
        assert.isAtMost(had.size, Math.ceil(FILMS / QUOTA) + 1, "and no day was wasted")
        if (process.env.ONCUE_TEST_FILMS !== undefined)
          console.log({ days: had.size, restarts, ...calls, pmsChanges: attic.calls.length })
      }).pipe(Effect.provide(ports))
    },
    300_000 + FILMS * 200,
  )
})
