import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { layer as memoryLibrary, memoryServer, plexWorld } from "../../../adapters/memory/plex_library.ts"
import { layer } from "../../../adapters/plex/plex_library.ts"
import { make } from "../../../adapters/plex/subtitle_source.ts"
import type { OnDemandSubtitle } from "../../../core/ports/mod.ts"
import { subtitleSourceContract } from "../../contracts/subtitle_source.ts"
import { smallWorld, startSimulator } from "../../simulator/mod.ts"
import { sintel } from "../../support/plex_samples.ts"
import { makeTrouble } from "../../support/provider_mock.ts"
import { filmQuery, languages } from "../../support/subtitle_queries.ts"

const MACHINE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const itemAt = (uri: string, token = "EXAMPLEserverTOKEN-attic") => ({
  ref: { serverId: MACHINE, ratingKey: "1001" },
  access: { uri, machineIdentifier: MACHINE, fingerprint: null, token: Redacted.make(token) },
})

subtitleSourceContract(
  "Plex",
  Effect.gen(function* () {
    const simulator = yield* Effect.acquireRelease(
      Effect.promise(() =>
        startSimulator({ world: { ...smallWorld({ connections: "live" }), files: "none" } }),
      ),
      (one) => Effect.promise(() => one.close()),
    )
    const client = Effect.succeed({ identifier: "client-of-the-tests", deviceName: "Test" })
    const item = itemAt(simulator.urls.pms[0]!)
    return {
      source: yield* make().pipe(Effect.provide(layer({ version: "0.0.0", client }))),
      found: filmQuery({}, { languages: languages("en"), item }),
      nothing: filmQuery({}, { languages: languages("ko"), item }),
      unsuited: filmQuery(),
      trouble: (what) => makeTrouble(simulator, "pms", what),
      calls: () => simulator.requests.count({ service: "pms" }),
      secrets: ["EXAMPLEserverTOKEN-attic"],
    }
  }),
  ["broken", "garbage", "page", "reset", "silent", "slow_down", "refused"],
)

const offered = (languageTag: string | null, languageCode: string | null): OnDemandSubtitle => ({
  key: `/library/streams/search/${languageTag}-${languageCode}`,
  title: "Sintel.2010.1080p.BluRay",
  codec: "srt",
  languageCode,
  languageTag,
  providerTitle: "OpenSubtitles",
  score: 9_210,
  sourceKey: null,
  perfectMatch: languageTag === "pt-BR",
  forced: false,
  hearingImpaired: false,
})

describe("search()", () => {
  it.effect("names a subtitle as Plex does in every search, not by the key of this one", () =>
    Effect.gen(function* () {
      const server = memoryServer({ token: "t" })
      server.items = new Map([["1001", sintel]])
      const named = {
        ...offered("en", "eng"),
        key: "/library/streams/search/1",
        sourceKey: "opensubtitles/7",
      }
      server.onDemand = new Map([
        ["1001", [named, { ...offered("en", "eng"), key: "/library/streams/search/2" }]],
      ])
      const source = yield* make().pipe(Effect.provide(memoryLibrary(plexWorld({ servers: [server] }))))
      const item = itemAt("http://192.168.1.50:32400", "t")
      const found = yield* source.search(filmQuery({}, { languages: languages("en"), item }))
      assert.deepStrictEqual(
        found.map(({ id }) => id),
        ["opensubtitles/7", "/library/streams/search/2"],
      )
    }),
  )

  it.effect("asks once for two letters, and keeps apart what the server tells apart", () =>
    Effect.gen(function* () {
      const server = memoryServer({ token: "t" })
      server.items = new Map([["1001", sintel]])
      server.onDemand = new Map([
        ["1001", [offered("pt", "por"), offered("pt-BR", "por"), offered("de", "ger")]],
      ])
      const source = yield* make().pipe(Effect.provide(memoryLibrary(plexWorld({ servers: [server] }))))
      const item = itemAt("http://192.168.1.50:32400", "t")
      const found = yield* source.search(filmQuery({}, { languages: languages("pt-BR", "pt"), item }))
      assert.deepStrictEqual(
        found.map(({ language, matchedBy }) => `${language}: ${matchedBy.join(" ")}`),
        ["pt: server", "pt-BR: hash server"],
      )
    }),
  )
})
