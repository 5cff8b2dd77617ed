import type { DatabaseSync, StatementSync } from "node:sqlite"
import * as Exit from "effect/Exit"
import { StoreUnavailable } from "../../core/ports/mod.ts"
import { isStoreFailure, storeUnavailable } from "./_failure.ts"
import type { Wal } from "./_wal.ts"

/** Steps that may wait for a commit; more are refused. */
const STEPS_WAITING_MAX = 20_000
/** Steps that share one commit, so that the event loop is not held up for long. */
const STEPS_PER_COMMIT_MAX = 500
/** Commits after which a quiet moment is used to take the log into the database. */
const COMMITS_PER_CHECKPOINT = 200
/** A quiet moment, in milliseconds without a commit. */
const QUIET_MS = 250

/**
 * `power`: the change survives a power cut, which costs an fsync. `process`: it survives the end of the process, however
 * sudden, and a power cut may undo it together with everything of its kind after the last change of the other kind.
 */
export type Survives = "power" | "process"

export interface Step {
  readonly survives: Survives
  /** Nobody waits for it: while a sync is under way it waits for that, and shares the commit of what comes meanwhile. */
  readonly patient?: boolean
  readonly run: () => unknown
  readonly done: (exit: Exit.Exit<unknown, StoreUnavailable>) => void
}

interface Unsynced {
  readonly step: Step
  readonly exit: Exit.Exit<unknown, StoreUnavailable>
}

/**
 * Collects steps until the turn of the event loop is over, then runs them all in one transaction. What must survive a
 * power cut is answered after the log was synced; while one sync is under way, such steps wait for the next and share
 * its commit.
 */
export class Commits {
  #waiting: Array<Step> = []
  #unsynced: Array<Unsynced> = []
  /** What the sync under way is about. */
  #syncing: Array<Unsynced> | null = null
  #scheduled = false
  #closed = false
  #unmerged = 0
  #quiet: NodeJS.Timeout | null = null
  readonly #db: DatabaseSync
  readonly #wal: Wal
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #listeners: Array<() => void> = []
  made = 0
  syncs = 0

  constructor(db: DatabaseSync, wal: Wal) {
    this.#db = db
    this.#wal = wal
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
    if (this.#syncing === null || (step.survives === "process" && step.patient !== true)) this.#schedule()
  }

  close(): void {
    this.#closed = true
    if (this.#quiet !== null) clearTimeout(this.#quiet)
    while (this.#waiting.length > 0) this.#flush()
    const unsynced = [...(this.#syncing ?? []), ...this.#unsynced]
    this.#syncing = null
    this.#unsynced = []
    if (unsynced.length > 0) this.#syncNow(unsynced)
    this.#wal.close()
    this.#db.close()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#flush()
      this.#sync()
    })
  }

  #flush(): void {
    const steps = this.#waiting.splice(0, STEPS_PER_COMMIT_MAX)
    if (steps.length === 0) return
    if (this.#waiting.length > 0) this.#schedule()
    const together = this.#transact(steps)
    if (together._tag === "Success") {
      for (const [index, step] of steps.entries()) this.#committed(step, Exit.succeed(together.value[index]))
    } else if (steps.length === 1) {
      this.#committed(steps[0]!, together)
    } else {
      for (const step of steps)
        this.#committed(
          step,
          Exit.map(this.#transact([step]), ([value]) => value),
        )
    }
  }

  #committed(step: Step, exit: Exit.Exit<unknown, StoreUnavailable>): void {
    if (step.survives === "power" && Exit.isSuccess(exit)) this.#unsynced.push({ step, exit })
    else step.done(exit)
  }

  #sync(): void {
    if (this.#unsynced.length === 0 || this.#syncing !== null || this.#closed) return
    const batch = this.#unsynced
    this.#unsynced = []
    this.#syncing = batch
    this.syncs += 1
    this.#wal.sync((error) => {
      // After `close` they have been answered already.
      if (this.#syncing === null) return
      this.#syncing = null
      // First what came meanwhile, so that its way to the disk begins before the answers are written.
      this.#flush()
      this.#sync()
      answer(batch, error)
    })
  }

  #syncNow(batch: ReadonlyArray<Unsynced>): void {
    try {
      this.#wal.syncNow()
      answer(batch, null)
    } catch (error) {
      answer(batch, error)
    }
  }

  #transact(steps: ReadonlyArray<Step>): Exit.Exit<ReadonlyArray<unknown>, StoreUnavailable> {
    try {
      this.#begin.run()
      const values = steps.map((step) => step.run())
      this.#commit.run()
      this.made += 1
      this.#afterCommit()
      return Exit.succeed(values)
    } catch (cause) {
      this.#rollBack()
      return isStoreFailure(cause) ? Exit.fail(storeUnavailable(cause)) : Exit.die(cause)
    }
  }

  /** Taking the log into the database waits for the disk twice, which is better done when nobody waits for an answer. */
  #afterCommit(): void {
    this.#unmerged += 1
    if (this.#unmerged < COMMITS_PER_CHECKPOINT) return
    if (this.#quiet !== null) {
      this.#quiet.refresh()
      return
    }
    this.#quiet = setTimeout(() => {
      this.#quiet = null
      this.#unmerged = 0
      try {
        this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)")
      } catch {
        // The next commit that SQLite finds the log too long at does it, or says why not.
      }
    }, QUIET_MS).unref()
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

function answer(batch: ReadonlyArray<Unsynced>, error: unknown): void {
  for (const { step, exit } of batch) step.done(error === null ? exit : Exit.fail(storeUnavailable(error)))
}
