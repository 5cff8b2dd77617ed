import { Agent, request } from "node:http"
import type { Simulator } from "../simulator/mod.ts"
import { type Random, seeded } from "../support/random.ts"
import { API_KEY, configurationFor, temporaryConfig } from "../support/server.ts"
import { type ServerProcess, spawnServer } from "../support/server_process.ts"
import { deliveriesOf, type FuzzRequest, type OpenApi, requestsOf } from "./requests.ts"

/**
 * Requests that nobody would send, at the real server: nothing may end it, no answer may be a failure of its own that
 * the API document does not declare, none may tell a secret, and none may take long that asks nobody else.
 */

export const SLOW_MS = 1_000
/** How often something that was slow is sent again, to see whether it was this or a busy machine. */
const SLOW_TRIES = 10
/** And how often it must have been slow by itself: a disk that others write to is slow now and then. */
const SLOW_TIMES = 3
/** The machine has time for us when something trivial takes no longer than this, in milliseconds. */
const AT_LEISURE_MS = 250
/** Requests whose head is larger than this, in bytes, may be cut off in the middle: nobody reads them to their end. */
const HEAD_BYTES_MAX = 12_000
const ANSWER_TIMEOUT_MS = 60_000
const AT_ONCE = 8
/** Requests to one server before the next one, which begins with a configuration of its own. */
const PER_SERVER = 2_000

const WEBHOOK_KEY = "webhook-key-of-the-fuzzer"
/** What must not be in any answer. */
const SECRETS = ["EXAMPLEaccountTOKEN01", "password-of-the-fuzzer"]

/** What takes the installation apart, or waits for the outside for long. */
const SELDOM =
  /logout|\/clear|\/apikey|rollback|restore|plex\/verify|diagnostics|renew|servers\/\{serverId\}$|migration\/run|access\/password|settings$/
/** Operations that ask somebody else, who may take his time. */
const OUTSIDE =
  /\/api\/plex\/|\/api\/playing|\/api\/arr\/|diagnostics|\/api\/providers|suggestions|\/api\/library|access\/plex/

export interface FuzzOptions {
  readonly simulator: Simulator
  readonly seed: number
  readonly requests: number
  readonly progress?: (done: number) => void
}

export interface FuzzReport {
  readonly sent: number
  readonly operations: number
  /** How many answers had each status; 0: no answer. */
  readonly statuses: Readonly<Record<string, number>>
  /** What was wrong, with the request that shows it. */
  readonly problems: ReadonlyArray<{ readonly problem: string; readonly request: string }>
}

interface Answered {
  readonly status: number
  readonly text: string
  readonly tookMs: number
}

function send(address: string, one: FuzzRequest, agent: Agent): Promise<Answered> {
  const begun = performance.now()
  return new Promise((resolve) => {
    const done = (status: number, text: string) =>
      resolve({ status, text, tookMs: performance.now() - begun })
    const sent = request(
      `${address}${one.path}`,
      { method: one.method, headers: one.headers, agent, timeout: ANSWER_TIMEOUT_MS },
      (response) => {
        const status = response.statusCode ?? 0
        // A stream of events goes on for ever; that it begins is enough.
        if (response.headers["content-type"]?.startsWith("text/event-stream")) {
          done(status, "")
          sent.destroy()
          return
        }
        const chunks: Array<Buffer> = []
        response.on("data", (chunk) => chunks.push(chunk))
        response.once("end", () => done(status, Buffer.concat(chunks).toString("utf8")))
        response.once("error", () => done(0, "the answer broke off"))
      },
    )
    sent.once("timeout", () => sent.destroy(new Error("no answer in time")))
    sent.once("error", (error) => done(0, error.message))
    sent.end(one.body ?? undefined)
  })
}

const shown = (one: FuzzRequest) =>
  `${one.method} ${one.path.slice(0, 300)} ${JSON.stringify(one.headers).slice(0, 300)} ${one.body?.subarray(0, 600).toString("latin1") ?? ""}`

/** What is wrong about an answer, by the contract in the API document; null when nothing is. */
function judged(document: OpenApi, one: FuzzRequest, { status, text, tookMs }: Answered): string | null {
  const [method = "", path = ""] = one.operation.split(" ")
  const declared = document.paths[path]?.[method]?.responses ?? {}
  const headBytes = one.path.length + JSON.stringify(one.headers).length
  const isCutOff = headBytes > HEAD_BYTES_MAX && /ECONNRESET|EPIPE/.test(text)
  if (status === 0) return isCutOff ? null : `no answer: ${text}`
  if (status >= 500 && !(String(status) in declared))
    return `${status} is not declared: ${text.slice(0, 300)}`
  if (status < 300 && one.method === method.toUpperCase() && !(String(status) in declared))
    return `${status} is not declared`
  if (text.includes("Internal Server Error")) return `a defect: ${text.slice(0, 300)}`
  for (const secret of SECRETS) if (text.includes(secret)) return `tells a secret: ${text.slice(0, 300)}`
  return tookMs > SLOW_MS && !OUTSIDE.test(path) ? `slow: ${Math.round(tookMs)} ms` : null
}

function wordsOf(simulator: Simulator): ReadonlyArray<string> {
  const { sonarr, servers } = simulator.world
  const home = servers[0]!
  const items = [...home.items.values()].slice(0, 20)
  return [
    ...servers.map((one) => one.machineIdentifier),
    ...items.flatMap((one) => [one.ratingKey, one.title, one.guid]),
    ...items.slice(0, 4).map((one) => simulator.pathOf(one.ratingKey)),
    ...simulator.urls.pms,
    ...simulator.urls.sonarr,
    simulator.urls.plexTv,
    sonarr[0]?.apiKey ?? "key",
    ...["1", "2", "3", "11", "sonarr", "radarr", "movie", "episode", "true", "false", "waiting", "failed"],
    ...["plex", "gestdown", "opensubtitles", "subdl", "DEBUG", "INFO", "run", "paused", "en", "12"],
  ]
}

const TRIVIAL: FuzzRequest = {
  operation: "get /api/system/health",
  method: "GET",
  path: "/api/system/health",
  headers: {},
  body: null,
}

/** Whether it is slow also while something trivial, before and after it, is not. */
async function isSlowByItself(address: string, one: FuzzRequest, agent: Agent): Promise<boolean> {
  let times = 0
  for (let tries = 0; tries < SLOW_TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 200 * tries))
    const before = await send(address, TRIVIAL, agent)
    const { tookMs } = await send(address, one, agent)
    if (tookMs <= SLOW_MS) return false
    const after = await send(address, TRIVIAL, agent)
    if (Math.max(before.tookMs, after.tookMs) <= AT_LEISURE_MS) times += 1
    if (times === SLOW_TIMES) return true
  }
  return false
}

async function fuzzServer(
  server: ServerProcess,
  count: number,
  random: Random,
  options: FuzzOptions,
  seen: (one: FuzzRequest, answered: Answered, problem: string | null) => void,
): Promise<number> {
  const { simulator } = options
  const document = (await server.get("/api/openapi.json")) as OpenApi
  const keys = { api: API_KEY, webhook: WEBHOOK_KEY }
  const vocabulary = { words: wordsOf(simulator), definitions: document.components.schemas }
  const ofDocument = requestsOf(document, vocabulary, keys, SELDOM)
  const delivery = deliveriesOf(simulator.world.servers[0]!.machineIdentifier, keys)
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  let left = count
  const worker = async () => {
    while (left > 0 && server.child.exitCode === null) {
      left -= 1
      const one = random.oneIn(3) ? delivery(random) : ofDocument(random)
      const answered = await send(server.address, one, agent)
      const problem = judged(document, one, answered)
      const isSlow = problem?.startsWith("slow") === true
      seen(one, answered, isSlow && !(await isSlowByItself(server.address, one, agent)) ? null : problem)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  agent.destroy()
  if (server.child.exitCode !== null) throw new Error(`The server ended: ${server.output().slice(-2_000)}`)
  const health = await fetch(`${server.address}/api/system/health`)
  if (health.status !== 200) throw new Error(`The server is not well: ${health.status}`)
  return Object.values(document.paths).flatMap((methods) => Object.keys(methods)).length
}

/** Sends so many requests, made from the seed, and tells what was wrong about the answers. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const random = seeded(options.seed)
  const statuses: Record<string, number> = {}
  const problems: Array<{ problem: string; request: string }> = []
  let sent = 0
  let operations = 0
  while (sent < options.requests) {
    const more = [
      "oncue:",
      `  webhook_key: ${WEBHOOK_KEY}`,
      "opensubtitlescom: { username: fuzz, password: password-of-the-fuzzer }",
    ]
    const config = temporaryConfig(configurationFor(options.simulator, more.join("\n")))
    // The key comes from outside, so that no request can change it.
    const server = await spawnServer(config.folder, options.simulator, { env: { ONCUE_API_KEY: API_KEY } })
    const count = Math.min(PER_SERVER, options.requests - sent)
    try {
      operations = await fuzzServer(server, count, random, options, (one, { status }, problem) => {
        sent += 1
        statuses[status] = (statuses[status] ?? 0) + 1
        if (problem !== null) problems.push({ problem, request: shown(one) })
        if (sent % 500 === 0) options.progress?.(sent)
      })
      const defects = server.output().match(/Cannot answer .*/g) ?? []
      for (const defect of new Set(defects))
        problems.push({ problem: "a defect in the log", request: defect })
    } finally {
      await server.kill()
      config.remove()
    }
  }
  return { sent, operations, statuses, problems }
}
