import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { PlexServer, type ServerNotification } from "../../core/ports/plex_server.ts"
import type { ServerAccess } from "../../core/servers/server.ts"

/** What a test of PlexServer must know about the other side: a server with a film library "1" and somebody watching. */
export class ServerStage extends Context.Service<
  ServerStage,
  {
    readonly access: ServerAccess
    /** A token with which the server is shared. */
    readonly guestToken: string
    readonly refusedUri: string
    /** Another server answers there. */
    readonly impostorUri: string
    readonly films: number
    readonly partId: string
    readonly ratingKey: string
    /** Makes the server send a notification about this session, once somebody listens. */
    readonly notify: Effect.Effect<void>
  }
>()("test/ServerStage") {}

/** What every PlexServer owes. Each test gets its own server. */
export function plexServerContract(name: string, layer: Layer.Layer<PlexServer | ServerStage>): void {
  const start = Effect.gen(function* () {
    const stage = yield* ServerStage
    return { server: yield* PlexServer, stage, access: stage.access }
  })
  const tokenless = ({ uri, machineIdentifier, fingerprint }: ServerAccess) => ({
    uri,
    machineIdentifier,
    fingerprint,
  })

  describe(`PlexServer: ${name}`, () => {
    it.effect("identity() needs no token and names the machine", () =>
      Effect.gen(function* () {
        const { server, access } = yield* start
        const found = yield* server.identity({ ...tokenless(access), machineIdentifier: null })
        assert.strictEqual(found.machineIdentifier, access.machineIdentifier)
        assert.isTrue(found.claimed)
        yield* server.identity(tokenless(access))
      }).pipe(Effect.provide(layer)),
    )

    it.effect("identity() says why an address cannot be used", () =>
      Effect.gen(function* () {
        const { server, stage, access } = yield* start
        const fault = (uri: string, privateOnly = false) =>
          Effect.map(
            Effect.flip(server.identity({ ...tokenless(access), uri, privateOnly })),
            (one) => one.fault,
          )
        assert.strictEqual(yield* fault(stage.refusedUri), "refused")
        assert.strictEqual(yield* fault(stage.impostorUri), "wrong_server")
        assert.strictEqual(yield* fault("http://203.0.113.9:32400", true), "forbidden_address")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("info() proves the token, and a wrong one is rejected by every call", () =>
      Effect.gen(function* () {
        const { server, stage, access } = yield* start
        const info = yield* server.info(access)
        assert.strictEqual(info.machineIdentifier, access.machineIdentifier)
        assert.isTrue(info.plexPass && info.hasWebhooks)
        const wrong = { ...access, token: Redacted.make("not-a-token") }
        for (const call of [
          server.info(wrong),
          server.sections(wrong),
          server.sectionCount(wrong, "1"),
          server.sessions(wrong),
          server.preference(wrong, "WebHooksEnabled"),
          server.selectSubtitle(wrong, stage.partId, "0"),
          Stream.runDrain(server.notifications(wrong)),
        ]) {
          const error = yield* Effect.flip(call as Effect.Effect<unknown, { _tag: string }>)
          assert.strictEqual(error._tag, "TokenRejected")
        }
      }).pipe(Effect.provide(layer)),
    )

    it.effect("a call to an address where nobody answers is PlexUnreachable", () =>
      Effect.gen(function* () {
        const { server, stage, access } = yield* start
        const error = yield* Effect.flip(server.sections({ ...access, uri: stage.refusedUri }))
        assert(error._tag === "PlexUnreachable")
        assert.strictEqual(error.fault, "refused")
        assert.strictEqual(error.where, stage.refusedUri)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("sections() lists libraries with their folders, sectionCount() counts one", () =>
      Effect.gen(function* () {
        const { server, stage, access } = yield* start
        const films = (yield* server.sections(access)).find(({ id }) => id === "1")
        assert.strictEqual(films?.type, "movie")
        assert.isNotEmpty(films?.locations)
        assert.strictEqual(yield* server.sectionCount(access, "1"), stage.films)
        assert.strictEqual((yield* Effect.flip(server.sectionCount(access, "99")))._tag, "PlexNotFound")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("sessions() tells who is watching, to the owner only", () =>
      Effect.gen(function* () {
        const { server, stage, access } = yield* start
        const [session] = yield* server.sessions(access)
        assert.strictEqual(session?.ratingKey, stage.ratingKey)
        assert.strictEqual(session?.user.title, "owner_user")
        const guest = { ...access, token: Redacted.make(stage.guestToken) }
        yield* server.sections(guest)
        assert.strictEqual((yield* Effect.flip(server.sessions(guest)))._tag, "PlexForbidden")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("accounts() tells who uses the server and their languages, to the owner only", () =>
      Effect.gen(function* () {
        const { server, stage, access } = yield* start
        const owner = (yield* server.accounts(access)).find(({ id }) => id === "1")
        assert.deepInclude(owner, { name: "owner_user", subtitleLanguage: "nl", subtitleMode: "foreign" })
        const others = (yield* server.accounts(access)).filter(({ id }) => id !== "1")
        assert.isTrue(others.every(({ name, subtitleLanguage }) => name !== "" && subtitleLanguage === null))
        const guest = { ...access, token: Redacted.make(stage.guestToken) }
        assert.strictEqual((yield* Effect.flip(server.accounts(guest)))._tag, "PlexForbidden")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("preference() is a text, and null when the server does not know it", () =>
      Effect.gen(function* () {
        const { server, access } = yield* start
        assert.strictEqual(yield* server.preference(access, "WebHooksEnabled"), "true")
        assert.isNull(yield* server.preference(access, "NoSuchPreference"))
      }).pipe(Effect.provide(layer)),
    )

    it.effect("notifications() says that it is connected, then what happens, and fails when it is cut", () =>
      Effect.gen(function* () {
        const { server, stage, access } = yield* start
        const heard: Array<ServerNotification> = []
        const error = yield* server.notifications(access).pipe(
          Stream.tap((one) => (one._tag === "Connected" ? stage.notify : Effect.void)),
          Stream.runForEach((one) => Effect.sync(() => void heard.push(one))),
          Effect.flip,
        )
        assert.deepStrictEqual(heard[0], { _tag: "Connected", via: "websocket" })
        assert.isTrue(heard.some((one) => one._tag === "Playing" && one.ratingKey === stage.ratingKey))
        assert.strictEqual(error._tag, "PlexUnreachable")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("poster() is a picture", () =>
      Effect.gen(function* () {
        const { server, stage, access } = yield* start
        const item = { serverId: access.machineIdentifier, ratingKey: stage.ratingKey }
        const picture = yield* server.poster(access, item, 200)
        assert.match(picture.contentType, /^image\//)
        assert.isAbove(picture.bytes.byteLength, 0)
        const none = server.poster(access, { ...item, ratingKey: "99999" }, 200)
        assert.strictEqual((yield* Effect.flip(none))._tag, "PlexNotFound")
      }).pipe(Effect.provide(layer)),
    )

    it.effect("selectSubtitle() is understood", () =>
      Effect.gen(function* () {
        const { server, stage, access } = yield* start
        yield* server.selectSubtitle(access, stage.partId, "0")
      }).pipe(Effect.provide(layer)),
    )
  })
}
