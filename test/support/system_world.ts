import * as Layer from "effect/Layer"
import { type MemoryBazarr, layer as memoryBazarr } from "../../adapters/memory/bazarr.ts"
import { memorySource, make as memorySubtitles } from "../../adapters/memory/subtitle_source.ts"
import { layer as memoryMonitor } from "../../adapters/memory/trigger_monitor.ts"
import { SubtitleSources } from "../../core/ports/mod.ts"
import { libraryWorld } from "./library_world.ts"

/** The world of the library, with two providers and somebody who notes what is heard. */
export function systemWorld(given: Parameters<typeof libraryWorld>[0] = {}, bazarr?: MemoryBazarr) {
  const world = libraryWorld(given)
  const sources = [
    memorySource({ id: "subdl", name: "SubDL" }),
    memorySource({ id: "gestdown", name: "Gestdown" }),
  ]
  const ports = Layer.mergeAll(
    Layer.provideMerge(memoryMonitor, world.ports),
    memoryBazarr(bazarr),
    Layer.succeed(SubtitleSources, sources.map(memorySubtitles)),
  )
  return { ...world, ports }
}
