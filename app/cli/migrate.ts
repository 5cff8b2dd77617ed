import { type MigrationPreview, previewMigration } from "../../core/migration/describe_migration.ts"
import { migrate as migrateNow } from "../../core/migration/migrate.ts"
import { outcomeText } from "../../core/migration/outcome.ts"
import { rollBackMigration } from "../../core/migration/roll_back_migration.ts"
import { type AppConfig, UsageError } from "../config.ts"
import { commandArguments, noArgument } from "./arguments.ts"
import type { Command } from "./command.ts"
import { openPrograms } from "./programs.ts"
import { changeLines } from "./report.ts"
import { type RunningServer, runningServer } from "./running_server.ts"

interface Status {
  readonly reasonText: string
  readonly preview: Omit<Extract<MigrationPreview, { readonly _tag: "Planned" }>, "_tag"> | null
}
interface Outcome {
  readonly outcome: string
  readonly text: string
}

/** The same three requests, to a server that runs or to the programs themselves. */
interface Migration {
  readonly preview: () => Promise<{ readonly plan: Status["preview"]; readonly why: string }>
  readonly run: () => Promise<{ readonly done: boolean; readonly text: string }>
  readonly undo: () => Promise<string>
  readonly close: () => Promise<void>
}

function through(server: RunningServer): Migration {
  const path = "/api/plex/migration"
  return {
    preview: async () => {
      const { data } = await server.call<{ data: Status }>("GET", `${path}?preview=true`)
      return { plan: data.preview, why: `Nothing to migrate: ${data.reasonText}` }
    },
    run: async () => {
      const { data } = await server.call<{ data: Outcome }>("POST", `${path}/run`)
      return { done: ["migrated", "not_needed"].includes(data.outcome), text: data.text }
    },
    undo: async () =>
      (await server.call<{ data: { backupId: string } }>("POST", `${path}/rollback`)).data.backupId,
    close: async () => {},
  }
}

async function byOurselves(config: AppConfig): Promise<Migration> {
  const programs = await openPrograms(config)
  return {
    preview: async () => {
      const preview = await programs.run(previewMigration())
      return preview._tag === "Planned"
        ? { plan: preview, why: "" }
        : { plan: null, why: outcomeText(preview) }
    },
    run: async () => {
      const outcome = await programs.run(migrateNow({ asked: true }))
      return { done: ["Migrated", "NotNeeded"].includes(outcome._tag), text: outcomeText(outcome) }
    },
    undo: () => programs.run(rollBackMigration()),
    close: programs.close,
  }
}

/** From an API key to OAuth, now instead of at the next start; or what that would change; or back again. */
export const migrate: Command = {
  usage: "[--dry-run | --undo]",
  summary: "Change from the API key to OAuth; --dry-run shows what would change",
  run: async (config, args) => {
    const { positionals, values } = commandArguments(args, {
      "dry-run": { type: "boolean" },
      undo: { type: "boolean" },
    })
    noArgument(positionals)
    if (values["dry-run"] && values.undo) throw new UsageError("--dry-run and --undo exclude each other")
    const server = await runningServer(config)
    const migration = server === null ? await byOurselves(config) : through(server)
    try {
      if (values.undo) {
        console.log(`The configuration from before the migration is back (${await migration.undo()}).`)
        return 0
      }
      if (values["dry-run"]) {
        const { plan, why } = await migration.preview()
        if (plan === null) console.log(why)
        else {
          console.log(`Would migrate to OAuth: ${plan.serverName} at ${plan.url}, as ${plan.username}`)
          for (const line of changeLines(plan.changes)) console.log(line)
          console.log("Nothing was changed.")
        }
        return 0
      }
      const { done, text } = await migration.run()
      console.log(text)
      return done ? 0 : 1
    } finally {
      await migration.close()
    }
  },
}
