import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import { Journal, SettingsStore } from "../ports/mod.ts"
import { changedKeys, patchOf, type Settings } from "../settings/settings.ts"
import { applyPlan, dropApiKey, proveMigrated, timestamp } from "./_apply_plan.ts"
import { keepRecord, readRecord } from "./_keep_record.ts"
import { type MigrationOutcome, outcomeText } from "./outcome.ts"
import { notNeeded } from "./plan.ts"
import { planMigration } from "./plan_migration.ts"
import { MIGRATION_ATTEMPTS_MAX, waitAfterTry } from "./record.ts"

/** A plan; while something does not answer, tried again with growing waits, or once when somebody waits for the result. */
const planned = Effect.fnUntraced(function* (asked: boolean) {
  for (let tried = 1; ; tried++) {
    const result = yield* Effect.result(planMigration())
    if (result._tag === "Success") return result.success
    const { later, retryAfterSeconds } = result.failure
    const waitMs = later && !asked ? waitAfterTry(tried, retryAfterSeconds, yield* Random.next) : null
    if (waitMs === null) return yield* result.failure
    yield* Effect.logInfo(`${result.failure.message}; trying again in ${Math.round(waitMs / 1_000)} s`)
    yield* Effect.sleep(waitMs)
  }
})

/** The settings before a change of ours and after it. */
interface Written {
  readonly before: Settings
  readonly after: Settings
}

const revertedBy = ({ before, after }: Written) => patchOf(before, changedKeys(before, after))

/**
 * Puts the configuration back: the backup byte by byte, or, when somebody has changed something else in between, only
 * the keys that the migration changed. Answers why that was not possible, or null.
 */
const putBack = Effect.fnUntraced(function* (backupId: string, written: Written | null) {
  const store = yield* SettingsStore
  // A change of nothing looks at the file, so that an edit by hand counts, too.
  const now = yield* Effect.catch(
    store.update(() => ({})),
    () => store.current,
  )
  const back =
    written === null || changedKeys(written.after, now).length === 0
      ? store.restore(backupId)
      : store.update(() => revertedBy(written))
  const result = yield* Effect.result(back)
  if (result._tag === "Success") return null
  // A backup that cannot be read any more still leaves the values that it held.
  const again = written === null ? null : yield* Effect.result(store.update(() => revertedBy(written)))
  return again?._tag === "Success" ? null : result.failure.message
})

/** The end of the story. What has happened to the configuration stands, whether or not it can be recorded. */
const recorded = (record: Parameters<typeof keepRecord>[0]) =>
  keepRecord(record).pipe(Effect.catch((error) => Effect.logWarning(error.message)))

/** The two flags that a failed attempt leaves in config.yaml. Where they cannot be saved, the record is enough. */
const markAttempted = Effect.fnUntraced(function* () {
  const store = yield* SettingsStore
  const time = yield* timestamp
  yield* Effect.ignore(
    store.update(() => ({ plex: { migration_attempted: true, migration_timestamp: time } })),
  )
})

/** From the written configuration to the end: prove it, then drop the key; or put everything back. */
const finished = Effect.fnUntraced(function* (attempts: number, backupId: string, written: Written | null) {
  const store = yield* SettingsStore
  const { plex } = yield* store.current
  const result = yield* Effect.result(Effect.andThen(proveMigrated(), dropApiKey()))
  if (result._tag === "Success") {
    yield* recorded({ attempts, outcome: "migrated", reason: "", backupId, serverName: plex.server_name })
    return { _tag: "Migrated", serverName: plex.server_name, url: plex.server_url, backupId } as const
  }
  const { message } = result.failure
  const stuck = yield* putBack(backupId, written)
  const reason = stuck === null ? message : `${message}; and it could not be put back: ${stuck}`
  yield* markAttempted()
  yield* recorded({ attempts, outcome: "rolled_back", reason, backupId, serverName: plex.server_name })
  return { _tag: "RolledBack", reason, backupId } as const
})

/** The written configuration of a process that ended before it could prove it. */
const isUnproved = ({ plex }: Settings) =>
  plex.auth_method === "oauth" && plex.migration_successful && Redacted.value(plex.apikey) !== ""

const attempt = Effect.fnUntraced(function* (asked: boolean) {
  const store = yield* SettingsStore
  const record = yield* readRecord()
  const settings = yield* store.current
  if (record.outcome === "started" && record.backupId !== null && isUnproved(settings))
    return yield* finished(record.attempts, record.backupId, null)
  if (record.outcome === "started" && settings.plex.auth_method === "oauth")
    yield* recorded({ ...record, outcome: "migrated" })
  const reason = notNeeded(settings, asked)
  if (reason !== null) return { _tag: "NotNeeded", reason } as const
  if (!asked && record.attempts >= MIGRATION_ATTEMPTS_MAX)
    return {
      _tag: "GaveUp",
      reason: `${record.attempts} attempts failed, the last one because ${record.reason}`,
      later: false,
    } as const

  const attempts = asked ? 1 : record.attempts + 1
  const gaveUp = Effect.fnUntraced(function* (why: string, later: boolean) {
    if (!later) yield* markAttempted()
    const counted = later ? attempts - 1 : attempts
    yield* recorded({
      attempts: counted,
      outcome: "gave_up",
      reason: why,
      backupId: null,
      serverName: null,
    })
    return { _tag: "GaveUp", reason: why, later } as const
  })
  const plan = yield* Effect.result(planned(asked))
  if (plan._tag === "Failure") return yield* gaveUp(plan.failure.reason, plan.failure.later)
  const backup = yield* Effect.result(store.backup("migration"))
  if (backup._tag === "Failure") return yield* gaveUp(backup.failure.message, false)
  const backupId = backup.success.id
  const serverName = plan.success.server.name
  // Before the write, so that a process that ends after it leaves a trace of what is to be finished.
  yield* keepRecord({ attempts, outcome: "started", reason: "", backupId, serverName })
  const before = yield* store.current
  const applied = yield* Effect.result(applyPlan(before, plan.success))
  if (applied._tag === "Failure") return yield* gaveUp(applied.failure.message, false)
  if (applied.success === null) return yield* gaveUp("the configuration was changed meanwhile", true)
  return yield* finished(attempts, backupId, { before, after: applied.success })
})

/**
 * Turns an API key configuration into an OAuth one: plan, back up, write once, read back, prove, drop the key. Whatever
 * fails, or wherever the process ends, config.yaml is the old text or the new one, and the service can sign in; the next
 * call finishes what was left. Never fails. `asked`: somebody waits for it, so that nothing is tried twice, and a
 * configuration that excludes the automatic migration is migrated.
 */
export const migrate = Effect.fn("migrate")(function* (options: { readonly asked: boolean }) {
  const outcome: MigrationOutcome = yield* attempt(options.asked).pipe(
    Effect.catchTag("StoreUnavailable", (error) =>
      Effect.succeed({
        _tag: "GaveUp",
        reason: `no record can be kept: ${error.message}`,
        later: true,
      } as const),
    ),
  )
  if (outcome._tag !== "NotNeeded") {
    const text = outcomeText(outcome)
    yield* (yield* Journal).write({ kind: "migration", text, detail: outcome })
    // What may help itself later is logged by who tries again.
    const isForLater = outcome._tag === "GaveUp" && outcome.later
    if (!isForLater) yield* outcome._tag === "Migrated" ? Effect.logInfo(text) : Effect.logWarning(text)
  }
  return outcome
})
