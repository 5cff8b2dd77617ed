import * as Schema from "effect/Schema"

/** Where the record of migrations is kept in the StateStore. */
export const MIGRATION_RECORD_KEY = "migration/plex"
/** Attempts that failed for good, over every start, until somebody asks for another one. */
export const MIGRATION_ATTEMPTS_MAX = 10
/** Tries of one attempt while plex.tv or the server cannot be reached. */
export const MIGRATION_TRIES_MAX = 6
/** First wait between two tries; each one after it is twice as long, with half of it left to chance. */
export const MIGRATION_WAIT_FIRST_MS = 5_000
export const MIGRATION_WAIT_MAX_MS = 900_000
/** A `Retry-After` beyond this is not waited for; the attempt ends. */
export const MIGRATION_RETRY_AFTER_MAX_MS = 3_600_000

/**
 * What became of a migration. `migrated`: done. `rolled_back`: the configuration was changed and put back. `gave_up`:
 * nothing was changed. `started` is left behind by a process that ended in the middle.
 */
export const MigrationOutcomeName = Schema.Literals(["none", "started", "migrated", "rolled_back", "gave_up"])

/** Kept outside config.yaml, of which a failed attempt changes two flags and nothing else. */
export const MigrationRecord = Schema.Struct({
  attempts: Schema.Int,
  outcome: MigrationOutcomeName,
  /** Unix milliseconds of the last step; 0 before the first attempt. */
  atMs: Schema.Finite,
  /** One sentence for people; empty when there is nothing to say. */
  reason: Schema.String,
  /** The copy of the configuration as it was before the change. */
  backupId: Schema.NullOr(Schema.String),
  serverName: Schema.NullOr(Schema.String),
})
export type MigrationRecord = typeof MigrationRecord.Type

export const NO_RECORD: MigrationRecord = {
  attempts: 0,
  outcome: "none",
  atMs: 0,
  reason: "",
  backupId: null,
  serverName: null,
}

const decode = Schema.decodeUnknownOption(MigrationRecord)

/** The record as it was stored; one that is absent or of another shape counts as none. */
export function recordOf(stored: unknown): MigrationRecord {
  const read = decode(stored)
  return read._tag === "Some" ? read.value : NO_RECORD
}

/**
 * How long to wait after the given try (1 is the first), or null: no more tries. `chance` is from 0 to 1.
 *
 * @example
 * ```ts
 * assert.strictEqual(waitAfterTry(1, null, 0.5), 5_000)
 * assert.strictEqual(waitAfterTry(1, 60, 0), 60_000)
 * assert.strictEqual(waitAfterTry(MIGRATION_TRIES_MAX, null, 0.5), null)
 * ```
 */
export function waitAfterTry(tried: number, retryAfterSeconds: number | null, chance: number): number | null {
  const askedMs = (retryAfterSeconds ?? 0) * 1_000
  if (tried >= MIGRATION_TRIES_MAX || askedMs > MIGRATION_RETRY_AFTER_MAX_MS) return null
  const meanMs = Math.min(MIGRATION_WAIT_FIRST_MS * 2 ** (tried - 1), MIGRATION_WAIT_MAX_MS)
  return Math.max(askedMs, Math.round(meanMs * (0.5 + chance)))
}
