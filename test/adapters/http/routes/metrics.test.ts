import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Simulator, startSimulator } from "../../../simulator/mod.ts"
import {
  API_KEY,
  configurationFor,
  eventually,
  type RunningServer,
  startIn,
  temporaryConfig,
} from "../../../support/server.ts"

let simulator: Simulator
let config: ReturnType<typeof temporaryConfig>
let server: RunningServer

beforeAll(async () => {
  simulator = await startSimulator()
  config = temporaryConfig(configurationFor(simulator))
  server = await startIn(config.folder, simulator)
})
afterAll(async () => {
  await server.stop()
  await simulator.close()
  config.remove()
})

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.address}${path}`, { headers })

describe("GET /metrics", () => {
  it("needs the key, in the header or as Prometheus sends it, and the webhook key does not do", async () => {
    expect((await ask("/metrics")).status).toBe(401)
    expect((await ask("/metrics", { authorization: "Bearer wrong" })).status).toBe(401)
    expect((await ask("/metrics", { authorization: `Bearer ${API_KEY}` })).status).toBe(200)
    expect((await ask("/metrics", { "x-api-key": API_KEY })).status).toBe(200)
    expect((await ask("/api/journal", { authorization: `Bearer ${API_KEY}` })).status).toBe(401)
  })

  it("tells of jobs, what was heard and done, and the process, in Prometheus' text format", async () => {
    await simulator.play({ item: "1001", urls: [server.webhook] })
    const text = await eventually("a job that is done", async () => {
      const response = await ask("/metrics", { "x-api-key": API_KEY })
      expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8")
      const found = await response.text()
      return /oncue_jobs\{state="done"\} [1-9]/.test(found) && found
    })
    for (const line of [
      /^# TYPE oncue_jobs gauge$/m,
      /^# TYPE oncue_journal_entries_total counter$/m,
      /^oncue_ready 1$/m,
      /^oncue_store_durable 1$/m,
      /^oncue_journal_entries_total\{kind="heard"\} [1-9]\d*$/m,
      /^oncue_heard_timestamp_seconds\{source="webhook"\} \d+/m,
      /^oncue_provider_resting\{provider="gestdown"\} [01]$/m,
      /^process_resident_memory_bytes \d+$/m,
    ])
      expect(text).toMatch(line)
    for (const line of text.split("\n").filter((one) => one !== "" && !one.startsWith("#")))
      expect(line).toMatch(/^[a-z_][a-z0-9_]*(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[\d.e+-]+$/)
  })
})

describe("GET /metrics, of answers", () => {
  const counted = async (status: number) => {
    const text = await (await ask("/metrics", { "x-api-key": API_KEY })).text()
    return Number(
      new RegExp(`^oncue_http_answers_total\\{status="${status}"\\} (\\d+)$`, "m").exec(text)?.[1] ?? 0,
    )
  }

  it("counts what goes past the framework like everything else", async () => {
    const before = [await counted(204), await counted(401), await counted(404)]
    for (let n = 0; n < 3; n++)
      await fetch(server.webhook, { method: "POST", body: new URLSearchParams({ payload: '{"event":"x"}' }) })
    await ask("/api/jobs")
    await ask("/api/nothing", { "x-api-key": API_KEY })
    await eventually("the last of them", async () => (await counted(404)) > before[2]!)
    expect([await counted(204), await counted(401), await counted(404)]).toEqual([
      before[0]! + 3,
      before[1]! + 1,
      before[2]! + 1,
    ])
  })
})

describe("GET /api/system/health/…", () => {
  it("says to everybody whether it lives and is ready, and nothing else", async () => {
    expect(await (await ask("/api/system/health/live")).json()).toEqual({ status: "alive" })
    expect(await (await ask("/api/system/health/ready")).json()).toEqual({ status: "ready" })
    expect((await server.get("/api/system/health")).data.ready).toBe(true)
  })
})
