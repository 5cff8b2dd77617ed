import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { makeApp } from "../../../../adapters/http/app.ts"
import type { Route } from "../../../../adapters/http/route.ts"
import {
  plexIndex,
  rebuildPlexIndex,
  suggestPathMappings,
  testPathMapping,
} from "../../../../adapters/http/routes/index_and_paths.ts"
import { refreshPlex, undoAddedDate } from "../../../../adapters/http/routes/refresh.ts"
import { refreshIndex } from "../../../../core/library/refresh_index.ts"
import { setAddedDate } from "../../../../core/library/set_added_date.ts"
import { type AnyPort, ItemIndex, JobQueue, SettingsStore } from "../../../../core/ports/mod.ts"
import { libraryWorld, OTHER_SERVER_ID, section } from "../../../support/library_world.ts"
import { film, SERVER_ID, SINTEL_FILE } from "../../../support/plex_items.ts"

const KEY = "0123456789abcdef0123456789abcdef"
const defects: Array<unknown> = []

function serve(usePlex = true) {
  const world = libraryWorld({
    settings: {
      auth: { apikey: Redacted.make(KEY) },
      general: { use_plex: usePlex },
      plex: { set_movie_added: true },
    },
  })
  world.attic.sections = [section("1", "movie")]
  world.add(world.attic, film())
  const runtime = ManagedRuntime.make(world.ports as unknown as Layer.Layer<AnyPort>)
  const settings = runtime.runSync(SettingsStore.use((store) => store.current))
  const app = makeApp({
    run: (program) => runtime.runPromiseExit(program),
    settings: () => settings,
    routes: [
      refreshPlex,
      undoAddedDate,
      plexIndex,
      rebuildPlexIndex,
      testPathMapping,
      suggestPathMappings,
    ] as unknown as ReadonlyArray<Route>,
    basePath: "",
    onDefect: (_, cause) => defects.push(cause),
  })
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await app.request(path, {
      method,
      headers: { "content-type": "application/json", "x-api-key": KEY },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return [response.status, text === "" ? null : JSON.parse(text)] as const
  }
  return { ...world, runtime, ask, app }
}

let server = serve()
beforeEach(async () => {
  server = serve()
  await server.runtime.runPromise(refreshIndex(server.access))
})
/** Reads the other server too, so that what no server has is known. */
const readDen = () => {
  const { accessToken, connections, machineIdentifier } = server.den.server
  const access = { uri: connections[0]!.uri, machineIdentifier, fingerprint: null, token: accessToken! }
  return server.runtime.runPromise(refreshIndex(access))
}
afterEach(async () => {
  await server.runtime.dispose()
  expect(defects).toEqual([])
})

describe("POST /api/plex/refresh", () => {
  it("answers 202 with every item and its job", async () => {
    const [status, body] = await server.ask("POST", "/api/plex/refresh", { path: SINTEL_FILE })
    expect([status, body]).toEqual([
      202,
      { data: [{ serverId: SERVER_ID, ratingKey: "1001", jobId: expect.any(Number) }] },
    ])
    const jobs = await server.runtime.runPromise(JobQueue.use((queue) => queue.list({ limit: 5 })))
    expect(jobs.map(({ work }) => work._tag)).toEqual(["RefreshItem"])
  })

  it("answers 202 with one job for later where it cannot be told yet what is meant", async () => {
    await server.runtime.dispose()
    server = serve(false)
    const [status, body] = await server.ask("POST", "/api/plex/refresh", { path: "/a/b.mkv" })
    expect([status, body]).toEqual([
      202,
      { data: [], later: { jobId: expect.any(Number), reason: "Plex is switched off in the settings" } },
    ])
    const jobs = await server.runtime.runPromise(JobQueue.use((queue) => queue.list({ limit: 5 })))
    expect(jobs.map(({ work }) => work._tag)).toEqual(["RefreshNamed"])
  })

  it("answers 400 to what names nothing, and 404 to what no server has", async () => {
    await readDen()
    expect(await server.ask("POST", "/api/plex/refresh", {})).toMatchObject([400, { code: "BAD_REQUEST" }])
    expect(await server.ask("POST", "/api/plex/refresh", { path: "/a/b.mkv" })).toMatchObject([
      404,
      { code: "ITEM_NOT_FOUND" },
    ])
    expect(await server.ask("POST", "/api/plex/refresh", { ratingKey: "1", server: "x" })).toMatchObject([
      404,
      { code: "SERVER_NOT_FOUND" },
    ])
  })

  it("answers 401 without a key", async () => {
    expect((await server.app.request("/api/plex/refresh", { method: "POST" })).status).toBe(401)
  })
})

describe("POST /api/plex/added-date/undo", () => {
  it("gives the date back", async () => {
    const subtitle = { isUpgrade: false, isFirst: true, isFirstWanted: true }
    await server.runtime.runPromise(setAddedDate({ access: server.access, item: film(), subtitle }))
    expect(server.attic.items.get("1001")?.addedAt).not.toBe(film().addedAt)
    const [status, body] = await server.ask("POST", "/api/plex/added-date/undo", { ratingKey: "1001" })
    expect([status, body.data]).toMatchObject([200, [{ ratingKey: "1001", outcome: "restored" }]])
    expect(server.attic.items.get("1001")?.addedAt).toBe(film().addedAt)
  })

  it("takes the name of a server, and says when there is none of it", async () => {
    const subtitle = { isUpgrade: false, isFirst: true, isFirstWanted: true }
    await server.runtime.runPromise(setAddedDate({ access: server.access, item: film(), subtitle }))
    const undo = (named: string) =>
      server.ask("POST", "/api/plex/added-date/undo", { ratingKey: "1001", server: named })
    expect(await undo("nobody")).toMatchObject([404, { code: "SERVER_NOT_FOUND" }])
    expect((await undo(OTHER_SERVER_ID))[1]).toEqual({ data: [] })
    expect((await undo(SERVER_ID.slice(0, 6)))[1]).toMatchObject({ data: [{ outcome: "restored" }] })
    expect((await server.ask("POST", "/api/plex/index", { server: "nobody" }))[0]).toBe(404)
  })

  it("wants an item or a period", async () => {
    expect((await server.ask("POST", "/api/plex/added-date/undo", {}))[0]).toBe(400)
    expect(await server.ask("POST", "/api/plex/added-date/undo", { sinceMs: 0 })).toEqual([200, { data: [] }])
  })
})

describe("/api/plex/index", () => {
  it("shows each library, and has it read anew on request", async () => {
    const [status, { data }] = await server.ask("GET", "/api/plex/index")
    expect([status, data]).toMatchObject([200, [{ sectionId: "1", items: 1, building: null }]])
    expect(data[0].builtAtMs).toEqual(expect.any(Number))
    expect((await server.ask("POST", "/api/plex/index", {}))[0]).toBe(202)
    const sections = await server.runtime.runPromise(Effect.flatMap(ItemIndex, (index) => index.sections))
    expect(sections[0]?.builtAtMs).toBe(null)
  })
})

describe("/api/path-mapping", () => {
  it("explains one path", async () => {
    const [status, { data }] = await server.ask("POST", "/api/path-mapping/test", { path: SINTEL_FILE })
    expect([status, data]).toMatchObject([
      200,
      { reason: "no_mapping_fits", obstacle: { reason: "missing" }, items: [{ ratingKey: "1001" }] },
    ])
    expect((await server.ask("POST", "/api/path-mapping/test", {}))[0]).toBe(400)
  })

  it("suggests nothing without Sonarr and Radarr", async () => {
    expect(await server.ask("GET", "/api/path-mapping/suggestions")).toEqual([
      200,
      { data: [], unasked: [], compared: { plex: 1, ours: 0 } },
    ])
  })
})
