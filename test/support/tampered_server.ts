import { once } from "node:events"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import type { Simulator } from "../simulator/mod.ts"
import { type ServerProcess, spawnServer } from "./server_process.ts"
import type { Resources, Tampering } from "./tampering.ts"

const MAIN = resolve(fileURLToPath(import.meta.url), "../tampered_main.ts")

/** As `npm start` has them, and so that what is in use can be told from what was not yet collected. */
const NODE_ARGS = ["--expose-gc", "--max-semi-space-size=8"]

export interface TamperedServer extends ServerProcess {
  readonly tell: (what: Tampering) => Promise<Resources>
}

/** The server as a process whose clock and disk are in our hands; another `main` receives the tampering itself. */
export async function spawnTampered(
  folder: string,
  simulator: Pick<Simulator, "env">,
  env: Record<string, string> = {},
  main = MAIN,
): Promise<TamperedServer> {
  const server = await spawnServer(folder, simulator, { main, nodeArgs: NODE_ARGS, env })
  return {
    ...server,
    tell: async (what) => {
      const answered = once(server.child, "message")
      server.child.send(what)
      return (await answered)[0] as Resources
    },
  }
}
