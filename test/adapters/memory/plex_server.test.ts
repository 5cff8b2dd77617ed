import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layer, memoryServer, plexWorld } from "../../../adapters/memory/plex_server.ts"
import { plexServerContract, ServerStage } from "../../contracts/plex_server.ts"
import { sintel } from "../../support/plex_samples.ts"

const staged = Layer.suspend(() => {
  const attic = memoryServer(
    { token: "server-token" },
    {
      guestTokens: new Set(["guest-token"]),
      sections: [
        {
          id: "1",
          uuid: "00000001-0000-4000-8000-000000000000",
          title: "Movies",
          type: "movie",
          agent: "tv.plex.agents.movie",
          scanner: "Plex Movie",
          language: "en-US",
          updatedAt: 1,
          createdAt: 1,
          locations: ["/data/media/movies"],
        },
      ],
      items: new Map([["1001", sintel]]),
      accounts: [
        {
          id: "1",
          name: "owner_user",
          subtitleLanguage: "nl",
          audioLanguage: "en",
          subtitleMode: "foreign",
        },
        { id: "90210", name: "shared_user", subtitleLanguage: null, audioLanguage: null, subtitleMode: null },
      ],
      sessions: [
        {
          sessionKey: "1",
          ratingKey: "1001",
          type: "movie",
          guid: "plex://movie/5d776830880197001ec90e0c",
          live: false,
          extra: false,
          title: "Sintel",
          showTitle: null,
          season: null,
          episode: null,
          sectionId: "1",
          sectionTitle: "Movies",
          user: { id: "1", title: "owner_user" },
          player: {
            id: "player",
            title: "Living Room",
            product: "Plex HTPC",
            platform: "Linux",
            state: "playing",
          },
          viewOffsetMs: 1_000,
          partId: "5101",
        },
      ],
      notifications: [
        {
          _tag: "Playing",
          sessionKey: "1",
          ratingKey: "1001",
          state: "playing",
          viewOffsetMs: 1_000,
          clientIdentifier: null,
        },
      ],
    },
  )
  const other = memoryServer({
    machineIdentifier: "other",
    connections: [
      {
        uri: "http://192.168.1.51:32400",
        protocol: "http",
        address: "192.168.1.51",
        port: 32_400,
        local: true,
        relay: false,
      },
    ],
  })
  const world = plexWorld({ servers: [attic, other] })
  const stage = Layer.succeed(ServerStage, {
    access: {
      uri: "http://192.168.1.50:32400",
      machineIdentifier: attic.server.machineIdentifier,
      fingerprint: null,
      token: Redacted.make("server-token"),
    },
    guestToken: "guest-token",
    refusedUri: "http://192.168.1.99:32400",
    impostorUri: "http://192.168.1.51:32400",
    films: 1,
    partId: "5101",
    ratingKey: "1001",
    notify: Effect.void,
  })
  return Layer.merge(layer(world), stage)
})

plexServerContract("memory", staged)
