import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { planMigration } from "../../../core/migration/plan_migration.ts"
import { PlexUnreachable } from "../../../core/ports/mod.ts"
import {
  API_KEY,
  ATTIC,
  atticWorld,
  hurried,
  inProcess,
  installation,
  SECURE,
} from "../../support/migration_world.ts"

const config = (plex: string) => `general:\n  use_plex: true\nplex:\n${plex}`
const PLAIN = config(`  apikey: ${API_KEY}\n  ip: 192.168.1.50\n  movie_library: Movies\n`)

const planning = (text: string, world = atticWorld()) =>
  Effect.flatMap(installation(text, world), (place) => hurried(inProcess(place, planMigration())))
const failing = (text: string, world = atticWorld()) =>
  Effect.filterOrFail(
    Effect.flip(planning(text, world)),
    (error) => error._tag === "MigrationImpossible",
    (error) => error,
  )

describe("planMigration()", () => {
  it.effect(
    "finds the server by asking the configured address who it is, and the best address of that server",
    () =>
      Effect.gen(function* () {
        const plan = yield* planning(PLAIN)
        assert.strictEqual(plan.server.machineIdentifier, ATTIC)
        assert.deepStrictEqual(plan.chosen, { uri: SECURE, local: true })
        assert.strictEqual(Redacted.value(plan.accountToken), API_KEY)
        assert.strictEqual(Redacted.value(plan.serverToken), "attic-token")
        assert.deepStrictEqual(
          plan.sections.map((one) => one.title),
          ["Movies", "TV Shows"],
        )
      }).pipe(Effect.scoped),
  )

  it.effect("opens a signed API key and never sends a value that it cannot open", () =>
    Effect.gen(function* () {
      const world = atticWorld()
      const signed = config(
        "  apikey: .eJwdjDkOgDAQA_-yNcVwhKunp-ADARYJEQ6JFEiIvxNw5_HIt_h90U1qaS67Hk5bp1f3ISCWSE7rfFi_RkJKhiGnoKTC0jMwokzB9POqpw8nUseFMfx5XomsG3c.Qyrpx8Fs5kpmYtd0AvDAb6TUtJE\n  apikey_encrypted: true\n  ip: 192.168.1.50\n",
      )
      const lost = yield* failing(signed, world)
      assert.isFalse(lost.later)
      assert.include(lost.message, "plex.apikey")
      assert.deepStrictEqual(world.accountCalls, [])

      world.tokens.add("ExamplePlexToken0001")
      const keyed = `${signed}  encryption_key: k3y-for-tests-0123456789abcdefghijklmnopqrs\n`
      assert.strictEqual(Redacted.value((yield* planning(keyed, world)).accountToken), "ExamplePlexToken0001")
    }).pipe(Effect.scoped),
  )

  it.effect(
    "learns who is at an https address whose certificate names another, without trusting it further",
    () =>
      Effect.gen(function* () {
        const world = atticWorld()
        world.servers[1]?.addresses.set("https://192.168.1.50:32400", {
          answers: { fault: "tls", reason: "wrong name", fingerprint: "AB:CD" },
          latencyMs: 0,
        })
        const text = `${PLAIN}  ssl: true\n`
        assert.strictEqual((yield* planning(text, world)).chosen.uri, SECURE)
        for (const uri of world.servers[1]?.addresses.keys() ?? [])
          if (uri.includes("plex.direct")) world.servers[1]?.addresses.delete(uri)
        const error = yield* failing(text, world)
        assert.isTrue(error.later)
        assert.include(error.message, "can be reached safely")
      }).pipe(Effect.scoped),
  )

  it.effect("goes by the id of a server that was selected already, wherever it answers now", () =>
    Effect.gen(function* () {
      const text = `${config(`  apikey: ${API_KEY}\n  server_machine_id: ${ATTIC}\n  server_url: http://gone:1\n`)}`
      const plan = yield* planning(text)
      assert.strictEqual(plan.server.machineIdentifier, ATTIC)
      assert.deepStrictEqual([plan.configured, plan.chosen.uri], ["http://gone:1", SECURE])
    }).pipe(Effect.scoped),
  )

  it.effect("keeps the configured address when it is the best that answers", () =>
    Effect.gen(function* () {
      const world = atticWorld()
      world.servers[1]?.addresses.set(SECURE, { answers: "silent", latencyMs: 0 })
      const plan = yield* planning(PLAIN, world)
      assert.deepStrictEqual(plan.chosen, { uri: "http://192.168.1.50:32400", local: true })
    }).pipe(Effect.scoped),
  )

  it.effect("passes over an address at which another machine answers", () =>
    Effect.gen(function* () {
      const world = atticWorld()
      world.servers[1]?.addresses.set(SECURE, { answers: { impostor: "beef" }, latencyMs: 0 })
      assert.strictEqual((yield* planning(PLAIN, world)).chosen.uri, "http://192.168.1.50:32400")
    }).pipe(Effect.scoped),
  )

  it.effect("says what is missing, and whether another try may help", () =>
    Effect.gen(function* () {
      const expectations: ReadonlyArray<
        readonly [
          text: string,
          change: (world: ReturnType<typeof atticWorld>) => void,
          later: boolean,
          reason: RegExp,
        ]
      > = [
        [config("  apikey: x\n  ip: ''\n"), () => {}, false, /plex\.ip/],
        [config("  apikey: unknown\n  ip: 192.168.1.50\n"), () => {}, false, /refuses the token/],
        [config(`  apikey: ${API_KEY}\n  ip: 192.168.1.99\n`), () => {}, true, /does not answer/],
        [
          PLAIN,
          (world) => {
            world.outage = new PlexUnreachable({
              where: "plex.tv",
              fault: "status",
              status: 429,
              retryAfterSeconds: 7,
              detail: "429",
            })
          },
          true,
          /Cannot reach plex\.tv/,
        ],
        [
          PLAIN,
          ({ servers: [, attic] }) => {
            if (attic !== undefined) attic.server = { ...attic.server, owned: false }
          },
          false,
          /not owned/,
        ],
        [
          PLAIN,
          ({ servers: [, attic] }) => {
            if (attic !== undefined) attic.server = { ...attic.server, accessToken: null }
          },
          false,
          /no token/,
        ],
        [
          PLAIN,
          ({ servers: [, attic] }) => {
            for (const uri of attic?.addresses.keys() ?? [])
              attic?.addresses.set(uri, { answers: { impostor: "stranger" }, latencyMs: 0 })
          },
          false,
          /not among the servers/,
        ],
      ]
      for (const [text, change, later, reason] of expectations) {
        const world = atticWorld()
        change(world)
        const error = yield* failing(text, world)
        assert.match(error.message, reason)
        assert.strictEqual(error.later, later, error.message)
        assert.notInclude(error.message, API_KEY)
        if (world.outage !== null) assert.strictEqual(error.retryAfterSeconds, 7)
      }
    }).pipe(Effect.scoped),
  )
})
