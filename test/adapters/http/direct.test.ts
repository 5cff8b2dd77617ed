import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type AppOptions, makeApp } from "../../../adapters/http/app.ts"
import { DIRECT_BODY_BYTES_MAX, makeDirect } from "../../../adapters/http/direct.ts"
import type { Route } from "../../../adapters/http/route.ts"
import { plexWebhook } from "../../../adapters/http/routes/webhooks.ts"
import { listen } from "../../../adapters/http/server.ts"
import { type AnyPort, SettingsStore } from "../../../core/ports/mod.ts"
import { sampleJson } from "../../support/samples.ts"
import { triggerWorld } from "../../support/trigger_world.ts"

/** What is answered past the framework is what the framework would have answered; all else is left to it. */

const KEY = "events-only-key"
const SAMPLE = sampleJson("webhook/movie-media.play.json")
const route = plexWebhook as unknown as Route
const scope = Effect.runSync(Scope.make())
let runtime: ManagedRuntime.ManagedRuntime<AnyPort, never>
let framework = ""
let direct = ""
let taken = 0

beforeAll(async () => {
  const patch = {
    plex: { server_machine_id: SAMPLE.Server.uuid },
    oncue: { webhook_key: Redacted.make(KEY) },
  }
  runtime = ManagedRuntime.make(triggerWorld(patch, 100_000).layer as unknown as Layer.Layer<AnyPort>)
  const settings = runtime.runSync(SettingsStore.use((store) => store.current))
  const options: AppOptions = {
    run: (program) => runtime.runPromiseExit(program),
    settings: () => settings,
    routes: [route],
    basePath: "/subs",
    onDefect: () => {},
  }
  const { fetch } = makeApp(options)
  const handler = makeDirect(route, options)
  const start = async (served: Parameters<typeof listen>[0]) =>
    `http://127.0.0.1:${(await Effect.runPromise(Scope.provide(listen(served, "127.0.0.1", 0), scope))).port}`
  framework = await start({ fetch })
  direct = await start({
    fetch,
    direct: (incoming, outgoing) => {
      const isTaken = handler(incoming, outgoing)
      if (isTaken) taken += 1
      return isTaken
    },
  })
})
afterAll(async () => {
  await Effect.runPromise(Scope.close(scope, Exit.void))
  await runtime.dispose()
})

interface Asked {
  readonly path?: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

async function ask(address: string, { body, headers = {}, method = "POST", path }: Asked) {
  const response = await fetch(`${address}${path ?? `/api/webhooks/plex?apikey=${KEY}`}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body }),
  })
  const { date: _, ...told } = Object.fromEntries(response.headers)
  return { status: response.status, text: await response.text(), headers: told }
}

const playOf = (ratingKey: string) =>
  JSON.stringify({ ...SAMPLE, Metadata: { ...SAMPLE.Metadata, ratingKey } })

describe("makeDirect", () => {
  it.each<[string, Asked, boolean]>([
    ["an event that is taken", { body: playOf("1") }, true],
    ["an event that is not for us", { body: JSON.stringify({ event: "media.dance" }) }, true],
    ["what is no JSON", { body: "{" }, true],
    ["a compressed body", { body: "{}", headers: { "content-encoding": "gzip" } }, true],
    [
      "a key in the header",
      { path: "/api/webhooks/plex", headers: { "x-api-key": KEY }, body: playOf("2") },
      true,
    ],
    ["the path behind a proxy", { path: `/subs/api/webhooks/plex?apikey=${KEY}`, body: playOf("3") }, true],
    ["a wrong key", { path: "/api/webhooks/plex?apikey=wrong", body: playOf("4") }, false],
    ["no key", { path: "/api/webhooks/plex", body: playOf("5") }, false],
    [
      "a key in the form",
      {
        path: "/api/webhooks/plex",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: String(new URLSearchParams({ apikey: KEY, payload: playOf("6") })),
      },
      false,
    ],
    [
      "a body beyond what is answered directly",
      { body: `${playOf("7")}${" ".repeat(DIRECT_BODY_BYTES_MAX)}` },
      false,
    ],
    ["another method", { method: "PUT", body: playOf("8") }, false],
    ["another address", { path: `/api/webhooks/plexus?apikey=${KEY}`, body: playOf("9") }, false],
  ])("answers as the framework does: %s", async (_, asked, isDirect) => {
    const before = taken
    const answer = await ask(direct, asked)
    expect(taken - before).toBe(isDirect ? 1 : 0)
    expect(answer).toEqual(await ask(framework, asked))
  })
})
