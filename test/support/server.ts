import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { readConfig } from "../../app/config.ts"
import { type StartOptions, startServer } from "../../app/startup.ts"
import type { Simulator } from "../simulator/mod.ts"

export const API_KEY = "key-of-the-tests-0123456789abcdef"

/** Everything of config.yaml that a server beside this simulator needs to do its work, as a person would have set it up. */
export function configurationFor(simulator: Simulator, more = ""): string {
  const arr = (address: string | undefined, apiKey: string | undefined) => {
    const url = new URL(address ?? "http://127.0.0.1:1")
    return `{ ip: ${url.hostname}, port: ${url.port}, base_url: '${url.pathname}', ssl: false, apikey: '${apiKey}' }`
  }
  const { radarr, servers, sonarr } = simulator.world
  return [
    "general: { use_plex: true, use_sonarr: true, use_radarr: true }",
    `auth: { apikey: ${API_KEY} }`,
    `sonarr: ${arr(simulator.urls.sonarr[0], sonarr[0]?.apiKey)}`,
    `radarr: ${arr(simulator.urls.radarr[0], radarr[0]?.apiKey)}`,
    "plex:",
    "  auth_method: oauth",
    "  token: EXAMPLEaccountTOKEN01",
    "  client_identifier: client-of-the-tests",
    `  server_machine_id: ${servers[0]?.machineIdentifier}`,
    `  server_url: '${simulator.urls.pms[0]}'`,
    "  update_movie_library: true",
    "  update_series_library: true",
    more,
    "",
  ].join("\n")
}

/** A configuration folder of its own, removed by `remove`. */
export function temporaryConfig(text: string | null) {
  const folder = mkdtempSync(join(tmpdir(), "oncue-test-"))
  if (text !== null) writeFileSync(join(folder, "config.yaml"), text, { mode: 0o600 })
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export interface RunningServer {
  readonly address: string
  readonly folder: string
  readonly webhook: string
  readonly get: (path: string) => Promise<any>
  readonly post: (path: string, fields?: Record<string, string>) => Promise<Response>
  readonly stop: () => Promise<void>
}

/** The whole server on a free port, over `folder` and the outside of `simulator`. */
export async function startIn(
  folder: string,
  simulator: Pick<Simulator, "env">,
  options: Partial<StartOptions> = {},
): Promise<RunningServer> {
  const config = readConfig(["--config", folder, "--host", "127.0.0.1", "--port", "0"], { ...simulator.env })
  const started = await startServer(config, { terminal: null, ...options })
  if (started._tag === "Refused") throw new Error(started.reason)
  const headers = { "x-api-key": API_KEY }
  return {
    address: started.address,
    folder,
    webhook: `${started.address}/api/webhooks/plex?apikey=${API_KEY}`,
    get: async (path) => (await fetch(`${started.address}${path}`, { headers })).json(),
    post: (path, fields = {}) =>
      fetch(`${started.address}${path}`, { method: "POST", headers, body: new URLSearchParams(fields) }),
    stop: started.stop,
  }
}

/** Asks again until there is an answer; fails with `what` when there is none in time, of which a busy machine gets plenty. */
export async function eventually<A>(
  what: string,
  ask: () => Promise<A | null | undefined | false>,
  withinMs = 30_000,
): Promise<A> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await ask()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${withinMs / 1_000} s`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
