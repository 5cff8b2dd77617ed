import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryLedger } from "../../../adapters/memory/subtitle_ledger.ts"
import { layer as memoryReader } from "../../../adapters/memory/subtitle_reader.ts"
import { type MemoryDisk, memoryDisk } from "../../../adapters/memory/subtitle_shelf.ts"
import { INTENTION_KEPT_MS, INTENTION_OLD_MS } from "../../../core/placed/intention.ts"
import type { PlacedSubtitle } from "../../../core/placed/placed.ts"
import { intendPlacing, recordPlaced } from "../../../core/placed/record_placed.ts"
import { refuseSubtitle } from "../../../core/placed/refuse_subtitle.ts"
import { returnSubtitle } from "../../../core/placed/return_subtitle.ts"
import { settleIntentions, settleLeftOver } from "../../../core/placed/settle_intentions.ts"
import { JobQueue, Journal, SubtitleLedger, SubtitleShelf } from "../../../core/ports/mod.ts"
import { placeSubtitle } from "../../../core/subtitles/place_subtitle.ts"
import type { WantedFile } from "../../../core/subtitles/wanted_file.ts"
import { retimeSubtitle, undoRetiming } from "../../../core/timing/retime_subtitle.ts"
import { libraryWorld } from "../../support/library_world.ts"
import { film } from "../../support/plex_items.ts"
import { candidate, filmQuery } from "../../support/subtitle_queries.ts"
import { SRT, VIDEO } from "../../support/subtitle_world.ts"

const FOLDER = VIDEO.slice(0, VIDEO.lastIndexOf("/") + 1)
const PLAIN = "Sintel (2010).en.srt"
const OLD = SRT
const NEW = SRT.replace("Hello there", "Hello, better world")
const utf8 = (text: string) => new TextEncoder().encode(text)
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

const file: WantedFile = {
  part: film().versions[0]?.parts[0] ?? null,
  release: filmQuery({ path: VIDEO }).release,
  piece: null,
  mediaId: null,
}

/** Places a subtitle as a search or an upgrade does, and remembers it. */
const place = (text: string, instead: PlacedSubtitle | null, hearingImpaired = false) =>
  Effect.gen(function* () {
    const placing = { item: film(), file, jobId: 7, reports: [], instead }
    const one = candidate({ id: `of ${text.length}`, provider: "subdl", hearingImpaired })
    const scored = { candidate: one, score: instead === null ? 66 : 90, parts: [], rejected: null }
    const read = { text, format: "srt", encoding: "utf-8", fileName: null, frameRate: null } as const
    const placement = yield* placeSubtitle({
      candidate: one,
      text: read as never,
      videoPath: VIDEO,
      mediaId: null,
      replacing: instead?.file ?? null,
      item: null,
      remember: (planned) => intendPlacing(placing)({ candidate: one, scored }, planned),
    })
    return yield* recordPlaced(placing, { scored, candidate: one, placement, text: read as never })
  })

const world = () => {
  const disk = memoryDisk()
  disk.files.set(VIDEO, { bytes: new Uint8Array(10), modifiedMs: 0 })
  const made = libraryWorld({ disk, settings: { general: { use_plex: true } } })
  made.add(made.attic, film())
  return { disk, ports: Layer.mergeAll(made.ports, memoryLedger, memoryReader) }
}

/** The process ends at this step of what touches files or remembers something: before it, or in its midst. */
const killing = (disk: MemoryDisk, at: number) =>
  Effect.gen(function* () {
    const ledger = yield* SubtitleLedger
    const shelf = yield* SubtitleShelf
    let steps = 0
    const step = <A, E>(made: Effect.Effect<A, E>, half: () => void = () => {}) =>
      Effect.suspend(() => {
        steps += 1
        if (steps === Math.ceil(at)) {
          if (at % 1 !== 0) half()
          return Effect.die("killed")
        }
        return made
      })
    /** The copy is made, and what it was made for is not. */
    const keep = (path: string, id: string | undefined) => () => {
      const known = disk.files.get(path)
      if (known !== undefined && id !== undefined)
        disk.backups.set(id, { id, path, atMs: 0, bytes: known.bytes })
    }
    const mortalLedger = SubtitleLedger.of({
      ...ledger,
      add: (record) => step(ledger.add(record)),
      update: (id, change) => step(ledger.update(id, change)),
      refuse: (refusal) => step(ledger.refuse(refusal)),
      intend: (intention) => step(ledger.intend(intention)),
      settle: (id, outcome) => step(ledger.settle(id, outcome)),
    })
    const mortalShelf = SubtitleShelf.of({
      ...shelf,
      write: (video, name, bytes, options) =>
        step(shelf.write(video, name, bytes, options), keep(FOLDER + name, options.backupId)),
      restore: (id, options) =>
        step(shelf.restore(id, options), keep(disk.backups.get(id)?.path ?? "", options?.backupId)),
      remove: (video, name, options) =>
        step(shelf.remove(video, name, options), keep(FOLDER + name, options?.backupId)),
    })
    return {
      steps: () => steps,
      run: <A, E, R>(program: Effect.Effect<A, E, R>) =>
        program.pipe(
          Effect.provideService(SubtitleLedger, mortalLedger),
          Effect.provideService(SubtitleShelf, mortalShelf),
        ),
    }
  })

const besides = (disk: MemoryDisk) =>
  [...disk.files]
    .filter(([path]) => path !== VIDEO)
    .map(([path, { bytes }]) => `${path.slice(FOLDER.length)} ${digestOf(bytes)}`)
    .sort()

const records = SubtitleLedger.use((ledger) => ledger.list({ limit: 100 }))

/** What is beside the video is exactly what is remembered to be there, and what was is kept where that is remembered. */
const consistent = (disk: MemoryDisk) =>
  Effect.gen(function* () {
    const all = yield* records
    const placed = all.filter(({ state }) => state === "placed")
    assert.deepStrictEqual(placed.map((one) => `${one.file?.name} ${one.file?.digest}`).sort(), besides(disk))
    for (const one of all.filter(({ backup, state }) => state !== "placed" && backup !== null)) {
      const kept = disk.backups.get(one.backup ?? "")
      assert.strictEqual(kept === undefined ? "nothing" : digestOf(kept.bytes), one.file?.digest)
    }
    assert.isTrue(all.every(({ state }) => state !== "foreign"))
    assert.deepStrictEqual(yield* SubtitleLedger.use((ledger) => ledger.intentions), [])
    return placed
  })

/** Nothing that was ever there is lost: it is in place or in the backups. */
const isKept = (disk: MemoryDisk, text: string) => {
  const digest = digestOf(utf8(text))
  return [...disk.files.values(), ...disk.backups.values()].some(({ bytes }) => digestOf(bytes) === digest)
}

const only = Effect.map(records, ([newest]) => newest!)
const first = place(OLD, null)
const upgraded = Effect.andThen(
  first,
  Effect.flatMap(only, (record) => place(NEW, record)),
)
const upgradedAside = Effect.andThen(
  first,
  Effect.flatMap(only, (record) => place(NEW, record, true)),
)

type Ports = Layer.Success<ReturnType<typeof world>["ports"]>

/** What is done, after what was done before it. */
const SCENES: Readonly<
  Record<
    string,
    readonly [before: Effect.Effect<unknown, unknown, Ports>, change: Effect.Effect<unknown, unknown, Ports>]
  >
> = {
  "a first subtitle": [Effect.void, first],
  "an upgrade in place": [first, Effect.flatMap(only, (record) => place(NEW, record))],
  "an upgrade under another name": [first, Effect.flatMap(only, (record) => place(NEW, record, true))],
  "the return in place": [upgraded, Effect.asVoid(Effect.flatMap(only, ({ id }) => returnSubtitle(id)))],
  "the return to another name": [
    upgradedAside,
    Effect.asVoid(Effect.flatMap(only, ({ id }) => returnSubtitle(id))),
  ],
  "a refusal": [first, Effect.asVoid(Effect.flatMap(only, ({ id }) => refuseSubtitle(id)))],
  "other times": [first, Effect.flatMap(only, ({ id }) => retimeSubtitle(id, { ratio: 1, offsetMs: 500 }))],
  "its own times again": [
    Effect.andThen(
      first,
      Effect.flatMap(only, ({ id }) => retimeSubtitle(id, { ratio: 1, offsetMs: 500 })),
    ),
    Effect.flatMap(only, ({ id }) => undoRetiming(id)),
  ],
}

describe("a process that is ended in the midst of a change", () => {
  for (const [name, [before, change]] of Object.entries(SCENES)) {
    it.effect(`remembers ${name} exactly where it was done, whenever that is`, () =>
      Effect.gen(function* () {
        const whole = world()
        const steps = yield* Effect.gen(function* () {
          yield* before
          const { run, steps } = yield* killing(whole.disk, Number.POSITIVE_INFINITY)
          yield* run(change)
          yield* consistent(whole.disk)
          return steps()
        }).pipe(Effect.provide(whole.ports))
        assert.isAtLeast(steps, 3)
        const outcomes = new Set<string>()
        for (let at = 1; at <= steps; at += 0.5) {
          const { disk, ports } = world()
          yield* Effect.gen(function* () {
            yield* before
            const { run } = yield* killing(disk, at)
            const exit = yield* Effect.exit(run(change))
            assert.strictEqual(exit._tag, at > steps ? "Success" : "Failure")
            yield* settleLeftOver(0)
            yield* consistent(disk)
            outcomes.add(besides(disk).join())
            if (before !== Effect.void) assert.isTrue(isKept(disk, OLD))
          }).pipe(Effect.provide(ports))
        }
        // Some ends come before the change and some after it.
        assert.strictEqual(outcomes.size, 2)
      }),
    )
  }

  it.effect("goes back from an upgrade that was written and not remembered", () => {
    const { disk, ports } = world()
    return Effect.gen(function* () {
      yield* first
      const record = yield* only
      const { run } = yield* killing(disk, 3)
      assert.strictEqual((yield* Effect.exit(run(place(NEW, record))))._tag, "Failure")
      assert.deepStrictEqual(besides(disk), [`${PLAIN} ${digestOf(utf8(NEW))}`])
      yield* settleLeftOver(0)
      const [placed] = yield* consistent(disk)
      assert.strictEqual(placed?.replaces, record.id)
      yield* returnSubtitle(placed?.id ?? 0)
      yield* consistent(disk)
      assert.deepStrictEqual(besides(disk), [`${PLAIN} ${digestOf(utf8(OLD))}`])
      const told = yield* Journal.use((journal) => journal.read({ limit: 10 }))
      assert.isTrue(told.some(({ text }) => text.startsWith(`${PLAIN} was changed just before`)))
      const jobs = yield* JobQueue.use((queue) => queue.list({ limit: 10 }))
      assert.deepInclude(
        jobs.map(({ work }) => work._tag),
        "RefreshItem",
      )
    }).pipe(Effect.provide(ports))
  })
})

describe("settleIntentions()", () => {
  const cutShort = (disk: MemoryDisk) =>
    Effect.gen(function* () {
      const { run } = yield* killing(disk, 3)
      yield* Effect.exit(run(first))
    })
  const open = Effect.map(
    SubtitleLedger.use((ledger) => ledger.intentions),
    (all) => all.length,
  )

  it.effect("leaves what is being done alone, and what is another item's", () => {
    const { disk, ports } = world()
    return Effect.gen(function* () {
      yield* cutShort(disk)
      yield* settleIntentions(INTENTION_OLD_MS, null)
      assert.strictEqual(yield* open, 1)
      yield* TestClock.adjust(INTENTION_OLD_MS)
      yield* settleIntentions(INTENTION_OLD_MS, { serverId: film().ref.serverId, ratingKey: "other" })
      assert.strictEqual(yield* open, 1)
      yield* settleIntentions(INTENTION_OLD_MS, film().ref)
      yield* consistent(disk)
    }).pipe(Effect.provide(ports))
  })

  it.effect("keeps it open while the disk is away, and gives it up with the backups", () => {
    const { disk, ports } = world()
    return Effect.gen(function* () {
      yield* cutShort(disk)
      disk.refusals.set(FOLDER.slice(0, -1), "not_readable")
      yield* settleLeftOver(0)
      assert.strictEqual(yield* open, 1)
      disk.refusals.clear()
      yield* settleLeftOver(0)
      yield* consistent(disk)
      disk.files.delete(FOLDER + PLAIN)
      yield* cutShort(disk)
      disk.files.delete(VIDEO)
      yield* TestClock.adjust(INTENTION_KEPT_MS)
      yield* settleLeftOver(0)
      assert.strictEqual(yield* open, 0)
    }).pipe(Effect.provide(ports))
  })

  it.effect("never takes somebody else's file for ours, also when it says the same", () => {
    const { disk, ports } = world()
    return Effect.gen(function* () {
      disk.files.set(FOLDER + PLAIN, { bytes: utf8(OLD), modifiedMs: 0 })
      const error = yield* Effect.flip(first)
      assert.strictEqual(error._tag, "ShelfOccupied")
      yield* settleLeftOver(0)
      assert.deepStrictEqual(yield* records, [])
    }).pipe(Effect.provide(ports))
  })

  it.effect("drops what could not be done", () => {
    const { disk, ports } = world()
    return Effect.gen(function* () {
      yield* first
      const record = yield* only
      disk.files.set(FOLDER + PLAIN, { bytes: utf8("somebody else's"), modifiedMs: 0 })
      assert.strictEqual((yield* Effect.flip(place(NEW, record)))._tag, "ShelfChanged")
      assert.strictEqual(yield* open, 0)
    }).pipe(Effect.provide(ports))
  })
})
