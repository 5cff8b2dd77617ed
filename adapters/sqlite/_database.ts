import { resolve } from "node:path"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { StoreCondition } from "../../core/ports/mod.ts"
import { StoreUnavailable } from "../../core/ports/mod.ts"
import { isStoreFailure, storeUnavailable } from "./_failure.ts"
import { DATABASE_BYTES_MAX, LOCK_WAIT_MS, openDatabase } from "./_file.ts"

/** Steps that may wait for a commit; more are refused. */
const STEPS_WAITING_MAX = 20_000
/** Steps that share one commit, so that the event loop is not held up for long. */
const STEPS_PER_COMMIT_MAX = 500
/** Commits made to learn what one costs. */
const COMMITS_MEASURED = 3

export interface DatabaseOptions {
  /** The path of `oncue.db`. Its folder is made when it is missing. */
  readonly file: string
  /** Largest size of the file; `DATABASE_BYTES_MAX` when left out. */
  readonly bytesMax?: number
  /** How long to wait, in milliseconds, for another process to let go of the file; `LOCK_WAIT_MS` when left out. */
  readonly lockWaitMs?: number
}

/**
 * `power`: the change survives a power cut, which costs an fsync. `process`: it survives the end of the process, however
 * sudden, and a power cut may undo it together with everything of its kind after the last change of the other kind.
 */
export type Survives = "power" | "process"

interface Step {
  readonly survives: Survives
  readonly run: () => unknown
  readonly done: (exit: Exit.Exit<unknown, StoreUnavailable>) => void
}

/** The one connection. Whatever happens in one turn of the event loop shares one transaction, so one commit. */
export class Database extends Context.Service<
  Database,
  {
    readonly prepare: (sql: string) => StatementSync
    /**
     * Runs `run` in the next transaction and answers when that is committed. `run` is synchronous and may be run again
     * when a step beside it fails; if it throws, nothing of it is kept. `committed` is called after the commit, also
     * when nobody waits for the answer any more.
     */
    readonly write: <A>(
      survives: Survives,
      run: () => A,
      committed?: (value: A) => void,
    ) => Effect.Effect<A, StoreUnavailable>
    /** The same for who cannot wait; `done` hears how it went. */
    readonly submit: <A>(
      survives: Survives,
      run: () => A,
      done: (exit: Exit.Exit<A, StoreUnavailable>) => void,
    ) => void
    /** Calls `listener` whenever a transaction was undone, before its steps are tried one by one. */
    readonly onRollback: (listener: () => void) => void
    /** Commits made since the start, for tests. */
    readonly commits: () => number
    readonly condition: StoreCondition
  }
>()("adapters/sqlite/Database") {}

/** Collects steps until the turn of the event loop is over, then runs them all in one transaction. */
class Commits {
  #waiting: Array<Step> = []
  #scheduled = false
  #closed = false
  readonly #db: DatabaseSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #listeners: Array<() => void> = []
  #survives: Survives = "power"
  made = 0

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#begin = db.prepare("BEGIN")
    this.#commit = db.prepare("COMMIT")
  }

  onRollback(listener: () => void): void {
    this.#listeners.push(listener)
  }

  add(step: Step): void {
    if (this.#closed || this.#waiting.length >= STEPS_WAITING_MAX) {
      const reason = this.#closed ? "it is closed" : `${STEPS_WAITING_MAX} changes wait to be written`
      step.done(Exit.fail(new StoreUnavailable({ store: "database", reason, fault: "other" })))
      return
    }
    this.#waiting.push(step)
    this.#schedule()
  }

  close(): void {
    this.#closed = true
    while (this.#waiting.length > 0) this.#flush()
    this.#db.close()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#flush()
    })
  }

  #flush(): void {
    const steps = this.#waiting.splice(0, STEPS_PER_COMMIT_MAX)
    if (steps.length === 0) return
    if (this.#waiting.length > 0) this.#schedule()
    const together = this.#transact(steps)
    if (together._tag === "Success") {
      for (const [index, step] of steps.entries()) step.done(Exit.succeed(together.value[index]))
    } else if (steps.length === 1) {
      steps[0]!.done(together)
    } else {
      for (const step of steps) step.done(Exit.map(this.#transact([step]), ([value]) => value))
    }
  }

  #transact(steps: ReadonlyArray<Step>): Exit.Exit<ReadonlyArray<unknown>, StoreUnavailable> {
    try {
      this.#make(steps.some((step) => step.survives === "power") ? "power" : "process")
      this.#begin.run()
      const values = steps.map((step) => step.run())
      this.#commit.run()
      this.made += 1
      return Exit.succeed(values)
    } catch (cause) {
      this.#rollBack()
      return isStoreFailure(cause) ? Exit.fail(storeUnavailable(cause)) : Exit.die(cause)
    }
  }

  /** In WAL mode `NORMAL` leaves out the fsync at a commit; the next one with it covers all before. */
  #make(survives: Survives): void {
    if (survives === this.#survives) return
    this.#db.exec(`PRAGMA synchronous = ${survives === "power" ? "FULL" : "NORMAL"}`)
    this.#survives = survives
  }

  /** Some failures, a full disk among them, make SQLite roll back by itself. */
  #rollBack(): void {
    try {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK")
      for (const listener of this.#listeners) listener()
    } catch {
      // The database cannot be used at all; every step hears so.
    }
  }
}

/** The median of a few commits, in milliseconds; null when nothing can be written now. */
function measureCommit(db: DatabaseSync): number | null {
  try {
    const change = db.prepare("UPDATE opening SET count = count + 1")
    const times = Array.from({ length: COMMITS_MEASURED }, () => {
      const begun = performance.now()
      change.run()
      return performance.now() - begun
    })
    return times.sort((a, b) => a - b)[COMMITS_MEASURED >> 1]!
  } catch {
    return null
  }
}

const make = Effect.fnUntraced(function* (options: DatabaseOptions) {
  const nowMs = yield* Clock.currentTimeMillis
  const { bytesMax = DATABASE_BYTES_MAX, lockWaitMs = LOCK_WAIT_MS } = options
  const [opened, commits] = yield* Effect.acquireRelease(
    Effect.try({
      try: () => {
        const opened = openDatabase({ file: options.file, bytesMax, lockWaitMs }, nowMs)
        return [opened, new Commits(opened.db)] as const
      },
      catch: storeUnavailable,
    }),
    ([, commits]) => Effect.sync(() => commits.close()),
  )
  const commitMs = measureCommit(opened.db)
  if (opened.damage !== null) {
    const { path, rowsSaved } = opened.damage
    yield* Effect.logError(
      `The database was damaged. It is kept as ${path}; ${rowsSaved} rows of it are in use again`,
    )
  }
  const submit = <A>(
    survives: Survives,
    run: () => A,
    done: (exit: Exit.Exit<A, StoreUnavailable>) => void,
  ) => commits.add({ survives, run, done: done as Step["done"] })
  return Database.of({
    prepare: (sql) => opened.db.prepare(sql),
    submit,
    write: (survives, run, committed) =>
      Effect.callback((resume) =>
        submit(survives, run, (exit) => {
          if (committed !== undefined && Exit.isSuccess(exit)) committed(exit.value)
          resume(exit)
        }),
      ),
    onRollback: (listener) => commits.onRollback(listener),
    commits: () => commits.made,
    condition: { durable: true, commitMs, setAside: opened.damage?.path ?? null },
  })
})

const layers = new Map<string, Layer.Layer<Database, StoreUnavailable>>()

/**
 * The database in `file`. The same options give the same layer, so that the four ports that are kept in it share one
 * connection in whatever they are built into together.
 */
export function database(options: DatabaseOptions): Layer.Layer<Database, StoreUnavailable> {
  const name = JSON.stringify([resolve(options.file), options.bytesMax, options.lockWaitMs])
  const known = layers.get(name)
  if (known !== undefined) return known
  const layer = Layer.effect(Database, make(options))
  layers.set(name, layer)
  return layer
}
