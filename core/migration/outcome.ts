import { NOT_NEEDED_TEXT, type NotNeededReason } from "./plan.ts"

/** The end of a migration. It is never a failure of the program: in every case the service goes on. */
export type MigrationOutcome =
  | {
      readonly _tag: "Migrated"
      readonly serverName: string
      readonly url: string
      readonly backupId: string | null
    }
  | { readonly _tag: "NotNeeded"; readonly reason: NotNeededReason }
  /** The configuration was changed and put back. */
  | { readonly _tag: "RolledBack"; readonly reason: string; readonly backupId: string }
  /** Nothing was changed. `later`: the next start tries again. */
  | { readonly _tag: "GaveUp"; readonly reason: string; readonly later: boolean }

/**
 * One sentence for people.
 *
 * @example
 * ```ts
 * assert.strictEqual(
 *   outcomeText({ _tag: "NotNeeded", reason: "oauth" }),
 *   "Nothing to migrate: the configuration uses OAuth already",
 * )
 * ```
 */
export function outcomeText(outcome: MigrationOutcome): string {
  switch (outcome._tag) {
    case "Migrated":
      return `Migrated to OAuth: ${outcome.serverName} at ${outcome.url}`
    case "NotNeeded":
      return `Nothing to migrate: ${NOT_NEEDED_TEXT[outcome.reason]}`
    case "RolledBack":
      return `Migration undone, the API key stays in use: ${outcome.reason}`
    case "GaveUp":
      return `Not migrated, the API key stays in use: ${outcome.reason}`
  }
}
