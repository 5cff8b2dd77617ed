import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { makeApp } from "../../../../adapters/http/app.ts"
import type { Route } from "../../../../adapters/http/route.ts"
import {
  createPlexWebhook,
  deletePlexWebhook,
  listPlexWebhooks,
  renewPlexWebhookKey,
  testPlexWebhook,
} from "../../../../adapters/http/routes/manage_webhooks.ts"
import { type AnyPort, PlexRefused, PlexUnreachable, SettingsStore } from "../../../../core/ports/mod.ts"
import { API_KEY, OTHER_HOOK, WebhookAccount, webhookWorld } from "../../../support/webhook_account.ts"

const routes = [
  createPlexWebhook,
  deletePlexWebhook,
  listPlexWebhooks,
  renewPlexWebhookKey,
  testPlexWebhook,
] as unknown as ReadonlyArray<Route>
const defects: Array<unknown> = []

function serve(options: Parameters<typeof webhookWorld>[1] = {}) {
  const account = new WebhookAccount()
  const runtime = ManagedRuntime.make(webhookWorld(account, options) as unknown as Layer.Layer<AnyPort>)
  const settings = runtime.runSync(SettingsStore.use((store) => store.current))
  const app = makeApp({
    run: (program) => runtime.runPromiseExit(program),
    settings: () => settings,
    routes,
    basePath: "",
    onDefect: (_, cause) => defects.push(cause),
  })
  const call = async (method: string, name: string, body?: string, contentType = "application/json") => {
    const response = await app.request(`/api/plex/webhook/${name}`, {
      method,
      headers: { "x-api-key": API_KEY, "content-type": contentType },
      ...(body === undefined ? {} : { body }),
    })
    return [response.status, JSON.parse(await response.text())] as const
  }
  return { account, app, call, runtime }
}

let server = serve()
const restart = async (options: Parameters<typeof webhookWorld>[1]) => {
  await server.runtime.dispose()
  server = serve(options)
}
beforeEach(() => {
  server = serve()
})
afterEach(async () => {
  await server.runtime.dispose()
  expect(defects).toEqual([])
})
const OURS = /^http:\/\/nas\.lan:6868\/api\/webhooks\/plex\?apikey=[0-9a-f]{32}&instance=OnCue$/

describe("POST /api/plex/webhook/create", () => {
  it("answers with the contract's shapes: created, then already there", async () => {
    const [status, body] = await server.call("POST", "create")
    expect([status, body]).toEqual([
      200,
      {
        data: {
          success: true,
          message: "Webhook created successfully",
          webhook_url: expect.stringMatching(OURS),
          total_webhooks: 2,
          stale_webhooks: [],
        },
      },
    ])
    const [again, second] = await server.call("POST", "create", "", "application/x-www-form-urlencoded")
    expect([again, second.data.message, second.data.webhook_url]).toEqual([
      200,
      "Webhook already exists",
      body.data.webhook_url,
    ])
  })

  it("removes earlier forms of ours when a form or JSON says so", async () => {
    const stale = `http://bazarr.lan/api/webhooks/plex?apikey=${API_KEY}`
    server.account.urls = [stale, OTHER_HOOK]
    expect((await server.call("POST", "create"))[1].data.stale_webhooks).toEqual([stale])
    const [, body] = await server.call(
      "POST",
      "create",
      "replace_stale=true",
      "application/x-www-form-urlencoded",
    )
    expect([body.data.stale_webhooks, body.data.total_webhooks]).toEqual([[], 2])
  })

  it("answers 400 naming the setting, 403 without Plex Pass, 422 and 502 as plex.tv does", async () => {
    server.account.plexPass = false
    expect(await server.call("POST", "create")).toEqual([
      403,
      { code: "PLEX_PASS_REQUIRED", error: expect.any(String) },
    ])
    server.account.plexPass = true
    const refused = { where: "plex.tv", what: "set the webhooks", code: 1998 }
    server.account.failure = new PlexRefused({ ...refused, status: 422 })
    expect(await server.call("POST", "create")).toMatchObject([422, { code: "WEBHOOK_REFUSED" }])
    server.account.failure = new PlexRefused({ ...refused, status: 400 })
    expect(await server.call("POST", "create")).toMatchObject([502, { code: "PLEX_REFUSED" }])
    await restart({ settings: { general: { public_url: "" } } })
    const [status, body] = await server.call("POST", "create")
    expect([status, body.error]).toEqual([400, expect.stringContaining("general.public_url")])
  })

  it("never answers 401 for a token that plex.tv refuses, or for none", async () => {
    await restart({ settings: { plex: { token: Redacted.make("revoked") } } })
    for (const [method, name] of [
      ["POST", "create"],
      ["GET", "list"],
    ] as const)
      expect(await server.call(method, name)).toMatchObject([502, { code: "INVALID_TOKEN" }])
    await restart({ settings: { plex: { token: Redacted.make("") } } })
    for (const [method, name] of [
      ["POST", "create"],
      ["GET", "list"],
    ] as const)
      expect(await server.call(method, name)).toMatchObject([502, { code: "UNAUTHORIZED" }])
  })

  it("passes plex.tv's 429 on, with the time it asks for", async () => {
    server.account.failure = new PlexUnreachable({
      where: "plex.tv",
      fault: "status",
      status: 429,
      retryAfterSeconds: 12,
      detail: "it asks to slow down",
    })
    const response = await server.app.request("/api/plex/webhook/create", {
      method: "POST",
      headers: { "x-api-key": API_KEY },
    })
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "12"])
  })
})

describe("GET /api/plex/webhook/list", () => {
  it("answers with every hook exactly, whose it is, and the subscription", async () => {
    await server.call("POST", "create")
    const [status, { data }] = await server.call("GET", "list")
    expect(status).toBe(200)
    expect(data).toEqual({
      webhooks: [
        { url: OTHER_HOOK, masked: "https://hooks.example.net/…", owner: "other" },
        { url: expect.stringMatching(OURS), masked: expect.stringContaining("apikey=…"), owner: "current" },
      ],
      count: 2,
      plexPassSubscription: { active: true, has_webhooks_feature: true, plan: "lifetime" },
      reason: null,
    })
  })

  it("says why there are none without a Plex Pass", async () => {
    server.account.plexPass = false
    const [status, { data }] = await server.call("GET", "list")
    expect([status, data.webhooks, data.plexPassSubscription.active]).toEqual([200, [], false])
    expect(data.reason).toContain("Plex Pass")
  })
})

describe("POST /api/plex/webhook/delete", () => {
  it("deletes by the exact address, from a form or JSON", async () => {
    const [, { data }] = await server.call("POST", "create")
    const form = new URLSearchParams({ webhook_url: data.webhook_url }).toString()
    expect(await server.call("POST", "delete", form, "application/x-www-form-urlencoded")).toEqual([
      200,
      { data: { success: true, message: "Webhook deleted successfully" } },
    ])
    expect(server.account.urls).toEqual([OTHER_HOOK])
    expect((await server.call("POST", "delete", JSON.stringify({ webhook_url: OTHER_HOOK })))[0]).toBe(200)
  })

  it("answers 404 to an unknown address, without repeating it, and 400 to none", async () => {
    const [status, body] = await server.call("POST", "delete", '{"webhook_url":"http://x/secret"}')
    expect([status, body.code]).toEqual([404, "WEBHOOK_NOT_FOUND"])
    expect(JSON.stringify(body)).not.toContain("secret")
    expect(await server.call("POST", "delete", "{}")).toMatchObject([
      400,
      { errors: { webhook_url: expect.any(String) } },
    ])
  })
})

describe("POST /api/plex/webhook/test", () => {
  it("says that nobody answers", async () => {
    const [status, { data }] = await server.call("POST", "test")
    expect([status, data]).toEqual([
      200,
      {
        success: false,
        address: "http://nas.lan:6868/api/webhooks/plex?apikey=…&instance=OnCue",
        from: "general.public_url",
        status: null,
        tookMs: null,
        outcome: "refused",
        reason: "Cannot reach http://nas.lan:6868: nobody answers there",
      },
    ])
  })
})

describe("POST /api/plex/webhook/renew-key", () => {
  it("answers what became of the hook", async () => {
    const [, before] = await server.call("POST", "create")
    expect(await server.call("POST", "renew-key")).toEqual([
      200,
      { data: { success: true, webhook: "replaced", reason: null } },
    ])
    expect(server.account.urls).not.toContain(before.data.webhook_url)
    await server.call("POST", "delete", JSON.stringify({ webhook_url: server.account.urls[1] }))
    expect((await server.call("POST", "renew-key"))[1].data.webhook).toBe("not_there")
  })
})
