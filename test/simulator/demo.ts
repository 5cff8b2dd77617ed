/**
 * `npm run demo`: the whole way from play to subtitle against a world that is simulated. The server is the real one and
 * differs from production in nothing but the base URLs of the outside. It keeps running afterwards, so that the API and
 * the page can be tried, until Ctrl-C; `--once` ends it after the last step, and `--port` and `--host` are the server's.
 */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join, parse } from "node:path"
import { readConfig } from "../../app/config.ts"
import { startServer } from "../../app/startup.ts"
import { type Simulator, startSimulator } from "./mod.ts"

const API_KEY = "demo-key-that-is-for-this-demonstration-only"
const STEP_TIMEOUT_MS = 30_000
const begun = performance.now()

function say(text: string): void {
  console.log(`${((performance.now() - begun) / 1000).toFixed(3).padStart(8)} s  ${text}`)
}

function fail(text: string): never {
  console.error(`The demonstration failed: ${text}`)
  process.exit(1)
}

/** Sonarr and Radarr as a person would have entered them, and English wanted. */
function writeConfiguration(folder: string, simulator: Simulator): void {
  const arr = (address: string | undefined, apiKey: string | undefined) => {
    const url = new URL(address ?? "http://127.0.0.1:1")
    return `{ ip: ${url.hostname}, port: ${url.port}, base_url: '${url.pathname}', ssl: false, apikey: '${apiKey}' }`
  }
  const { sonarr, radarr } = simulator.world
  const text = [
    "general: { use_sonarr: true, use_radarr: true, instance_name: OnCue demo }",
    `auth: { apikey: ${API_KEY} }`,
    `sonarr: ${arr(simulator.urls.sonarr[0], sonarr[0]?.apiKey)}`,
    `radarr: ${arr(simulator.urls.radarr[0], radarr[0]?.apiKey)}`,
    "oncue: { languages: [{ name: Default, languages: [{ language: nl }, { language: fr }, { language: en }] }], event_stream: true }",
    "",
  ].join("\n")
  writeFileSync(join(folder, "config.yaml"), text, { mode: 0o600 })
}

type Call = (method: "GET" | "POST", path: string, fields?: Record<string, string>) => Promise<any>

function caller(address: string): Call {
  return async (method, path, fields) => {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: { "x-api-key": API_KEY },
      ...(fields === undefined ? {} : { body: new URLSearchParams(fields) }),
    })
    const text = await response.text()
    if (!response.ok) fail(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`)
    return text === "" ? null : JSON.parse(text)
  }
}

async function until<A>(what: string, ask: () => Promise<A | null>): Promise<A> {
  const deadline = performance.now() + STEP_TIMEOUT_MS
  for (;;) {
    const found = await ask()
    if (found !== null) return found
    if (performance.now() > deadline) fail(`${what} did not happen within ${STEP_TIMEOUT_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

async function signIn(call: Call, simulator: Simulator): Promise<void> {
  const { data: pin } = await call("POST", "/api/plex/oauth/pin", {})
  say(`Sign-in begun: PIN ${pin.pinId}; the browser would open ${pin.authUrl.split("#")[0]}`)
  simulator.approvePin(pin.code)
  const check = `/api/plex/oauth/pin/${pin.pinId}/check?state=${pin.state}`
  const done = await until("the sign-in", async () => {
    const { data } = await call("GET", check)
    return data.authenticated ? data : null
  })
  say(`Signed in as ${done.username} <${done.email}>`)
}

async function chooseServer(call: Call): Promise<void> {
  const { data: servers } = await call("GET", "/api/plex/oauth/servers")
  for (const server of servers) {
    const live = server.connections.filter((one: any) => one.available).length
    say(
      `Server ${server.name}: ${live} of ${server.connections.length} connections answer, best ${server.bestConnection?.uri ?? "none"}`,
    )
  }
  const chosen = servers.find((one: any) => one.bestConnection)
  if (chosen === undefined) fail("no server answers")
  await call("POST", "/api/plex/select-server", {
    machineIdentifier: chosen.machineIdentifier,
    name: chosen.name,
    uri: chosen.bestConnection.uri,
    local: String(chosen.bestConnection.local),
  })
  const { data: libraries } = await call("GET", "/api/plex/oauth/libraries")
  say(
    `Selected ${chosen.name}; libraries: ${libraries.map((one: any) => `${one.title} (${one.count})`).join(", ")}`,
  )
}

/** Plays an item, tells its story from the journal, and answers once Plex lists a subtitle that it did not list before. */
async function play(
  call: Call,
  simulator: Simulator,
  webhook: string,
  item: string,
  name: string,
): Promise<void> {
  const before = new Set(simulator.subtitlesListedBy(item).map((one) => one.id))
  const pressed = performance.now()
  say(`── ${name}: somebody presses play`)
  const { answers } = await simulator.play({ item, urls: [webhook] })
  say(
    `The webhook was answered ${answers[0]?.status} after ${Math.round(performance.now() - pressed)} ms; from here on it is durable`,
  )
  let told = 0
  await until(`the subtitle of ${name}`, async () => {
    const { data } = await call("GET", `/api/journal?ratingKey=${item}&limit=100`)
    for (const entry of data.filter((one: any) => one.id > told).reverse()) {
      told = entry.id
      say(`   ${entry.kind.padEnd(13)} ${entry.text}`)
      if (entry.kind === "failed") fail(entry.text)
    }
    const { data: jobs } = await call("GET", "/api/jobs?state=waiting&state=running")
    const listed = simulator.subtitlesListedBy(item).filter((one) => !before.has(one.id))
    return listed.length > 0 && jobs.length === 0 ? listed : null
  })
  const listed = simulator.subtitlesListedBy(item).filter((one) => !before.has(one.id))
  const took = Math.round(performance.now() - pressed)
  say(
    `Plex lists ${listed.map((one) => `${one.languageTag ?? one.languageCode} (${one.codec})`).join(", ")}: ${took} ms after play`,
  )
}

async function main(): Promise<void> {
  const simulator = await startSimulator()
  const folder = mkdtempSync(join(tmpdir(), "oncue-demo-"))
  writeConfiguration(folder, simulator)
  const isOnce = process.argv.includes("--once")
  const wantedPort = isOnce ? "0" : (process.env.ONCUE_PORT ?? "6868")
  const own = process.argv.slice(2).filter((one) => one !== "--once")
  const config = readConfig(
    ["--host", "127.0.0.1", "--port", wantedPort, ...own, "--config", folder],
    simulator.env,
  )
  const server = await startServer(config, { terminal: null })
  const end = async (code: number) => {
    if (server._tag === "Started") await server.stop()
    await simulator.close()
    rmSync(folder, { recursive: true, force: true })
    process.exit(code)
  }
  if (server._tag === "Refused") fail(server.reason)
  say(
    `OnCue listens on ${server.address}; plex.tv, two media servers, Sonarr, Radarr and providers are simulated`,
  )
  const call = caller(server.address)
  await signIn(call, simulator)
  await chooseServer(call)
  const webhook = `${server.address}/api/webhooks/plex?apikey=${API_KEY}`
  await play(call, simulator, webhook, "1001", "Sintel (film)")
  await play(call, simulator, webhook, "2013", "The Harbor Line S01E03 (episode)")
  for (const item of ["1001", "2013"]) {
    const video = simulator.pathOf(item)
    const beside = readdirSync(dirname(video)).filter(
      (name) => name.startsWith(parse(video).name) && name !== basename(video),
    )
    say(`Beside ${basename(video)}: ${beside.join(", ") || "nothing"}`)
  }
  if (isOnce) return end(0)
  console.log(`
Try it: ${server.address}   the API: ${server.address}/api/docs?apikey=${API_KEY}
  curl -H 'X-API-KEY: ${API_KEY}' ${server.address}/api/journal
Ctrl-C ends it and removes everything.`)
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end(0))
}

await main()
