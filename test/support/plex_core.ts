import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layer as memoryEntropy } from "../../adapters/memory/entropy.ts"
import { layer as memoryJournal } from "../../adapters/memory/journal.ts"
import { layer as memoryPins } from "../../adapters/memory/pin_store.ts"
import { layer as memoryAccount, type PlexWorld, plexWorld } from "../../adapters/memory/plex_account.ts"
import { layer as memoryLibrary } from "../../adapters/memory/plex_library.ts"
import { layer as memoryServers } from "../../adapters/memory/plex_server.ts"
import { layer as memorySecrets } from "../../adapters/memory/secret_box.ts"
import { type MemorySettingsOptions, layer as memorySettings } from "../../adapters/memory/settings_store.ts"
import { layer as memoryState } from "../../adapters/memory/state_store.ts"
import { Journal } from "../../core/ports/mod.ts"
import type { Connection } from "../../core/servers/server.ts"
import type { SettingsPatch } from "../../core/settings/settings.ts"

/** Settings of an installation that is signed in; the memory account knows this token. */
export const SIGNED_IN: SettingsPatch = {
  general: { use_plex: true },
  plex: {
    auth_method: "oauth",
    token: Redacted.make("account-token"),
    username: "owner_user",
    user_id: "10000001",
    client_identifier: "7c1b1f0e-2f43-4a51-9d0b-3f6c2d1e9a10",
  },
}

/** Everything that programs about sign-in, servers and libraries ask for, in memory. */
export function plexCore(
  world: PlexWorld = plexWorld(),
  settings: SettingsPatch = SIGNED_IN,
  options: Omit<MemorySettingsOptions, "settings"> = {},
) {
  return Layer.mergeAll(
    memoryAccount(world),
    memoryServers(world),
    memoryLibrary(world),
    memorySettings({ settings, ...options }),
    memorySecrets(),
    memoryState,
    memoryJournal,
    memoryEntropy(),
    memoryPins,
  )
}

export const journalTexts = Effect.map(
  Journal.use((journal) => journal.read({ limit: 100 })),
  (entries) => entries.map(({ text }) => text).reverse(),
)

/** A connection as plex.tv lists it. */
export function connection(uri: string, rest: Partial<Connection> = {}): Connection {
  const url = new URL(uri)
  return {
    uri,
    protocol: url.protocol === "https:" ? "https" : "http",
    address: url.hostname,
    port: Number(url.port),
    local: true,
    relay: false,
    ...rest,
  }
}
