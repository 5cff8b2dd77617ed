import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Journal, SettingsStore } from "../ports/mod.ts"
import { keepRecord, readRecord } from "./_keep_record.ts"

/** There is no finished migration whose backup is still there. */
export class NothingToRollBack extends Schema.TaggedError<NothingToRollBack>()("NothingToRollBack", {
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot undo the migration: ${this.reason}`
  }
}

/**
 * Puts the configuration back that a finished migration has replaced, and keeps it from being migrated by itself again.
 * What it replaces is backed up, so that this can be undone as well. Answers the backup that was put back.
 */
export const rollBackMigration = Effect.fn("rollBackMigration")(function* () {
  const store = yield* SettingsStore
  const record = yield* readRecord()
  if (record.outcome !== "migrated" || record.backupId === null)
    return yield* new NothingToRollBack({ reason: "this installation has not migrated a configuration" })
  yield* Effect.catchTag(
    store.restore(record.backupId),
    "BackupUnknown",
    () => new NothingToRollBack({ reason: "its backup is no longer among the ones that are kept" }),
  )
  yield* store.update(() => ({ plex: { disable_auto_migration: true } }))
  yield* keepRecord({ ...record, outcome: "rolled_back", reason: "somebody asked for it" })
  const journal = yield* Journal
  yield* journal.write({
    kind: "migration",
    text: "The migration was undone as asked; the API key is in use again",
  })
  return record.backupId
})
