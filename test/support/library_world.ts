import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { layer as memoryEntropy } from "../../adapters/memory/entropy.ts"
import { layer as memoryIndex } from "../../adapters/memory/item_index.ts"
import { layer as memoryQueue } from "../../adapters/memory/job_queue.ts"
import { layer as memoryJournal } from "../../adapters/memory/journal.ts"
import { type MemoryInstance, layer as memoryCatalog } from "../../adapters/memory/media_catalog.ts"
import { layer as plexAccount } from "../../adapters/memory/plex_account.ts"
import { memoryServer, layer as plexLibrary, plexWorld } from "../../adapters/memory/plex_library.ts"
import { layer as plexServer } from "../../adapters/memory/plex_server.ts"
import { layer as memoryBox } from "../../adapters/memory/secret_box.ts"
import { layer as memorySettings } from "../../adapters/memory/settings_store.ts"
import { layer as memoryState } from "../../adapters/memory/state_store.ts"
import { type MemoryDisk, memoryDisk, layer as memoryShelf } from "../../adapters/memory/subtitle_shelf.ts"
import type { Section } from "../../core/library/section.ts"
import type { MediaItem } from "../../core/media/media_item.ts"
import type { ServerAccess } from "../../core/servers/server.ts"
import { applyPatch, DEFAULT_SETTINGS, type SettingsPatch } from "../../core/settings/settings.ts"
import { SERVER_ID } from "./plex_items.ts"

export const OTHER_SERVER_ID = "dec0de00dec0de00dec0de00dec0de00dec0de00"

export const section = (
  id: string,
  type: Section["type"],
  locations: ReadonlyArray<string> = [],
): Section => ({
  id,
  uuid: `uuid-${id}`,
  title: `Library ${id}`,
  type,
  agent: "tv.plex.agents.movie",
  scanner: "Plex Movie",
  language: "en-US",
  updatedAt: 0,
  createdAt: 0,
  locations,
})

const URLS = ["http://192.168.1.50:32400", "http://192.168.1.60:32400"] as const

const home = (id: string, uri: string) => {
  const address = new URL(uri).hostname
  return memoryServer({
    machineIdentifier: id,
    connections: [{ uri, protocol: "http", address, port: 32_400, local: true, relay: false }],
  })
}

/** Two selected servers, a disk and every port that a program about the library may ask for, all in memory. */
export function libraryWorld(
  given: {
    readonly settings?: SettingsPatch
    readonly instances?: ReadonlyArray<MemoryInstance>
    readonly disk?: MemoryDisk
  } = {},
) {
  const attic = home(SERVER_ID, URLS[0])
  const den = home(OTHER_SERVER_ID, URLS[1])
  const world = plexWorld({ servers: [attic, den] })
  const entry = (id: string, url: string, token: string) => ({
    machine_id: id,
    name: id.slice(0, 6),
    url,
    local: true,
    token: Redacted.make(token),
    connections: [url],
    manual: [],
    fingerprint: "",
    libraries: [],
  })
  const base: SettingsPatch = {
    plex: {
      auth_method: "oauth",
      token: Redacted.make("account-token"),
      client_identifier: "client",
      update_movie_library: true,
      update_series_library: true,
    },
    oncue: {
      servers: [
        entry(SERVER_ID, URLS[0], `token-of-${SERVER_ID}`),
        entry(OTHER_SERVER_ID, URLS[1], `token-of-${OTHER_SERVER_ID}`),
      ],
    },
  }
  const settings = applyPatch(applyPatch(DEFAULT_SETTINGS, base), given.settings ?? {})
  const disk = given.disk ?? memoryDisk()
  const ports = Layer.mergeAll(
    memorySettings({ settings: settings as SettingsPatch }),
    memoryState,
    memoryEntropy(),
    memoryJournal,
    memoryQueue(),
    memoryIndex,
    memoryBox(),
    memoryShelf(disk),
    memoryCatalog(given.instances ?? []),
    plexLibrary(world),
    plexServer(world),
    plexAccount(world),
  )
  const access: ServerAccess = {
    uri: URLS[0],
    machineIdentifier: SERVER_ID,
    fingerprint: null,
    token: attic.server.accessToken!,
  }
  const add = (server: typeof attic, ...items: ReadonlyArray<MediaItem>) => {
    for (const item of items) server.items.set(item.ref.ratingKey, item)
  }
  return { attic, den, world, ports, access, disk, add }
}

/** Runs a program while the clock goes on, a tenth of a second at a time. */
export const passing = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    for (let turn = 0; turn < 5_000 && fiber.pollUnsafe() === undefined; turn += 1)
      yield* TestClock.adjust("100 millis")
    return yield* Fiber.join(fiber)
  })
