import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { PlexNotFound, PlexUnreachable } from "../../core/ports/mod.ts"
import { PlexServer, type ProbeFailure } from "../../core/ports/plex_server.ts"
import { addressKind, isPrivate } from "../../core/servers/address.ts"
import { placeName } from "../../core/servers/connection.ts"
import { admitted, answering, type MemoryServer, type PlexWorld, plexWorld } from "./_plex_world.ts"

export { memoryServer, type PlexWorld, plexWorld } from "./_plex_world.ts"

const PIXEL = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="),
  (character) => character.charCodeAt(0),
)

/** The media servers of a world. A stream of notifications sends what the world holds and is then cut. */
export function layer(world: PlexWorld = plexWorld()): Layer.Layer<PlexServer> {
  const sectionOf = (home: MemoryServer, id: string) => home.sections.find((section) => section.id === id)
  const record = (home: MemoryServer, call: string) =>
    Effect.andThen(
      Effect.sync(() => void home.calls.push(call)),
      Effect.suspend(() => home.onCall(call)),
    )

  return Layer.succeed(PlexServer, {
    identity: Effect.fnUntraced(function* (address) {
      const host = URL.canParse(address.uri) ? new URL(address.uri).hostname : ""
      if (address.privateOnly === true && host !== "localhost" && !isPrivate(addressKind(host))) {
        const reason = `${host} is not in the home network`
        return yield* Effect.fail<ProbeFailure>({ fault: "forbidden_address", reason, fingerprint: null })
      }
      const found = yield* answering(world, address, true)
      const machineIdentifier = "impostor" in found ? found.impostor : found.server.machineIdentifier
      if (address.machineIdentifier !== null && address.machineIdentifier !== machineIdentifier) {
        const reason = "another Plex Media Server answers at this address"
        return yield* Effect.fail<ProbeFailure>({ fault: "wrong_server", reason, fingerprint: null })
      }
      return { machineIdentifier, version: "impostor" in found ? "1.0" : found.server.version, claimed: true }
    }),
    info: (access) =>
      Effect.map(admitted(world, access), ({ server, plexPass }) => ({
        machineIdentifier: server.machineIdentifier,
        name: server.name,
        version: server.version,
        platform: server.platform,
        plexPass,
        hasWebhooks: plexPass,
      })),
    sections: (access) => Effect.map(admitted(world, access), ({ sections }) => sections),
    sectionCount: Effect.fnUntraced(function* (access, sectionId) {
      const home = yield* admitted(world, access)
      const section = sectionOf(home, sectionId)
      if (section === undefined) {
        return yield* new PlexNotFound({ where: placeName(access), what: `library ${sectionId}` })
      }
      const all = section.type === "show" ? home.shows : home.items
      return [...all.values()].filter((one) => one.sectionId === sectionId).length
    }),
    sessions: (access) =>
      Effect.map(admitted(world, access, { what: "list who is watching" }), ({ sessions }) => sessions),
    accounts: (access) =>
      Effect.map(admitted(world, access, { what: "list who uses it" }), ({ accounts }) => accounts),
    preference: (access, name) =>
      Effect.map(admitted(world, access), ({ preferences }) => preferences.get(name) ?? null),
    notifications: (access) =>
      Stream.unwrap(
        Effect.map(admitted(world, access), (home) => {
          const cut = new PlexUnreachable({
            where: placeName(access),
            fault: "reset",
            status: null,
            retryAfterSeconds: null,
            detail: "the connection was closed",
          })
          return Stream.make({ _tag: "Connected", via: "websocket" } as const).pipe(
            Stream.concat(Stream.fromIterable(home.notifications)),
            Stream.concat(Stream.fail(cut)),
          )
        }),
      ),
    selectSubtitle: (access, partId, streamId) =>
      Effect.flatMap(admitted(world, access), (home) => record(home, `select ${partId} ${streamId}`)),
    poster: Effect.fnUntraced(function* (access, item) {
      const home = yield* admitted(world, access)
      if (!home.items.has(item.ratingKey) && !home.shows.has(item.ratingKey)) {
        return yield* new PlexNotFound({ where: placeName(access), what: `poster of item ${item.ratingKey}` })
      }
      return { contentType: "image/png", bytes: PIXEL }
    }),
  })
}
