/** Looking at the folder of an item, and whether the server does so at a given stage. */

import { readdirSync } from "node:fs"
import { dirname } from "node:path"
import { nowSeconds } from "../context.ts"
import {
  type ExternalSubtitle,
  type Item,
  libraryOf,
  partsOf,
  type SidecarStage,
  sidecarStageOf,
} from "../world/plex_server.ts"
import { type SidecarName, sidecarsOf } from "../world/sidecar_name.ts"
import type { PmsContext } from "./pms_context.ts"

const STRENGTH: Readonly<Record<SidecarStage, number>> = {
  read: 0,
  scan: 1,
  refresh: 2,
  section: 3,
  never: Number.POSITIVE_INFINITY,
}

function namesIn(folder: string): ReadonlyArray<string> {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function sameSidecar(known: ExternalSubtitle, parsed: SidecarName): boolean {
  return (
    known.languageTag === parsed.language?.tag &&
    known.forced === parsed.forced &&
    known.hearingImpaired === parsed.hearingImpaired
  )
}

/** Lists what lies beside the files now; true when that changed anything. A sidecar that stays
 *  keeps its stream id. `folders` spares a scan from reading the same folder again. */
export function readSidecars(
  context: PmsContext,
  item: Item,
  folders: Map<string, ReadonlyArray<string>> = new Map(),
): boolean {
  const { server, simulation } = context
  let changed = false
  for (const part of partsOf(item)) {
    const folder = dirname(simulation.paths.onDisk(part.file))
    let names = folders.get(folder)
    if (names === undefined) {
      names = namesIn(folder)
      folders.set(folder, names)
    }
    const known = part.external.filter((subtitle) => subtitle.path !== undefined)
    if (names.length === 0 && known.length === 0) continue
    const found = sidecarsOf(part.file, names).map(({ name, parsed }): ExternalSubtitle => {
      const path = `${folder}/${name}`
      const before = known.find((subtitle) => subtitle.path === path)
      if (before !== undefined && sameSidecar(before, parsed)) return before
      changed = true
      return {
        id: server.nextId++,
        codec: parsed.codec,
        languageTag: parsed.language?.tag,
        forced: parsed.forced,
        hearingImpaired: parsed.hearingImpaired,
        path,
      }
    })
    if (found.length !== known.length) changed = true
    const kept = part.external.filter((subtitle) => subtitle.path === undefined)
    if (changed) part.external = [...found, ...kept]
  }
  if (changed) {
    item.updatedAt = nowSeconds(simulation)
    const library = libraryOf(server, item)
    if (library !== undefined) library.contentChangedAt += 1
  }
  return changed
}

/** Reads the folder when `done` is a stage after which this server does. */
export function readSidecarsAt(
  context: PmsContext,
  item: Item,
  done: Exclude<SidecarStage, "never">,
  folders?: Map<string, ReadonlyArray<string>>,
): boolean {
  if (STRENGTH[done] < STRENGTH[sidecarStageOf(context.server, item)]) return false
  return readSidecars(context, item, folders)
}
