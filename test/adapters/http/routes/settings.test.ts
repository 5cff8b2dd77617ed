import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { makeApp } from "../../../../adapters/http/app.ts"
import type { Route } from "../../../../adapters/http/route.ts"
import { getMigration, runMigration, undoMigration } from "../../../../adapters/http/routes/migration.ts"
import { getSettings, postSettings } from "../../../../adapters/http/routes/settings.ts"
import { memoryServer, layer as plexAccount, plexWorld } from "../../../../adapters/memory/plex_account.ts"
import { layer as plexServer } from "../../../../adapters/memory/plex_server.ts"
import { type AnyPort, SettingsStore } from "../../../../core/ports/mod.ts"
import { SIGNING_KEY, settingsWorld } from "../../../support/settings_world.ts"

const API_KEY = "api key of the tests"
const routes = [getSettings, postSettings, getMigration, runMigration, undoMigration]
let refusal: string | null = null
const defects: Array<unknown> = []

function serve() {
  const world = plexWorld({ tokens: new Set(["account-token"]), servers: [memoryServer()] })
  const settings = {
    auth: { apikey: Redacted.make(API_KEY) },
    general: { use_plex: true },
    plex: {
      apikey: Redacted.make("account-token"),
      ip: "192.168.1.50",
      encryption_key: Redacted.make(SIGNING_KEY),
    },
  }
  const ports = Layer.mergeAll(
    settingsWorld({ settings, refusal: () => refusal }),
    plexAccount(world),
    plexServer(world),
  )
  const runtime = ManagedRuntime.make(ports as unknown as Layer.Layer<AnyPort>)
  const current = () => runtime.runSync(SettingsStore.use((store) => store.current))
  const app = makeApp({
    run: (program) => runtime.runPromiseExit(program),
    settings: current,
    routes: routes as unknown as ReadonlyArray<Route>,
    basePath: "",
    onDefect: (_, cause) => defects.push(cause),
  })
  const call = async (method: string, path: string, body?: URLSearchParams | FormData) => {
    const response = await app.request(path, {
      method,
      headers: { "x-api-key": API_KEY },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    return [response.status, text === "" ? null : JSON.parse(text)] as const
  }
  return { app, call, current, runtime }
}

let server = serve()
beforeEach(() => {
  refusal = null
  server = serve()
})
afterEach(async () => {
  await server.runtime.dispose()
  expect(defects).toEqual([])
})

const form = (...fields: ReadonlyArray<readonly [string, string]>) => {
  const body = new URLSearchParams()
  for (const [name, value] of fields) body.append(name, value)
  return body
}

describe("GET /api/system/settings", () => {
  it("answers sections of keys, with masks for secrets", async () => {
    const [status, body] = await server.call("GET", "/api/system/settings")
    expect(status).toBe(200)
    expect(body.plex).toMatchObject({ ip: "192.168.1.50", apikey: "***", encryption_key: "***", token: "" })
    expect(body.auth.apikey).toBe("***")
    expect(JSON.stringify(body)).not.toContain("account-token")
  })

  it("answers 401 without a key", async () => {
    expect((await server.app.request("/api/system/settings")).status).toBe(401)
    expect((await server.app.request("/api/system/settings", { method: "POST" })).status).toBe(401)
  })
})

describe("POST /api/system/settings", () => {
  it("takes urlencoded, multipart and JSON, lists as repeated fields, and answers 204 without a body", async () => {
    const fields = [
      ["settings-general-use_plex", "false"],
      ["settings-plex-movie_library", "Movies"],
      ["settings-plex-movie_library", "2001"],
      ["settings-plex-update_movie_library", "true"],
      ["settings-plex-apikey", "***"],
      ["settings-plex-encryption_key", "***"],
    ] as const
    expect(await server.call("POST", "/api/system/settings", form(...fields))).toEqual([204, null])
    const { general, plex } = server.current()
    expect([general.use_plex, plex.movie_library, plex.update_movie_library]).toEqual([
      false,
      ["Movies", "2001"],
      true,
    ])
    expect([Redacted.value(plex.apikey), Redacted.value(plex.encryption_key)]).toEqual([
      "account-token",
      SIGNING_KEY,
    ])

    const multipart = new FormData()
    multipart.append("settings-plex-series_library", "TV")
    expect((await server.call("POST", "/api/system/settings", multipart))[0]).toBe(204)
    expect(server.current().plex.series_library).toEqual(["TV"])

    const response = await server.app.request("/api/system/settings", {
      method: "POST",
      headers: { "x-api-key": API_KEY, "content-type": "application/json" },
      body: JSON.stringify({ "settings-oncue-search_timeout": 30, "settings-plex-movie_library": [] }),
    })
    expect(response.status).toBe(204)
    expect([server.current().oncue.search_timeout, server.current().plex.movie_library]).toEqual([30, []])
  })

  it("answers 406 with the reason as a JSON text, and changes nothing", async () => {
    const [status, body] = await server.call(
      "POST",
      "/api/system/settings",
      form(["settings-plex-ip", "10.0.0.1"], ["settings-plex-port", "0"]),
    )
    expect([status, body]).toEqual([406, expect.stringContaining('"plex.port"')])
    expect(server.current().plex.ip).toBe("192.168.1.50")
  })

  it("answers 500 CONFIG_SAVE_ERROR when it cannot be saved", async () => {
    refusal = "read-only"
    const [status, body] = await server.call(
      "POST",
      "/api/system/settings",
      form(["settings-plex-ip", "10.0.0.1"]),
    )
    expect([status, body.code]).toEqual([500, "CONFIG_SAVE_ERROR"])
    expect(server.current().plex.ip).toBe("192.168.1.50")
  })
})

describe("/api/plex/migration", () => {
  it("shows, previews, runs and undoes", async () => {
    const [, before] = await server.call("GET", "/api/plex/migration")
    expect(before.data).toMatchObject({ needed: true, automatic: true, canRollBack: false, preview: null })
    const [, preview] = await server.call("GET", "/api/plex/migration?preview=true")
    expect(preview.data.preview.changes).toContainEqual({
      key: "plex.auth_method",
      before: "apikey",
      after: "oauth",
    })

    expect(await server.call("POST", "/api/plex/migration/run")).toEqual([
      200,
      {
        data: {
          outcome: "migrated",
          text: expect.stringMatching(/^Migrated to OAuth/),
          reason: null,
          backupId: expect.any(String),
        },
      },
    ])
    expect(server.current().plex.auth_method).toBe("oauth")
    const [, after] = await server.call("GET", "/api/plex/migration?preview=true")
    expect(after.data).toMatchObject({ needed: false, reason: "oauth", canRollBack: true, preview: null })
    expect((await server.call("POST", "/api/plex/migration/run"))[1].data.outcome).toBe("not_needed")

    expect((await server.call("POST", "/api/plex/migration/rollback"))[0]).toBe(200)
    expect(server.current().plex).toMatchObject({ auth_method: "apikey", disable_auto_migration: true })
    const [status, body] = await server.call("POST", "/api/plex/migration/rollback")
    expect([status, body.code]).toEqual([404, "NOTHING_TO_ROLL_BACK"])
  })

  it("answers 409 with the reason when a preview cannot be made", async () => {
    await server.call("POST", "/api/system/settings", form(["settings-plex-ip", "192.168.1.99"]))
    const [status, body] = await server.call("GET", "/api/plex/migration?preview=1")
    expect([status, body.code]).toEqual([409, "MIGRATION_IMPOSSIBLE"])
    const [, run] = await server.call("POST", "/api/plex/migration/run")
    expect(run.data).toMatchObject({ outcome: "gave_up", reason: expect.stringContaining("does not answer") })
  })
})
