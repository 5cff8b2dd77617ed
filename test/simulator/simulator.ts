/** The interface that tests and the demonstration see. */

import type { BazarrRules } from "./bazarr/bazarr.ts"
import type { Urls } from "./context.ts"
import type { Faults } from "./http/faults.ts"
import type { RequestLog } from "./http/request_log.ts"
import type { EventOptions, PlayOptions, PlayResult } from "./play.ts"
import type { DeviceKeys } from "./plex_tv/device_keys.ts"
import type { Pin } from "./plex_tv/pins.ts"
import type { TokenRegistry } from "./plex_tv/tokens.ts"
import type { NotificationHub } from "./pms/notifications.ts"
import type { PlaySession } from "./pms/pms_context.ts"
import type { Mail } from "./receivers/mail_server.ts"
import type { Told } from "./receivers/receivers.ts"
import type { WebhookAnswer } from "./webhook/post.ts"
import type { Item, SectionEdit } from "./world/plex_server.ts"
import type { World } from "./world/world.ts"

export interface SimulatorOptions {
  /** Folder in which the media tree is made; default a fresh temporary one, removed at close. */
  readonly mediaRoot?: string
  /** What media servers call that folder; default its real path. `""` gives the paths of the
   *  recorded samples, which exist on no machine. */
  readonly plexRoot?: string
  readonly world?: World
  /** Added to every answer; default 0. */
  readonly latencyMs?: number
  readonly now?: () => number
}

/** A subtitle stream as the media server lists it. */
export interface ListedSubtitle {
  readonly id: number
  readonly codec: string
  /** Only of sidecars and of what the server keeps itself. */
  readonly key?: string
  /** Only of streams inside the file. */
  readonly index?: number
  readonly languageTag?: string
  readonly languageCode?: string
  readonly forced?: boolean
  readonly hearingImpaired?: boolean
  readonly [attribute: string]: unknown
}

export interface ItemRef {
  readonly server?: number | string
  readonly item: string | Item
}

export interface NewMovie {
  readonly server?: number | string
  readonly section?: string
  readonly title: string
  readonly year?: number
  readonly guids?: ReadonlyArray<string>
  /** Path below the media root; default below the library's first folder. */
  readonly file?: string
}

export interface NewEpisode {
  readonly server?: number | string
  /** Rating key of the show; its season is made when missing. */
  readonly show: string
  readonly season: number
  readonly episode: number
  readonly title?: string
  readonly guids?: ReadonlyArray<string>
  readonly file?: string
}

export interface ImportOptions {
  /** Index of the Sonarr or Radarr; default 0. */
  readonly instance?: number
  readonly complete?: boolean
  readonly isUpgrade?: boolean
  /** Default the webhooks among the connections of the Sonarr or Radarr. */
  readonly urls?: ReadonlyArray<string>
}

export interface Simulator {
  readonly world: World
  readonly urls: Urls
  /** For the process under test. */
  readonly env: Record<string, string>
  readonly mediaRoot: string
  readonly requests: RequestLog
  readonly faults: Faults
  readonly tokens: TokenRegistry
  readonly deviceKeys: DeviceKeys
  readonly pins: () => ReadonlyArray<Pin>
  /** PEM text of the authority behind the servers' HTTPS addresses. */
  readonly authority: string
  readonly setLatency: (ms: number) => void

  /** As if the person had approved in the browser; default the first account. */
  readonly approvePin: (codeOrId: string | number, user?: string) => void
  /** Refused: the pin stays pending until it expires, as plex.tv has no other answer. */
  readonly denyPin: (codeOrId: string | number) => void
  readonly expirePin: (codeOrId: string | number) => void

  readonly play: (options: PlayOptions) => Promise<PlayResult>
  readonly stop: (session: PlaySession) => void
  /** Posts any event without a session. */
  readonly sendEvent: (options: EventOptions) => Promise<ReadonlyArray<WebhookAnswer>>
  /** Posts any payload, in Plex's multipart form. */
  readonly sendPayload: (url: string, payload: unknown, thumb?: Buffer | null) => Promise<WebhookAnswer>

  /** New items: file on disk, timeline from created to done. */
  readonly addMovie: (movie: NewMovie) => Item
  readonly addEpisode: (episode: NewEpisode) => Item
  /** Another version of an item: a second file under the same key. */
  readonly addFile: (ref: ItemRef & { readonly file: string }) => void
  readonly removeItem: (ref: ItemRef) => void
  /** Makes the item's video file and folder where the world was made without files. */
  readonly makeFile: (ref: ItemRef) => string

  readonly subtitlesListedBy: (ref: ItemRef | string) => ReadonlyArray<ListedSubtitle>
  readonly item: (ref: ItemRef | string) => Item
  /** Where the item's first file is on this machine. */
  readonly pathOf: (ref: ItemRef | string) => string
  /** How the Bazarr stand-in behaves; tests change it. */
  readonly bazarr: BazarrRules
  /** What was told through Discord, ntfy, Gotify and the webhook, and by e-mail. */
  readonly told: () => ReadonlyArray<Told>
  readonly mails: () => ReadonlyArray<Mail>
  /** Resolves when no refresh, scan, download or timeline is still going on. */
  readonly idle: () => Promise<void>
  readonly edits: (server?: number | string) => ReadonlyArray<SectionEdit>
  readonly notifications: (server?: number | string) => NotificationHub

  /** What Sonarr posts for episodes, Radarr for a film. */
  readonly importEpisodes: (
    episodeIds: ReadonlyArray<number>,
    options?: ImportOptions,
  ) => Promise<ImportResult>
  readonly importMovie: (movieId: number, options?: ImportOptions) => Promise<ImportResult>
  readonly arrTest: (app: "Sonarr" | "Radarr", options?: ImportOptions) => Promise<ImportResult>

  /** Gives a server new ports, as a new address would; plex.tv lists them at once. */
  readonly moveServer: (server?: number | string) => Promise<void>
  /** Closes the server's ports until it is moved or `startServer` opens new ones. */
  readonly stopServer: (server?: number | string) => Promise<void>
  readonly close: () => Promise<void>
}

export interface ImportResult {
  readonly body: Record<string, unknown>
  readonly answers: ReadonlyArray<WebhookAnswer>
}
