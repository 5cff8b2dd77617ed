import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SettingsStore } from "../ports/mod.ts"
import { readRecord } from "./_keep_record.ts"
import { changesOf, type PlannedChange } from "./changes.ts"
import { migratedPatch, NOT_NEEDED_TEXT, type NotNeededReason, notNeeded } from "./plan.ts"
import { planMigration } from "./plan_migration.ts"
import { MIGRATION_ATTEMPTS_MAX, type MigrationRecord } from "./record.ts"

/** How it stands with the migration, without asking anybody outside. */
export interface MigrationStatus {
  readonly needed: boolean
  /** Why not, and null when it is. */
  readonly reason: NotNeededReason | null
  readonly reasonText: string
  /** The next start tries it. */
  readonly automatic: boolean
  readonly attemptsMax: number
  readonly record: MigrationRecord
  /** There is a configuration from before to go back to. */
  readonly canRollBack: boolean
}

export const migrationStatus = Effect.fn("migrationStatus")(function* () {
  const store = yield* SettingsStore
  const settings = yield* store.current
  const record = yield* readRecord()
  const reason = notNeeded(settings, true)
  const backups = yield* store.backups
  return {
    needed: reason === null,
    reason,
    reasonText: reason === null ? "" : NOT_NEEDED_TEXT[reason],
    automatic: notNeeded(settings, false) === null && record.attempts < MIGRATION_ATTEMPTS_MAX,
    attemptsMax: MIGRATION_ATTEMPTS_MAX,
    record,
    canRollBack: record.outcome === "migrated" && backups.some((one) => one.id === record.backupId),
  } satisfies MigrationStatus
})

/** Exactly what a migration would change now. */
export type MigrationPreview =
  | { readonly _tag: "NotNeeded"; readonly reason: NotNeededReason }
  | {
      readonly _tag: "Planned"
      readonly username: string
      readonly serverName: string
      readonly url: string
      readonly local: boolean
      readonly changes: ReadonlyArray<PlannedChange>
    }

const SEALED = Redacted.make("sealed")

/** Makes the plan of a migration and shows it. Nothing is written, no key is made. Fails with MigrationImpossible. */
export const previewMigration = Effect.fn("previewMigration")(function* () {
  const settings = yield* (yield* SettingsStore).current
  const reason = notNeeded(settings, true)
  if (reason !== null) return { _tag: "NotNeeded", reason } satisfies MigrationPreview as MigrationPreview
  const plan = yield* planMigration()
  const sealed = { accountToken: SEALED, serverToken: SEALED, signingKey: SEALED }
  const patch = migratedPatch(settings, plan, sealed, "(the time of the change)")
  const { encryption_key } = settings.plex
  const keepsKey = Redacted.value(encryption_key) !== ""
  const whole = {
    ...patch,
    plex: {
      ...patch.plex,
      ...(keepsKey ? { encryption_key } : {}),
      apikey: Redacted.make(""),
      apikey_encrypted: false,
    },
  }
  return {
    _tag: "Planned",
    username: plan.user.username,
    serverName: plan.server.name,
    url: plan.chosen.uri,
    local: plan.chosen.local,
    changes: changesOf(settings, whole),
  } satisfies MigrationPreview as MigrationPreview
})
