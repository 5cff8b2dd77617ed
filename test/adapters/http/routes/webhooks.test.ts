import { gzipSync } from "node:zlib"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { afterEach, describe, expect, it } from "vitest"
import { makeApp } from "../../../../adapters/http/app.ts"
import { WEBHOOK_BODY_BYTES_MAX, WEBHOOK_PAYLOAD_BYTES_MAX } from "../../../../adapters/http/payload.ts"
import type { Route } from "../../../../adapters/http/route.ts"
import { plexWebhook } from "../../../../adapters/http/routes/webhooks.ts"
import type { Heard } from "../../../../core/events/heard.ts"
import type { NewJob } from "../../../../core/jobs/job.ts"
import {
  type AnyPort,
  JobQueue,
  Journal,
  QueueFull,
  SettingsStore,
  StoreUnavailable,
  TriggerMonitor,
} from "../../../../core/ports/mod.ts"
import { applyPatch, DEFAULT_SETTINGS } from "../../../../core/settings/settings.ts"
import { rawRequestSample, sampleNames, sampleText } from "../../../support/samples.ts"

const KEY = "0123456789abcdef0123456789abcdef"
const EVENTS_KEY = "events-only-key"
const ATTIC = JSON.parse(sampleText("webhook/movie-media.play.json")).Server.uuid as string

const settings = applyPatch(DEFAULT_SETTINGS, {
  general: { use_plex: true },
  auth: { apikey: Redacted.make(KEY) },
  plex: { server_machine_id: ATTIC },
  oncue: { webhook_key: Redacted.make(EVENTS_KEY) },
})

let offered: Array<NewJob> = []
let heard: Array<Heard> = []
let refuse: QueueFull | StoreUnavailable | null = null
afterEach(() => {
  offered = []
  heard = []
  refuse = null
})

const ports = Layer.mergeAll(
  Layer.mock(SettingsStore)({ current: Effect.succeed(settings) }),
  Layer.mock(Journal)({ write: () => Effect.void }),
  Layer.mock(TriggerMonitor)({ heard: (one) => Effect.sync(() => void heard.push(one)) }),
  Layer.mock(JobQueue)({
    offer: (jobs) =>
      Effect.suspend(() => {
        if (refuse !== null) return Effect.fail(refuse)
        offered.push(...jobs)
        return Effect.succeed(jobs.map(() => ({ outcome: "added" as const, jobId: offered.length })))
      }),
  }),
)

const defects: Array<unknown> = []
const app = makeApp({
  run: (program) => Effect.runPromiseExit(Effect.provide(program, ports as Layer.Layer<AnyPort>)),
  settings: () => settings,
  routes: [plexWebhook as unknown as Route],
  basePath: "/oncue",
  onDefect: (_, cause) => defects.push(cause),
})

type Body = NonNullable<RequestInit["body"]>

interface Sent {
  readonly status: number
  readonly body: string
}

async function send(
  body: Body | null,
  headers: Record<string, string> = {},
  path = `/api/webhooks/plex?apikey=${KEY}`,
): Promise<Sent> {
  const init = { method: "POST", headers, body, duplex: "half" } as RequestInit
  const response = await app.request(path, init)
  return { status: response.status, body: await response.text() }
}

function form(fields: ReadonlyArray<readonly [string, string | Blob, string?]>): FormData {
  const data = new FormData()
  for (const [name, value, fileName] of fields) {
    if (typeof value === "string") data.append(name, value)
    else data.append(name, value, fileName)
  }
  return data
}

const play = (change: (event: any) => void = () => {}) => {
  const event = JSON.parse(sampleText("webhook/movie-media.play.json"))
  change(event)
  return JSON.stringify(event)
}

describe("POST /api/webhooks/plex", () => {
  it("takes the raw request that Plex sends, with and without a picture", async () => {
    const { body, contentType } = rawRequestSample("webhook/raw-multipart-with-thumb.http")
    const answer = await send(body, { "content-type": contentType })
    expect(answer).toEqual({ status: 200, body: '""' })
    expect(offered).toHaveLength(1)
    expect(offered[0]?.work).toMatchObject({ _tag: "FindSubtitles", serverId: ATTIC })
  })

  const EXPECTED: Readonly<Record<string, number>> = {
    "movie-media.play": 200,
    "episode-media.play": 200,
    "episode-non-ascii-media.play": 200,
    "episode-hama-anidb-media.play": 200,
    "episode-hama-tvdb4-media.play": 200,
    "episode-legacy-thetvdb-media.play": 200,
    "movie-legacy-imdb-media.play": 200,
    "local-guid-media.play": 200,
    "nfo-agent-movie-media.play": 200,
    "personal-media-media.play": 200,
  }
  for (const name of sampleNames("webhook", ".json")) {
    const key = name.replace(/^webhook\/|\.json$/g, "")
    it(`answers ${EXPECTED[key] ?? 204} to the sample ${key}`, async () => {
      const answer = await send(form([["payload", sampleText(name)]]))
      expect(answer.status).toBe(EXPECTED[key] ?? 204)
      expect(offered).toHaveLength(EXPECTED[key] === 200 ? 1 : 0)
    })
  }

  describe("keys", () => {
    const body = () => form([["payload", play()]])
    it("answers 401 without a key, with a wrong one, an empty one and one that is not ASCII", async () => {
      for (const path of [
        "",
        "?apikey=",
        "?apikey=wrong",
        `?apikey=${encodeURIComponent("ключ")}`,
        `?apikey=${KEY}x`,
      ]) {
        const answer = await send(body(), {}, `/api/webhooks/plex${path}`)
        expect([path, answer.status]).toEqual([path, 401])
        expect(answer.body).not.toContain(KEY)
      }
      expect(offered).toHaveLength(0)
    })
    it("takes the API key from header and query, and the webhook key", async () => {
      expect((await send(body(), { "x-api-key": KEY }, "/api/webhooks/plex")).status).toBe(200)
      expect((await send(body(), {}, `/api/webhooks/plex?apikey=${EVENTS_KEY}&instance=x`)).status).toBe(200)
      expect((await send(body(), {}, `/oncue/api/webhooks/plex?apikey=${EVENTS_KEY}`)).status).toBe(200)
    })
    it("takes the key from a small form when header and query have none", async () => {
      const data = new URLSearchParams({ apikey: KEY, payload: play() }).toString()
      const headers = {
        "content-type": "application/x-www-form-urlencoded",
        "content-length": String(data.length),
      }
      expect((await send(data, headers, "/api/webhooks/plex")).status).toBe(200)
      const large = `${data}&x=${"x".repeat(70_000)}`
      expect(
        (await send(large, { ...headers, "content-length": String(large.length) }, "/api/webhooks/plex"))
          .status,
      ).toBe(401)
    })
  })

  it("answers 405 with the allowed method to anything but POST", async () => {
    const response = await app.request("/api/webhooks/plex", { method: "GET" })
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"])
  })

  it("answers 503 with Retry-After when nothing could be stored, and takes nothing", async () => {
    refuse = new QueueFull({ waiting: 100_000, retryAfterSeconds: 30 })
    const full = await app.request(`/api/webhooks/plex?apikey=${KEY}`, {
      method: "POST",
      body: form([["payload", play()]]),
    })
    expect([full.status, full.headers.get("retry-after")]).toEqual([503, "30"])
    refuse = new StoreUnavailable({ store: "job queue", reason: "the disk is full" })
    expect((await send(form([["payload", play()]]))).status).toBe(503)
  })

  describe("bad input is never worse than a 4xx", () => {
    const json = { "content-type": "application/json" }
    const multi = { "content-type": "multipart/form-data; boundary=B" }
    const urlencoded = { "content-type": "application/x-www-form-urlencoded" }
    const whole = (text: string) =>
      `--B\r\nContent-Disposition: form-data; name="payload"\r\n\r\n${text}\r\n--B--\r\n`
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`
    const cases: ReadonlyArray<
      readonly [name: string, status: number, body: Body | null, headers?: Record<string, string>]
    > = [
      ["no body at all", 400, null],
      ["an empty JSON body", 400, "", json],
      ["an empty form", 400, "", urlencoded],
      ["an empty multipart body", 400, "", multi],
      ["multipart without a boundary", 400, whole(play()), { "content-type": "multipart/form-data" }],
      [
        "multipart with another boundary",
        400,
        whole(play()),
        { "content-type": "multipart/form-data; boundary=other" },
      ],
      ["multipart without the payload", 400, form([["other", "1"]])],
      ["multipart cut in the payload", 400, whole(play()).slice(0, 300), multi],
      ["multipart cut before its closing boundary", 400, whole(play()).slice(0, -7), multi],
      ["an empty payload", 400, form([["payload", ""]])],
      ["a payload of spaces", 400, form([["payload", "   "]])],
      ["a payload that is not JSON", 400, form([["payload", "{event:"]])],
      ["a payload that is HTML", 400, form([["payload", "<html></html>"]])],
      ["JSON null", 400, form([["payload", "null"]])],
      ["a JSON number", 400, form([["payload", "42"]])],
      ["a JSON text", 400, form([["payload", '"media.play"']])],
      ["JSON true", 400, form([["payload", "true"]])],
      ["a JSON list", 400, form([["payload", "[]"]])],
      ["very deep nesting", 400, form([["payload", deep]])],
      [
        "deep nesting inside an event",
        204,
        form([["payload", `{"event":"media.play","Metadata":{"x":${deep}}}`]]),
      ],
      ["no event", 400, form([["payload", "{}"]])],
      ["an empty event", 400, form([["payload", '{"event":""}']])],
      ["an event that is an object", 400, form([["payload", '{"event":{}}']])],
      ["an event that is a number", 204, form([["payload", '{"event":7}']])],
      ["an unknown event", 204, form([["payload", '{"event":"media.dance"}']])],
      ["no Metadata", 400, form([["payload", '{"event":"media.play"}']])],
      [
        "Metadata null",
        400,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata = null
            }),
          ],
        ]),
      ],
      [
        "Metadata a list",
        400,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata = []
            }),
          ],
        ]),
      ],
      [
        "Metadata a text",
        400,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata = "x"
            }),
          ],
        ]),
      ],
      [
        "Metadata empty",
        204,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata = {}
            }),
          ],
        ]),
      ],
      [
        "Guid a text",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.Guid = "imdb://tt1"
            }),
          ],
        ]),
      ],
      [
        "Guid an object",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.Guid = { id: 1 }
            }),
          ],
        ]),
      ],
      [
        "Guid null",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.Guid = null
            }),
          ],
        ]),
      ],
      [
        "Guid a list of odd items",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.Guid = [null, 1, {}, [], { id: 7 }]
            }),
          ],
        ]),
      ],
      [
        "guid a number",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.guid = 1
            }),
          ],
        ]),
      ],
      [
        "index a text",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.index = "3"
            }),
          ],
        ]),
      ],
      [
        "index an object",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.index = {}
            }),
          ],
        ]),
      ],
      [
        "no type",
        204,
        form([
          [
            "payload",
            play((e) => {
              delete e.Metadata.type
            }),
          ],
        ]),
      ],
      [
        "type a number",
        204,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.type = 1
            }),
          ],
        ]),
      ],
      [
        "type an object",
        204,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.type = {}
            }),
          ],
        ]),
      ],
      [
        "no ratingKey",
        204,
        form([
          [
            "payload",
            play((e) => {
              delete e.Metadata.ratingKey
            }),
          ],
        ]),
      ],
      [
        "ratingKey a number",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.ratingKey = 1001
            }),
          ],
        ]),
      ],
      [
        "ratingKey an object",
        204,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.ratingKey = {}
            }),
          ],
        ]),
      ],
      [
        "ratingKey a path",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.ratingKey = "../../identity?x="
            }),
          ],
        ]),
      ],
      [
        "Server null",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Server = null
            }),
          ],
        ]),
      ],
      [
        "Server a text",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Server = "x"
            }),
          ],
        ]),
      ],
      [
        "Server another one",
        204,
        form([
          [
            "payload",
            play((e) => {
              e.Server.uuid = "somebody-elses"
            }),
          ],
        ]),
      ],
      [
        "Server.uuid an object",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Server.uuid = {}
            }),
          ],
        ]),
      ],
      [
        "Account a list",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Account = []
            }),
          ],
        ]),
      ],
      [
        "Player missing",
        200,
        form([
          [
            "payload",
            play((e) => {
              delete e.Player
            }),
          ],
        ]),
      ],
      [
        "a title of a million characters",
        413,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.title = "x".repeat(WEBHOOK_PAYLOAD_BYTES_MAX)
            }),
          ],
        ]),
      ],
      [
        "a long title within the limit",
        200,
        form([
          [
            "payload",
            play((e) => {
              e.Metadata.title = "x".repeat(500_000)
            }),
          ],
        ]),
      ],
      [
        "__proto__ in the event",
        200,
        form([["payload", play().replace("{", '{"__proto__":{"event":"x"},')]]),
      ],
      ["a NUL in the event", 204, form([["payload", '{"event":"media.play\\u0000"}']])],
      [
        "invalid UTF-8 in a field",
        400,
        Buffer.concat([
          Buffer.from(whole("").slice(0, -9)),
          Buffer.from([0xff, 0xfe, 0xc3]),
          Buffer.from("\r\n--B--\r\n"),
        ]),
        multi,
      ],
      ["invalid UTF-8 in a JSON body", 400, Buffer.from([0x7b, 0xff, 0x7d]), json],
      ["invalid UTF-8 in a urlencoded form", 400, "payload=%FF%FE", urlencoded],
      ["a broken percent sign", 400, "payload=%", urlencoded],
      ["a payload as a file part", 200, form([["payload", new Blob([play()]), "payload.json"]])],
      [
        "two payloads: the first counts",
        200,
        form([
          ["payload", play()],
          ["payload", "nonsense"],
        ]),
      ],
      [
        "two payloads: the first is bad",
        400,
        form([
          ["payload", "nonsense"],
          ["payload", play()],
        ]),
      ],
      ["the event as the JSON body itself", 200, play(), json],
      ["the payload as a text in a JSON body", 200, JSON.stringify({ payload: play() }), json],
      ["the payload as an object in a JSON body", 400, JSON.stringify({ payload: {} }), json],
      ["a urlencoded payload", 200, new URLSearchParams({ payload: play() }).toString(), urlencoded],
      ["a gzip body", 400, gzipSync(play()), { ...json, "content-encoding": "gzip" }],
      ["an unknown content type", 400, "hello", { "content-type": "text/plain" }],
      ["a body past the limit", 413, "x".repeat(WEBHOOK_BODY_BYTES_MAX + 1), multi],
      [
        "a declared length past the limit",
        413,
        "x",
        { ...multi, "content-length": String(WEBHOOK_BODY_BYTES_MAX + 1) },
      ],
      ["a declared length that is no number", 200, play(), { ...json, "content-length": "many" }],
      [
        "a thumb of three megabytes",
        200,
        form([
          ["thumb", new Blob([new Uint8Array(3_000_000)]), "t.jpg"],
          ["payload", play()],
        ]),
      ],
      ["a hundred parts too many", 413, form(Array.from({ length: 120 }, (_, n) => [`f${n}`, "x"] as const))],
      ["a part name without quotes", 200, whole(play()).replace('"payload"', "payload"), multi],
      ["a part without Content-Disposition", 400, `--B\r\n\r\n${play()}\r\n--B--\r\n`, multi],
      ["line feeds alone", 400, whole(play()).replaceAll("\r\n", "\n"), multi],
      ["text before the first boundary", 200, `ignored\r\n${whole(play())}`, multi],
    ]
    for (const [name, status, body, headers] of cases) {
      it(`${name}: ${status}`, async () => {
        const answer = await send(body, headers ?? {})
        expect(answer.status).toBe(status)
        expect(offered).toHaveLength(status === 200 ? 1 : 0)
        if (status >= 400) {
          const { error } = JSON.parse(answer.body)
          expect(error).toMatch(/^[A-Z].{5,200}$/)
        }
        expect(defects).toEqual([])
      })
    }
  })
})
