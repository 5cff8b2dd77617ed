/** The simulated world as plain, mutable data. Tests change it freely between requests. */

import type { Account, PlayerDevice } from "./account.ts"
import type { ArrInstance } from "./arr.ts"
import type { PlexServer } from "./plex_server.ts"
import type { OpenSubtitlesRules, StockedSubtitle, SubdlRules } from "./stock.ts"

export interface World {
  accounts: Account[]
  /** Devices other than servers that plex.tv lists among the owner's resources. */
  players: PlayerDevice[]
  servers: PlexServer[]
  sonarr: ArrInstance[]
  radarr: ArrInstance[]
  /** What the subtitle providers have. */
  stock: StockedSubtitle[]
  /** Whether providers also invent one subtitle for anything the stock lacks; for large worlds. */
  stockForAnything: boolean
  openSubtitles: OpenSubtitlesRules
  subdl: SubdlRules
  /** plex.tv: a new claim for the same account and client identifier ends the previous token. */
  rotateTokens: boolean
  /** Whether the video files are made below the media root. */
  files: "real" | "none"
}

export function accountOf(world: World, username: string): Account | undefined {
  return world.accounts.find((account) => account.username === username)
}
