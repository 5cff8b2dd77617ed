import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Database, database } from "../../../adapters/sqlite/_database.ts"
import { type JobQueueOptions, layer as jobQueue } from "../../../adapters/sqlite/job_queue.ts"
import { layer as journal } from "../../../adapters/sqlite/journal.ts"
import { layer as pinStore } from "../../../adapters/sqlite/pin_store.ts"
import { layer as stateStore } from "../../../adapters/sqlite/state_store.ts"
import { PinId } from "../../../core/auth/pin.ts"
import { JobQueue, Journal, PinStore, StateStore } from "../../../core/ports/mod.ts"
import { aJob } from "../../contracts/job_queue.ts"
import { tempFolder } from "../../support/temp_folder.ts"

const everything = (options: JobQueueOptions) =>
  Layer.mergeAll(
    jobQueue(options),
    journal(options),
    pinStore(options),
    stateStore(options),
    database(options),
  )

type Everything = JobQueue | Journal | PinStore | StateStore | Database

/** Runs a program as a process of its own would: opens the database, and closes it at the end. */
const process_ = <A, E>(options: JobQueueOptions, program: Effect.Effect<A, E, Everything>) =>
  Effect.scoped(Effect.provide(program, everything(options), { local: true }))

const newFile = Effect.map(tempFolder, (folder) => join(folder, "state", "oncue.db"))
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
const asidesOf = (file: string) =>
  readdirSync(dirname(file)).filter((name) => name.startsWith(`${basename(file)}.damaged-`))

/** A file with `count` jobs, an entry of the journal and a fact. */
const filled = Effect.fnUntraced(function* (file: string, count: number) {
  yield* process_(
    { file },
    Effect.gen(function* () {
      const queue = yield* JobQueue
      yield* queue.offer(Array.from({ length: count }, (_, n) => aJob(`job ${n}`)))
      yield* Journal.use((journal) => journal.write({ kind: "system", text: "Started" }))
      yield* StateStore.use((store) => store.put("a/b", { c: 1 }))
    }),
  )
})

describe("sqlite database, over time", () => {
  it.effect("layer() finds everything again that was there when the process ended", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      const pin = {
        id: PinId.make("1"),
        code: "abcd",
        strong: true,
        stateToken: "s",
        clientIdentifier: "c",
        createdAtMs: 0,
        checkedAtMs: 0,
        polledAtMs: 0,
        status: { _tag: "Waiting" },
      } as const
      const sighting = { key: "s", windowMs: 60_000 }
      yield* process_(
        { file },
        Effect.gen(function* () {
          const queue = yield* JobQueue
          yield* queue.offer([aJob("waits", { sighting, notBeforeMs: 9_000 }), aJob("runs", { priority: 0 })])
          yield* queue.take
          yield* PinStore.use((store) => store.save(pin))
          yield* StateStore.use((store) => store.put("a/b", [1]))
          yield* Journal.use((journal) => journal.write({ kind: "system", text: "written at the very end" }))
        }),
      )
      yield* process_(
        { file },
        Effect.gen(function* () {
          const queue = yield* JobQueue
          assert.deepStrictEqual(
            (yield* queue.list({ limit: 9 })).map(({ key, state, attempts }) => [key, state, attempts]),
            [
              ["runs", "waiting", 1],
              ["waits", "waiting", 0],
            ],
          )
          assert.strictEqual((yield* queue.counts).waiting, 2)
          assert.strictEqual((yield* queue.offer([aJob("other", { sighting })]))[0]?.outcome, "seen")
          assert.deepInclude(yield* queue.take, { key: "runs", attempts: 2 })
          const later = yield* Effect.forkChild(queue.take)
          yield* TestClock.adjust(9_000)
          assert.strictEqual((yield* Fiber.join(later)).key, "waits")
          assert.deepStrictEqual(yield* PinStore.use((store) => store.all), [pin])
          assert.deepStrictEqual(yield* StateStore.use((store) => store.get("a/b")), [1])
          const entries = yield* Journal.use((journal) => journal.read({ limit: 9 }))
          assert.strictEqual(entries[0]?.text, "written at the very end")
        }),
      )
    }),
  )

  it.effect("layer() makes a dead letter of a job whose work this version cannot read", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* filled(file, 2)
      const db = new DatabaseSync(file)
      db.exec(`UPDATE job SET work = '{"_tag":"Paint"}' WHERE id = 1`)
      db.close()
      yield* process_(
        { file },
        Effect.gen(function* () {
          const queue = yield* JobQueue
          assert.strictEqual((yield* queue.take).id, 2)
          assert.deepInclude(yield* queue.counts, { failed: 1, running: 1, waiting: 0 })
        }),
      )
    }),
  )

  it.effect("layer() refuses a file that a later version made, and leaves it as it is", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* filled(file, 1)
      const db = new DatabaseSync(file)
      db.exec("PRAGMA user_version = 99")
      db.close()
      const before = readFileSync(file)
      const failure = yield* Effect.flip(process_({ file }, Effect.void))
      assert.deepInclude(failure, { _tag: "StoreUnavailable", fault: "newer" })
      assert.isTrue(readFileSync(file).equals(before))
      assert.deepStrictEqual(asidesOf(file), [])
    }),
  )
})

describe("sqlite database, its file", () => {
  it.effect(
    "layer() makes the folder and the files for their owner only, and mends the mode of an older one",
    () =>
      Effect.gen(function* () {
        const file = yield* newFile
        const look = Effect.gen(function* () {
          yield* JobQueue.use((queue) => queue.offer([aJob("a")]))
          assert.strictEqual(modeOf(dirname(file)), "700")
          for (const name of readdirSync(dirname(file)))
            assert.strictEqual(modeOf(join(dirname(file), name)), "600")
          assert.include(readdirSync(dirname(file)), "oncue.db-wal")
        })
        yield* process_({ file }, look)
        assert.deepStrictEqual(readdirSync(dirname(file)), ["oncue.db"])
        yield* Effect.promise(() => import("node:fs/promises").then(({ chmod }) => chmod(file, 0o644)))
        yield* process_({ file }, look)
      }),
  )

  it.effect("layer() says so when another process uses the file", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      const second = process_({ file, lockWaitMs: 50 }, Effect.void)
      const failure = yield* process_({ file }, Effect.flip(second))
      assert.deepInclude(failure, { _tag: "StoreUnavailable", fault: "locked" })
      assert.match(failure.message, /^Cannot use the database: another process uses it/)
      yield* second
    }),
  )

  it.effect("layer() says so when the folder cannot be used", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      writeFileSync(join(folder, "state"), "a file, not a folder")
      const failure = yield* Effect.flip(process_({ file: join(folder, "state", "oncue.db") }, Effect.void))
      assert.strictEqual(failure._tag, "StoreUnavailable")
      const other = yield* Effect.flip(process_({ file: folder }, Effect.void))
      assert.strictEqual(other._tag, "StoreUnavailable")
    }),
  )

  it.effect.skipIf(process.getuid?.() === 0)("layer() says so when the folder is read-only", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      yield* Effect.promise(() => import("node:fs/promises").then(({ chmod }) => chmod(folder, 0o500)))
      const failure = yield* Effect.flip(process_({ file: join(folder, "oncue.db") }, Effect.void))
      assert.deepInclude(failure, { _tag: "StoreUnavailable", fault: "read_only" })
    }),
  )
})

describe("sqlite database, full", () => {
  it.effect("offer() fails whole when the disk is full, and everything that was taken is still there", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* process_(
        { file, bytesMax: 400 * 1024 },
        Effect.gen(function* () {
          const queue = yield* JobQueue
          const state = yield* StateStore
          let kept = 0
          const fill = Effect.gen(function* () {
            yield* queue.offer(Array.from({ length: 20 }, (_, n) => aJob(`${kept}/${n}`)))
            kept += 20
          }).pipe(Effect.forever)
          assert.deepInclude(yield* Effect.flip(fill), { _tag: "StoreUnavailable", fault: "full" })
          assert.isAbove(kept, 100)
          assert.strictEqual((yield* queue.counts).waiting, kept)
          assert.strictEqual(
            (yield* queue.list({ limit: 500, states: ["waiting"] })).length,
            Math.min(kept, 500),
          )
          const journal = yield* Journal
          yield* Effect.forEach(Array.from({ length: 200 }), () =>
            journal.write({ kind: "system", text: "x".repeat(1_000) }),
          )
          assert.deepStrictEqual(yield* journal.read({ limit: 1 }), [])
          assert.isNull(yield* state.get("a"))
        }),
      )
      yield* process_(
        { file },
        Effect.gen(function* () {
          const queue = yield* JobQueue
          const [offered] = yield* queue.offer([aJob("there is room again")])
          assert.strictEqual(offered?.outcome, "added")
        }),
      )
    }),
  )
})

describe("sqlite database, commits", () => {
  it.effect("write() commits what arrives in one turn of the event loop together", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* process_(
        { file },
        Effect.gen(function* () {
          const [queue, db] = [yield* JobQueue, yield* Database]
          const before = db.commits()
          yield* Effect.forEach(
            Array.from({ length: 50 }, (_, n) => `${n}`),
            (key) => queue.offer([aJob(key)]),
            { concurrency: "unbounded" },
          )
          assert.strictEqual(db.commits() - before, 1)
          yield* queue.offer([aJob("alone")])
          assert.strictEqual(db.commits() - before, 2)
        }),
      )
    }),
  )

  it.effect("write() of one that fails keeps those beside it, and nothing of its own", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* process_(
        { file },
        Effect.gen(function* () {
          const db = yield* Database
          const put = db.prepare("INSERT INTO state (key, value) VALUES (?, '1')")
          const writes = [["a"], ["b", "b"], ["c"], ["d", null], ["e"]].map((keys) =>
            Effect.exit(db.write("power", () => keys.forEach((key) => void put.run(key)))),
          )
          const exits = yield* Effect.all(writes, { concurrency: "unbounded" })
          assert.deepStrictEqual(
            exits.map((exit) => Exit.isSuccess(exit)),
            [true, false, true, false, true],
          )
          const store = yield* StateStore
          assert.deepStrictEqual(
            (yield* store.list("")).map(({ key }) => key),
            ["a", "c", "e"],
          )
        }),
      )
    }),
  )

  it.effect("write() of code that throws is a defect of its own, and no failure of the store", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* process_(
        { file },
        Effect.gen(function* () {
          const db = yield* Database
          const broken = db.write("power", () => {
            throw new TypeError("a bug")
          })
          const [exit, beside] = yield* Effect.all([Effect.exit(broken), db.write("power", () => 7)], {
            concurrency: "unbounded",
          })
          assert.isTrue(Exit.hasDies(exit))
          assert.strictEqual(beside, 7)
        }),
      )
    }),
  )

  it.effect("write() waits for the disk when the change must survive a power cut, and only then", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* process_(
        { file },
        Effect.gen(function* () {
          const [queue, journal, db] = [yield* JobQueue, yield* Journal, yield* Database]
          const before = db.syncs()
          yield* queue.offer([aJob("a")])
          assert.strictEqual(db.syncs() - before, 1)
          yield* journal.write({ kind: "system", text: "t" })
          yield* journal.read({ limit: 1 })
          assert.strictEqual(db.syncs() - before, 1)
          yield* Effect.all([journal.write({ kind: "system", text: "t" }), queue.offer([aJob("b")])], {
            concurrency: "unbounded",
          })
          assert.strictEqual(db.syncs() - before, 2)
        }),
      )
    }),
  )

  it.effect("condition tells what a commit costs", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      const condition = yield* process_(
        { file },
        Effect.flatten(JobQueue.use((q) => Effect.succeed(q.condition))),
      )
      assert.deepInclude(condition, { durable: true, setAside: null })
      assert.isAbove(condition.commitMs ?? 0, 0)
    }),
  )

  it.effect("write() fails when the database was closed", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      const queue = yield* process_(
        { file },
        Effect.map(JobQueue, (queue) => queue),
      )
      assert.strictEqual((yield* Effect.flip(queue.counts))._tag, "StoreUnavailable")
    }),
  )
})

describe("sqlite database, damaged", () => {
  const damages: ReadonlyArray<readonly [string, number, (file: string) => void]> = [
    [
      "is no database at all",
      0,
      (file) => writeFileSync(file, "# this was a YAML file once\n".repeat(1_000)),
    ],
    [
      "has lost its end",
      100,
      (file) => truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096),
    ],
    [
      "has garbage in the middle",
      100,
      (file) => {
        const bytes = readFileSync(file)
        for (let page = 20; page < 30; page++) bytes.fill(0xa5, page * 4096, (page + 1) * 4096)
        writeFileSync(file, bytes)
      },
    ],
  ]
  for (const [how, savedMin, damage] of damages) {
    it.effect(`layer() sets a file aside that ${how}, and goes on with what can be read`, () =>
      Effect.gen(function* () {
        const file = yield* newFile
        yield* filled(file, 800)
        damage(file)
        const damaged = readFileSync(file)
        yield* TestClock.setTime(Date.UTC(2026, 0, 2, 3, 4, 5))
        yield* process_(
          { file },
          Effect.gen(function* () {
            const queue = yield* JobQueue
            const aside = `${file}.damaged-2026-01-02T03-04-05`
            assert.strictEqual((yield* queue.condition).setAside, aside)
            assert.isTrue(readFileSync(aside).equals(damaged))
            assert.strictEqual(modeOf(aside), "600")
            const { waiting } = yield* queue.counts
            assert.isAtLeast(waiting, savedMin)
            if (waiting > 0) {
              const job = yield* queue.take
              assert.strictEqual(job.key, `job ${job.id - 1}`)
            }
            assert.strictEqual((yield* queue.offer([aJob("new")]))[0]?.outcome, "added")
          }),
        )
        yield* process_(
          { file },
          Effect.gen(function* () {
            const queue = yield* JobQueue
            assert.isNull((yield* queue.condition).setAside)
            assert.strictEqual((yield* queue.list({ limit: 1 }))[0]?.key, "new")
          }),
        )
        assert.strictEqual(asidesOf(file).length, 1)
      }),
    )
  }

  it.effect("layer() saves everything from a file in which only an index is damaged", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* filled(file, 300)
      const db = new DatabaseSync(file, { defensive: false })
      db.exec("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'job_due'")
      db.close()
      yield* process_(
        { file },
        Effect.gen(function* () {
          const queue = yield* JobQueue
          assert.isNotNull((yield* queue.condition).setAside)
          assert.strictEqual((yield* queue.counts).waiting, 300)
          assert.deepStrictEqual(yield* StateStore.use((store) => store.get("a/b")), { c: 1 })
          assert.strictEqual((yield* Journal.use((journal) => journal.read({ limit: 9 }))).length, 1)
        }),
      )
    }),
  )
})
