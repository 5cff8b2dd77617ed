import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { migrationStatus, previewMigration } from "../../../core/migration/describe_migration.ts"
import { migrate } from "../../../core/migration/migrate.ts"
import { outcomeText } from "../../../core/migration/outcome.ts"
import { NOT_NEEDED_TEXT } from "../../../core/migration/plan.ts"
import { MigrationRecord } from "../../../core/migration/record.ts"
import { rollBackMigration } from "../../../core/migration/roll_back_migration.ts"
import { FlagArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "Migration"

const Change = Schema.Struct({ key: Schema.String, before: Schema.String, after: Schema.String })

const Preview = Schema.Struct({
  username: Schema.String,
  serverName: Schema.String,
  url: Schema.String,
  local: Schema.Boolean,
  /** Exactly what would change, without secrets. */
  changes: Schema.Array(Change),
})

const Status = Schema.Struct({
  needed: Schema.Boolean,
  /** Why it is not, as a word for programs; null when it is. */
  reason: Schema.NullOr(Schema.String),
  reasonText: Schema.String,
  /** The next start tries it by itself. */
  automatic: Schema.Boolean,
  attemptsMax: Schema.Int,
  record: MigrationRecord,
  canRollBack: Schema.Boolean,
  /** Only when it was asked for. */
  preview: Schema.NullOr(Preview),
}).annotate({ identifier: "Migration" })

export const getMigration = route({
  method: "GET",
  path: "/api/plex/migration",
  tag,
  summary:
    "How it stands with the change from the API key to OAuth; with preview=true also what it would change",
  access: "key",
  input: Schema.Struct({ preview: Schema.optionalKey(FlagArgument) }),
  answers: { 200: Schema.Struct({ data: Status }), 409: ErrorBody, 503: ErrorBody },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const status = yield* migrationStatus()
      if (input.preview !== true || !status.needed) return answer(200, { data: { ...status, preview: null } })
      const preview = yield* previewMigration()
      if (preview._tag !== "Planned") return answer(200, { data: { ...status, preview: null } })
      const { _tag: _, ...shown } = preview
      return answer(200, { data: { ...status, preview: shown } })
    }),
})

export const runMigration = route({
  method: "POST",
  path: "/api/plex/migration/run",
  tag,
  summary: "Change from the API key to OAuth now",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        outcome: Schema.Literals(["migrated", "not_needed", "rolled_back", "gave_up"]),
        text: Schema.String,
        /** Why, where it did not come to it. */
        reason: Schema.NullOr(Schema.String),
        backupId: Schema.NullOr(Schema.String),
      }),
    }),
  },
  handle: () =>
    Effect.gen(function* () {
      const outcome = yield* migrate({ asked: true })
      const names = {
        Migrated: "migrated",
        NotNeeded: "not_needed",
        RolledBack: "rolled_back",
        GaveUp: "gave_up",
      } as const
      const reason = outcome._tag === "Migrated" ? null : outcome.reason
      return answer(200, {
        data: {
          outcome: names[outcome._tag],
          text: outcomeText(outcome),
          reason: outcome._tag === "NotNeeded" ? NOT_NEEDED_TEXT[outcome.reason] : reason,
          backupId: "backupId" in outcome ? outcome.backupId : null,
        },
      })
    }),
})

export const undoMigration = route({
  method: "POST",
  path: "/api/plex/migration/rollback",
  tag,
  summary: "Put the configuration from before the migration back",
  access: "key",
  answers: {
    200: Schema.Struct({ data: Schema.Struct({ success: Schema.Boolean, backupId: Schema.String }) }),
    404: ErrorBody,
    500: ErrorBody,
    503: ErrorBody,
  },
  handle: () =>
    Effect.map(rollBackMigration(), (backupId) => answer(200, { data: { success: true, backupId } })),
})
