import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { afterEach, describe, expect, it } from "vitest"
import { makeApp } from "../../../../adapters/http/app.ts"
import { type LiveEvent, liveRoute, type Route } from "../../../../adapters/http/route.ts"
import { liveEvents } from "../../../../adapters/http/routes/events.ts"
import { getLogLevel, listLogLines, putLogLevel } from "../../../../adapters/http/routes/logs.ts"
import { listen } from "../../../../adapters/http/server.ts"
import { layer as memoryJournal } from "../../../../adapters/memory/journal.ts"
import { layer as memoryLog } from "../../../../adapters/memory/log_book.ts"
import { layer as memorySettings } from "../../../../adapters/memory/settings_store.ts"
import { type AnyPort, Journal, StoreUnavailable } from "../../../../core/ports/mod.ts"
import { applyPatch, DEFAULT_SETTINGS } from "../../../../core/settings/settings.ts"
import { LOG_LEVEL_HELD_MS, type LogLine } from "../../../../core/system/log_line.ts"

const KEY = "0123456789abcdef0123456789abcdef"
const settings = applyPatch(DEFAULT_SETTINGS, { auth: { apikey: Redacted.make(KEY) } })
const headers = { "x-api-key": KEY, "content-type": "application/json" }
let ended = 0
let writeLine: (line: Omit<LogLine, "id">) => void = () => {}

const failing = liveRoute({
  path: "/api/failing",
  tag: "Test",
  summary: "Fails after one event",
  access: "key",
  answers: {},
  handleLive: () =>
    Stream.concat(
      Stream.succeed<LiveEvent>({ event: "one", data: { text: "a\nb" }, id: "7" }),
      Stream.fail(new StoreUnavailable({ store: "database", reason: "the disk is full", fault: "full" })),
    ),
})
const endless = liveRoute({
  path: "/api/endless",
  tag: "Test",
  summary: "Counts how often it was left",
  access: "key",
  answers: {},
  handleLive: () =>
    Stream.concat(Stream.succeed<LiveEvent>({ event: "one", data: 1 }), Stream.never).pipe(
      Stream.ensuring(
        Effect.sync(() => {
          ended += 1
        }),
      ),
    ),
})

const runtime = ManagedRuntime.make(
  Layer.mergeAll(
    memoryJournal,
    memorySettings(),
    memoryLog({
      writer: (write) => {
        writeLine = write
      },
    }),
  ) as Layer.Layer<AnyPort>,
)
const app = makeApp({
  run: (program) => runtime.runPromiseExit(program),
  settings: () => settings,
  routes: [
    liveEvents,
    failing,
    endless,
    listLogLines,
    getLogLevel,
    putLogLevel,
  ] as unknown as ReadonlyArray<Route>,
  basePath: "",
  onDefect: (route, cause) => expect.unreachable(`${route}: ${cause}`),
})

async function until(what: string, reached: () => boolean | Promise<boolean>) {
  for (let turn = 0; turn < 500; turn++) {
    if (await reached()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect.unreachable(`waited for ${what}`)
}

/** Reads a response as it comes. */
function reading(response: Response) {
  let text = ""
  void (async () => {
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body!) text += decoder.decode(chunk)
    } catch {
      // The test went away.
    }
  })()
  return () => text
}

afterEach(() => {
  ended = 0
})

describe("live routes", () => {
  it("GET /api/events answers each entry of the journal as it is written", async () => {
    const response = await app.request("/api/events", { headers })
    expect(response.headers.get("content-type")).toContain("text/event-stream")
    const text = reading(response)
    await until("the stream to begin", () => text().includes("retry:"))
    await until("the entry", async () => {
      await runtime.runPromise(Journal.use((journal) => journal.write({ kind: "heard", text: "Dark began" })))
      return text().includes("Dark began")
    })
    expect(text()).toMatch(/event: journal\nid: \d+\ndata: \{.*"text":"Dark began".*\}\n\n/)
  })

  it("a failure is told as an event, after which the stream ends", async () => {
    const response = await app.request("/api/failing", { headers })
    expect(response.status).toBe(200)
    const [, one, failed] = (await response.text()).split("\n\n")
    expect(one).toBe('event: one\nid: 7\ndata: {"text":"a\\nb"}')
    expect(failed).toContain("event: failed\n")
    expect(failed).toContain('"code":"STORE_UNAVAILABLE"')
  })

  it("a stream needs the key, and ends when its reader goes away", async () => {
    expect((await app.request("/api/endless")).status).toBe(401)
    await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { port } = yield* listen(app, "127.0.0.1", 0)
          yield* Effect.promise(async () => {
            const leave = new AbortController()
            const address = `http://127.0.0.1:${port}/api/endless`
            const response = await fetch(address, { headers, signal: leave.signal })
            const text = reading(response)
            await until("the first event", () => text().includes("event: one"))
            leave.abort()
            await until("the end of the stream", () => ended === 1)
          })
        }),
      ),
    )
  })
})

describe("the log over HTTP", () => {
  it("GET /api/system/logs answers lines by level and text", async () => {
    writeLine({ atMs: 1, level: "INFO", message: "Wrote a subtitle", detail: {} })
    writeLine({ atMs: 2, level: "ERROR", message: "Cannot reach Den", detail: { job: 3 } })
    const ask = async (query: string) => {
      const response = await app.request(`/api/system/logs?${query}`, { headers })
      return ((await response.json()) as { data: Array<LogLine> }).data.map((line) => line.message)
    }
    expect(await ask("")).toEqual(["Cannot reach Den", "Wrote a subtitle"])
    expect(await ask("level=ERROR&level=WARNING")).toEqual(["Cannot reach Den"])
    expect(await ask("text=subtitle&limit=1")).toEqual(["Wrote a subtitle"])
  })

  it("PUT /api/system/logs/level holds for an hour, or for good", async () => {
    const put = async (body: object) => {
      const init = { method: "PUT", headers, body: JSON.stringify(body) }
      const response = await app.request("/api/system/logs/level", init)
      return { status: response.status, json: (await response.json()) as any }
    }
    const before = Date.now()
    const held = await put({ level: "DEBUG", hour: true })
    expect(held.json.data.level).toBe("DEBUG")
    expect(held.json.data.untilMs).toBeGreaterThanOrEqual(before + LOG_LEVEL_HELD_MS)
    expect((await put({ level: "ERROR" })).json.data).toEqual({ level: "ERROR", untilMs: null })
    expect((await put({ level: "LOUD" })).status).toBe(400)
  })
})
