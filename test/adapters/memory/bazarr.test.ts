import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { layer, memoryBazarr, targetKey } from "../../../adapters/memory/bazarr.ts"
import type { BazarrTarget } from "../../../core/bridge/bazarr_item.ts"
import { bazarrContract, DUTCH, THAI } from "../../contracts/bazarr.ts"

bazarrContract(
  "memory",
  Effect.sync(() => {
    const film: BazarrTarget = { _tag: "Movie", radarrId: 7 }
    const episode: BazarrTarget = { _tag: "Episode", seriesId: 1, episodeId: 70 }
    const empty = { subtitles: [], missing: [DUTCH, THAI] }
    const world = memoryBazarr({
      items: new Map([film, episode].map((target) => [targetKey(target), empty])),
      stock: new Set(["nl"]),
    })
    return {
      layer: layer(world),
      access: { url: world.url, apiKey: Redacted.make(world.apiKey) },
      version: world.version,
      film,
      episode,
      unknown: { _tag: "Movie", radarrId: 404 },
      refuse: () => {
        world.refusal = "Permission or path mapping issue?"
      },
      slow: (ms) => {
        world.searchMs = ms
      },
    }
  }),
)
