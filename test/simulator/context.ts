/** What the simulated services share. */

import type { BackgroundWork } from "./background_work.ts"
import type { ServiceContext } from "./http/service.ts"
import type { TokenRegistry } from "./plex_tv/tokens.ts"
import type { Paths } from "./world/media_files.ts"
import type { World } from "./world/world.ts"

export interface Urls {
  plexTv: string
  plexApp: string
  gestdown: string
  openSubtitles: string
  subdl: string
  sonarr: string[]
  radarr: string[]
  pms: string[]
  /** Discord, ntfy, Gotify and webhooks on one address, and a mail server. */
  receivers: string
  smtp: string
  bazarr: string
}

/** An address of a server as plex.tv lists it. */
export interface ListedConnection {
  readonly protocol: "http" | "https"
  readonly address: string
  readonly port: number
  readonly uri: string
  readonly local: boolean
  readonly relay: boolean
  readonly IPv6: boolean
}

export interface Simulation extends ServiceContext {
  readonly world: World
  readonly paths: Paths
  readonly tokens: TokenRegistry
  readonly urls: Urls
  readonly work: BackgroundWork
  /** By index of the server; filled while the servers start. */
  readonly connections: ListedConnection[][]
  /** Milliseconds; only tests that move time replace it. */
  readonly now: () => number
}

export const nowSeconds = (simulation: Simulation): number => Math.floor(simulation.now() / 1000)
