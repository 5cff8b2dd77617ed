import { writeFileSync } from "node:fs"
import { findingLines } from "../../core/library/finding.ts"
import { type VerifyReport, verifyPlex as verify } from "../../core/library/verify_plex.ts"
import { findServerNamed } from "../../core/servers/access_server.ts"
import { knownConnections } from "../../core/servers/known_servers.ts"
import { type AppConfig, UsageError } from "../config.ts"
import { commandArguments, noArgument } from "./arguments.ts"
import type { Command } from "./command.ts"
import { openPrograms } from "./programs.ts"
import { recordExchanges } from "./recording.ts"
import { runningServer } from "./running_server.ts"

interface Options {
  readonly server: string | null
  readonly item: string | null
  readonly save: string | null
}

function readOptions(args: ReadonlyArray<string>): Options {
  const text = { type: "string" } as const
  const { positionals, values } = commandArguments(args, { server: text, item: text, save: text })
  noArgument(positionals)
  return { server: values.server ?? null, item: values.item ?? null, save: values.save ?? null }
}

/** Through the server when one runs, which has the database for itself. */
async function viaServer(config: AppConfig, options: Options): Promise<VerifyReport | null> {
  const server = await runningServer(config)
  if (server === null) return null
  if (options.save !== null)
    throw new UsageError("Stop the server first: with --save this command makes the calls and records them")
  const fields = {
    ...(options.server === null ? {} : { server: options.server }),
    ...(options.item === null ? {} : { ratingKey: options.item }),
  }
  const { data } = await server.call<{ data: VerifyReport }>("POST", "/api/plex/verify", fields)
  return data
}

async function byOurselves(config: AppConfig, options: Options): Promise<VerifyReport> {
  const programs = await openPrograms(config)
  const recording = options.save === null ? null : recordExchanges()
  try {
    const report = await programs.run(verify({ server: options.server, ratingKey: options.item }))
    if (recording !== null && options.save !== null) {
      const entry = await programs.run(findServerNamed(options.server ?? ""))
      const connections = await programs.run(knownConnections(entry))
      const exchanges = recording.stop(new Set(connections.map(({ uri }) => new URL(uri).origin)))
      writeFileSync(options.save, `${JSON.stringify(exchanges, null, 2)}\n`, { flag: "wx", mode: 0o600 })
      console.log(
        `${exchanges.length} exchanges are in ${options.save}, without names, titles, paths and tokens.`,
      )
    }
    return report
  } finally {
    await programs.close()
  }
}

/** How a real server behaves where Plex's documents are silent. */
export const verifyPlex: Command = {
  usage: "[--server NAME] [--item KEY] [--save FILE]",
  summary: "See how a Plex server behaves; with --item also how it lists a subtitle, undone afterwards",
  run: async (config, args) => {
    const options = readOptions(args)
    const report = (await viaServer(config, options)) ?? (await byOurselves(config, options))
    console.log(`Plex Media Server ${report.version} on ${report.platform}\n`)
    for (const line of findingLines(report.findings)) console.log(line)
    return report.findings.some(({ result }) => result === "fails") ? 1 : 0
  },
}
