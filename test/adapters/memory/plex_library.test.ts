import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layer, memoryServer, plexWorld } from "../../../adapters/memory/plex_library.ts"
import type { Section } from "../../../core/library/section.ts"
import type { MediaItem } from "../../../core/media/media_item.ts"
import { LibraryStage, plexLibraryContract } from "../../contracts/plex_library.ts"
import { sintel } from "../../support/plex_samples.ts"

const section = (id: string, type: Section["type"], title: string): Section => ({
  id,
  uuid: `${id.padStart(8, "0")}-0000-4000-8000-000000000000`,
  title,
  type,
  agent: "",
  scanner: "",
  language: "en-US",
  updatedAt: 1,
  createdAt: 1,
  locations: [`/data/${id}`],
})

const episode = (ratingKey: string, number: number): MediaItem => ({
  ...sintel,
  ref: { ...sintel.ref, ratingKey },
  kind: "episode",
  title: `Episode ${number}`,
  sectionId: "2",
  sectionTitle: "TV Shows",
  show: { ratingKey: "2000", title: "The Harbor Line", guid: "plex://show/5f0e00000000000000005001" },
  season: 1,
  episode: number,
  versions: [],
})

const staged = Layer.suspend(() => {
  const attic = memoryServer(
    { token: "server-token" },
    {
      sections: [section("1", "movie", "Movies"), section("2", "show", "TV Shows")],
      items: new Map([
        ["1001", sintel],
        [
          "1002",
          { ...sintel, ref: { ...sintel.ref, ratingKey: "1002" }, title: "Big Buck Bunny", versions: [] },
        ],
        ["2012", episode("2012", 2)],
        ["2011", episode("2011", 1)],
      ]),
      shows: new Map([
        [
          "2000",
          {
            ratingKey: "2000",
            title: "The Harbor Line",
            guid: "plex://show/5f0e00000000000000005001",
            guids: ["tvdb://990001"],
            year: 2024,
            sectionId: "2",
          },
        ],
      ]),
      onDemand: new Map([
        [
          "1001",
          [
            {
              key: "/library/streams/search/abc123",
              title: "Sintel.2010.1080p.BluRay",
              codec: "srt",
              languageCode: "eng",
              languageTag: "en",
              providerTitle: "OpenSubtitles",
              score: 9_210,
              sourceKey: null,
              perfectMatch: true,
              forced: false,
              hearingImpaired: false,
            },
          ],
        ],
      ]),
    },
  )
  const stage = Layer.succeed(LibraryStage, {
    access: {
      uri: "http://192.168.1.50:32400",
      machineIdentifier: attic.server.machineIdentifier,
      fingerprint: null,
      token: Redacted.make("server-token"),
    },
    keptSubtitleKey: "/library/streams/90008",
    showKey: "2000",
    addedAt: (ratingKey) => attic.items.get(ratingKey)?.addedAt ?? null,
  })
  return Layer.merge(layer(plexWorld({ servers: [attic] })), stage)
})

plexLibraryContract("memory", staged)
