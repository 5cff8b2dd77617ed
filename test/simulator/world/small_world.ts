/** The world of the recorded samples: three servers, every kind of guid, one Sonarr, one Radarr. */

import { makeAccount } from "./account.ts"
import { makeArr } from "./arr.ts"
import { fillAttic } from "./attic.ts"
import { addMovie } from "./build.ts"
import { type Connection, makeLibrary, makeServer } from "./plex_server.ts"
import { smallRadarr, smallSonarr } from "./small_arr.ts"
import { smallStock } from "./small_stock.ts"
import { openSubtitlesRules, subdlRules } from "./stock.ts"
import type { World } from "./world.ts"

export interface SmallWorldOptions {
  /** `all`: what plex.tv lists for a server in Docker, dead addresses included; a full probe of
   *  those takes as long as the prober's time-out. `live`: only addresses that answer. */
  readonly connections?: "all" | "live"
}

export const OWNER = "owner_user"
export const SHARED_USER = "shared_user"
export const FREE_USER = "free_user"

const LIVE: ReadonlyArray<Connection> = [
  { kind: "https", local: true },
  { kind: "http", local: true },
]

function literal(address: string, port: number, rest: Partial<Connection> = {}): Connection {
  return { kind: "literal", protocol: "https", address, port, ...rest } as Connection
}

function atticConnections(which: "all" | "live"): Connection[] {
  if (which === "live") return [...LIVE]
  return [
    // The address of the container itself, which nobody else can reach.
    literal("172.17.0.2", 32_400, { local: true }),
    ...LIVE,
    literal("2001:db8::50", 32_400, { IPv6: true }),
    literal("203.0.113.7", 31_234),
    literal("198.51.100.200", 8443, { relay: true }),
  ]
}

export function smallWorld(options: SmallWorldOptions = {}): World {
  const which = options.connections ?? "all"
  const attic = makeServer({
    name: "Attic",
    machineIdentifier: "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
    owner: OWNER,
    accessToken: "EXAMPLEserverTOKEN-attic",
    shares: [{ username: SHARED_USER, accessToken: "EXAMPLEserverTOKEN-attic-for-shared" }],
    connections: atticConnections(which),
  })
  fillAttic(attic)

  const shed = makeServer({
    name: "Shed",
    machineIdentifier: "5ed00000000000000000000000000000000005ed",
    owner: OWNER,
    accessToken: "EXAMPLEserverTOKEN-shed",
    certificateHash: "5ed05ed05ed05ed05ed05ed05ed05ed0",
    device: "PC",
    connections: [{ kind: "http", local: true }, ...(which === "all" ? [{ kind: "refused" } as const] : [])],
    libraries: [
      makeLibrary({
        key: "1",
        type: "movie",
        title: "Movies",
        agent: "tv.plex.agents.movie",
        scanner: "Plex Movie",
        uuid: "5ed00001-0000-4000-8000-000000000000",
        paths: ["/shed/films"],
      }),
    ],
    nextId: 200_000,
  })
  addMovie(shed, {
    key: "501",
    section: "1",
    title: "Sintel",
    year: 2010,
    guid: "plex://movie/5d776b59ad5437001f79c6f8",
    guids: ["imdb://tt1727587", "tmdb://45745", "tvdb://9900745"],
    file: "/shed/films/Sintel (2010)/Sintel (2010).mkv",
    resolution: "720",
  })

  const friends = makeServer({
    name: "Friend's box",
    machineIdentifier: "feedface00feedface00feedface00feedface00",
    version: "1.42.2.0000-example",
    platform: "Windows",
    platformVersion: "10.0",
    device: "PC",
    owner: "friend_user",
    accessToken: "EXAMPLEserverTOKEN-friend-own",
    shares: [{ username: OWNER, accessToken: "EXAMPLEserverTOKEN-shared" }],
    publicAddress: "198.51.100.44",
    publicAddressMatches: false,
    httpsRequired: true,
    presence: false,
    certificateHash: "fedcba9876543210fedcba9876543210",
    connections: [{ kind: "http" }, ...(which === "all" ? [literal("198.51.100.44", 32_400)] : [])],
    libraries: [
      makeLibrary({
        key: "1",
        type: "movie",
        title: "Movies",
        agent: "tv.plex.agents.movie",
        scanner: "Plex Movie",
        uuid: "feed0001-0000-4000-8000-000000000000",
        paths: ["/friend/movies"],
      }),
    ],
    nextId: 300_000,
  })
  addMovie(friends, {
    key: "91",
    section: "1",
    title: "Big Buck Bunny",
    year: 2008,
    guid: "plex://movie/5d776b59ad5437001f79c6f9",
    guids: ["imdb://tt1254207", "tmdb://10378"],
    file: "/friend/movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mkv",
  })

  return {
    accounts: [
      makeAccount({
        id: 10_000_001,
        uuid: "0a1b2c3d4e5f6071",
        username: OWNER,
        email: "owner@example.com",
        plexPass: true,
        presetTokens: ["EXAMPLEaccountTOKEN01", "ExamplePlexToken0001"],
        webhooks: ["https://hooks.example.net/plex/other-app"],
      }),
      makeAccount({
        id: 10_000_002,
        username: FREE_USER,
        email: "free@example.com",
        presetTokens: ["EXAMPLEaccountTOKEN02"],
      }),
      makeAccount({ id: 20_000_002, username: "friend_user", email: "friend@example.com" }),
      makeAccount({ id: 90_210, username: SHARED_USER, email: "shared@example.com" }),
    ],
    players: [
      {
        owner: OWNER,
        name: "Living Room TV",
        product: "Plex HTPC",
        platform: "Linux",
        device: "HTPC",
        clientIdentifier: "player-uuid-livingroom-01",
        publicAddress: "203.0.113.7",
        local: true,
      },
      {
        owner: SHARED_USER,
        name: "Plex for Android (Mobile)",
        product: "Plex for Android (Mobile)",
        platform: "Android",
        device: "Phone",
        clientIdentifier: "player-uuid-remote-02",
        publicAddress: "198.51.100.23",
        local: false,
      },
    ],
    servers: [attic, shed, friends],
    sonarr: [
      smallSonarr(),
      makeArr({ app: "Sonarr", instanceName: "Sonarr 4K", apiKey: "1".repeat(32), urlBase: "/sonarr4k" }),
    ],
    radarr: [smallRadarr()],
    stock: smallStock(),
    stockForAnything: false,
    openSubtitles: openSubtitlesRules(),
    subdl: subdlRules(),
    rotateTokens: true,
    files: "real",
  }
}
