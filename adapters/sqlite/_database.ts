import { resolve } from "node:path"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { StoreCondition, StoreUnavailable } from "../../core/ports/mod.ts"
import { Commits, type Step, type Survives } from "./_commits.ts"
import { storeUnavailable } from "./_failure.ts"
import { DATABASE_BYTES_MAX, LOCK_WAIT_MS, openDatabase } from "./_file.ts"
import { openWal, type Wal } from "./_wal.ts"

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
    /** Survives the end of the process. For who does not wait: while the disk is busy it waits too, in its turn. */
    readonly note: <A>(run: () => A, done: (exit: Exit.Exit<A, StoreUnavailable>) => void) => void
    /** Calls `listener` whenever a transaction was undone, before its steps are tried one by one. */
    readonly onRollback: (listener: () => void) => void
    /** Commits made since the start, and how often it was waited for the disk; for tests. */
    readonly commits: () => number
    readonly syncs: () => number
    readonly condition: StoreCondition
  }
>()("adapters/sqlite/Database") {}

/** The median of a few commits, in milliseconds; null when nothing can be written now. */
function measureCommit(db: DatabaseSync, wal: Wal): number | null {
  try {
    const change = db.prepare("UPDATE opening SET count = count + 1")
    const times = Array.from({ length: COMMITS_MEASURED }, () => {
      const begun = performance.now()
      change.run()
      wal.syncNow()
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
  const [opened, wal, commits] = yield* Effect.acquireRelease(
    Effect.try({
      try: () => {
        const opened = openDatabase({ file: options.file, bytesMax, lockWaitMs }, nowMs)
        const wal = openWal(opened.db, options.file)
        return [opened, wal, new Commits(opened.db, wal)] as const
      },
      catch: storeUnavailable,
    }),
    ([, , commits]) => Effect.sync(() => commits.close()),
  )
  const commitMs = measureCommit(opened.db, wal)
  if (opened.damage !== null) {
    const { path, rowsSaved } = opened.damage
    yield* Effect.logError(
      `The database was damaged. It is kept as ${path}; ${rowsSaved} rows of it are in use again`,
    )
  }
  const submit = <A>(
    step: Pick<Step, "survives" | "patient">,
    run: () => A,
    done: (exit: Exit.Exit<A, StoreUnavailable>) => void,
  ) => commits.add({ ...step, run, done: done as Step["done"] })
  return Database.of({
    prepare: (sql) => opened.db.prepare(sql),
    note: (run, done) => submit({ survives: "process", patient: true }, run, done),
    write: (survives, run, committed) =>
      Effect.callback((resume) =>
        submit({ survives }, run, (exit) => {
          if (committed !== undefined && Exit.isSuccess(exit)) committed(exit.value)
          resume(exit)
        }),
      ),
    onRollback: (listener) => commits.onRollback(listener),
    commits: () => commits.made,
    syncs: () => commits.syncs,
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
