import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { memoryServer, plexWorld } from "../../../adapters/memory/plex_server.ts"
import type { ServerAccount } from "../../../core/ports/plex_server.ts"
import type { ServerAccess } from "../../../core/servers/server.ts"
import { applyPatch, DEFAULT_SETTINGS, type SettingsPatch } from "../../../core/settings/settings.ts"
import { followViewer, PREFERENCES_KEPT_MS } from "../../../core/viewer/follow_viewer.ts"
import { plexCore, SIGNED_IN } from "../../support/plex_core.ts"

const account = (id: string, name: string, more: Partial<ServerAccount> = {}): ServerAccount => ({
  id,
  name,
  subtitleLanguage: null,
  audioLanguage: null,
  subtitleMode: null,
  ...more,
})

function setUp(
  accounts: ReadonlyArray<ServerAccount>,
  settings: SettingsPatch = { oncue: { follow_viewer: true } },
) {
  const home = memoryServer({}, { accounts: [...accounts] })
  const world = plexWorld({ servers: [home] })
  const ports = plexCore(
    world,
    applyPatch(applyPatch(DEFAULT_SETTINGS, SIGNED_IN), settings) as SettingsPatch,
  )
  const { accessToken, connections, machineIdentifier } = home.server
  const access: ServerAccess = {
    uri: connections[0]!.uri,
    machineIdentifier,
    fingerprint: null,
    token: accessToken!,
  }
  return { access, home, ports, world }
}
const ben = { id: "7", name: "Ben" }
const owner = { id: "1", name: "owner_user" }

describe("followViewer()", () => {
  it.effect("wants what whoever watches has set on the server, and reads it once in a while", () => {
    const { access, home, ports } = setUp([
      account("7", "Ben", { subtitleLanguage: "nl", subtitleMode: "foreign" }),
    ])
    return Effect.gen(function* () {
      const profile = yield* followViewer(access, ben)
      assert.deepStrictEqual([profile?.wishes[0]?.language, profile?.wishes[0]?.unlessAudio], ["nl", true])
      assert.strictEqual(profile?.name, "what Ben has set in Plex")
      home.accounts = [account("7", "Ben", { subtitleLanguage: "de" })]
      assert.strictEqual((yield* followViewer(access, ben))?.wishes[0]?.language, "nl")
      yield* TestClock.adjust(PREFERENCES_KEPT_MS)
      assert.strictEqual((yield* followViewer(access, ben))?.wishes[0]?.language, "de")
    }).pipe(Effect.provide(ports))
  })

  it.effect("asks plex.tv for the account whose token we have, where the server does not say", () => {
    const { access, ports, world } = setUp([
      account("1", "owner_user", { subtitleMode: "always" }),
      account("7", "Ben"),
    ])
    world.user = { ...world.user, subtitleLanguage: "fr" }
    return Effect.gen(function* () {
      const [wish] = (yield* followViewer(access, owner))?.wishes ?? []
      assert.deepStrictEqual([wish?.language, wish?.unlessAudio], ["fr", false])
      assert.isNull(
        yield* followViewer(access, ben),
        "of others plex.tv tells nothing, so the library's profile counts",
      )
    }).pipe(Effect.provide(ports))
  })

  it.effect(
    "knows nothing, and fails nothing, where the token may not ask or the server does not answer",
    () => {
      const { access, home, ports, world } = setUp([account("7", "Ben", { subtitleLanguage: "nl" })])
      home.guestTokens = new Set(home.tokens)
      home.tokens = new Set()
      world.user = { ...world.user, subtitleLanguage: null }
      return Effect.gen(function* () {
        assert.isNull(yield* followViewer(access, ben))
        assert.isNull(yield* followViewer(access, owner))
        assert.isNull(
          yield* followViewer({ ...access, uri: "http://192.168.1.99:32400", machineIdentifier: "x" }, ben),
        )
      }).pipe(Effect.provide(ports))
    },
  )

  it.effect("asks nobody unless the settings want it and somebody watches", () => {
    const known = [account("7", "Ben", { subtitleLanguage: "nl" })]
    const off = setUp(known, {})
    const on = setUp(known)
    return Effect.gen(function* () {
      assert.isNull(yield* Effect.provide(followViewer(off.access, ben), off.ports))
      assert.isNull(yield* Effect.provide(followViewer(on.access, null), on.ports))
      assert.deepStrictEqual([off.world.accountCalls, on.world.accountCalls], [[], []])
    })
  })
})
