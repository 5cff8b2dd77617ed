/** One running media server: the data of the world plus what only exists while it runs. */

import type { Simulation } from "../context.ts"
import type { Cancel } from "../http/scope.ts"
import type { Account } from "../world/account.ts"
import type { Item, PlexServer } from "../world/plex_server.ts"
import type { StockedSubtitle } from "../world/stock.ts"
import type { NotificationHub } from "./notifications.ts"

export interface PlaySession {
  readonly key: string
  readonly serverIndex: number
  readonly item: Item
  readonly user: Account
  readonly player: SessionPlayer
  viewOffsetMs: number
  state: "playing" | "paused" | "buffering"
  readonly stopTicking: Cancel
}

export interface SessionPlayer {
  readonly title: string
  readonly clientIdentifier: string
  readonly product: string
  readonly platform: string
  readonly publicAddress: string
  readonly local: boolean
}

export interface Activity {
  readonly uuid: string
  readonly type: string
  readonly title: string
  subtitle: string
  progress: number
  readonly context: Readonly<Record<string, unknown>>
}

export interface PmsContext {
  readonly simulation: Simulation
  readonly index: number
  readonly server: PlexServer
  readonly hub: NotificationHub
  readonly sessions: Map<string, PlaySession>
  readonly activities: Map<string, Activity>
  /** Library scans that have not ended, by library key. */
  readonly scans: Map<string, Set<Cancel>>
  nextSessionKey: number
  /** Candidates of on-demand searches by their key. */
  readonly candidates: Map<string, { readonly entry: StockedSubtitle; readonly score: number }>
}
