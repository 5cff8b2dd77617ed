/** One Plex Media Server: its libraries, its items and how it behaves. */

/** The weakest thing after which this server lists a new sidecar. Each stage includes the
 *  stronger ones: reading the item, scanning its folder, refreshing the item, scanning the
 *  whole library. */
export type SidecarStage = "read" | "scan" | "refresh" | "section" | "never"

/** An address that plex.tv lists for the server. The first four are bound by the simulator. */
export type Connection =
  /** Plain HTTP on loopback that works. */
  | { readonly kind: "http"; readonly local?: boolean }
  /** HTTPS on loopback under a `*.plex.direct` name that works for a client with the test authority. */
  | { readonly kind: "https"; readonly local?: boolean; readonly relay?: boolean }
  /** Accepts a connection and never answers. */
  | { readonly kind: "silent"; readonly local?: boolean }
  /** Nobody listens. */
  | { readonly kind: "refused"; readonly local?: boolean }
  /** Answers, but is a different server. */
  | { readonly kind: "impostor"; readonly local?: boolean }
  /** An address outside the simulator, listed as it is. */
  | {
      readonly kind: "literal"
      readonly protocol: "http" | "https"
      readonly address: string
      readonly port: number
      readonly local?: boolean
      readonly relay?: boolean
      readonly IPv6?: boolean
    }

export interface Stream {
  readonly id: number
  readonly streamType: 1 | 2 | 3
  readonly codec: string
  readonly [attribute: string]: unknown
}

/** A subtitle outside the video file: a sidecar (`path`), or one kept by the server (`bytes`). */
export interface ExternalSubtitle {
  readonly id: number
  readonly codec: string
  readonly languageTag: string | undefined
  readonly forced: boolean
  readonly hearingImpaired: boolean
  /** On disk. */
  readonly path?: string
  readonly bytes?: Buffer
  readonly title?: string
  /** Of one that was downloaded on demand. */
  readonly onDemand?: { readonly providerTitle: string; readonly sourceKey: string; readonly score: number }
}

export interface Part {
  readonly id: number
  /** Path below the media root, always beginning with a slash. */
  file: string
  size: number
  container: string
  /** Streams inside the file; absent in large worlds, where every file has one video and one audio. */
  streams?: Stream[]
  external: ExternalSubtitle[]
  /** Chosen subtitle stream by user name; 0 is "none". */
  selected: Map<string, number>
}

export interface Media {
  readonly id: number
  readonly attributes: Readonly<Record<string, unknown>>
  parts: Part[]
}

export type ItemType = "movie" | "show" | "season" | "episode" | "clip" | "track"

export interface Item {
  readonly ratingKey: string
  readonly type: ItemType
  /** Key of its library; absent for trailers and cinema pre-rolls. */
  section?: string
  title: string
  /** The primary guid. */
  guid: string
  /** External ids such as `imdb://tt1727587`; legacy agents have none. */
  guids: string[]
  parent?: string
  grandparent?: string
  children: string[]
  index?: number
  year?: number
  originallyAvailableAt?: string
  duration?: number
  addedAt: number
  addedAtLocked: boolean
  updatedAt: number
  media: Media[]
  /** Whatever else its metadata says. */
  extra: Record<string, unknown>
}

export interface Library {
  key: string
  type: "movie" | "show" | "artist" | "photo"
  title: string
  agent: string
  scanner: string
  language: string
  uuid: string
  locations: Array<{ id: number; path: string }>
  createdAt: number
  updatedAt: number
  scannedAt: number
  contentChangedAt: number
  hidden: 0 | 1 | 2
  refreshing: boolean
  /** Overrides the server's. */
  listsSidecarAfter?: SidecarStage
  /** Items by metadata type number, in the order they were added. */
  items: Map<number, Item[]>
}

/** An edit as it came in. Without `ids` it changed the whole library. */
export interface SectionEdit {
  readonly section: string
  readonly type: number
  readonly ids: ReadonlyArray<string> | null
  readonly changed: number
  readonly fields: Readonly<Record<string, string>>
}

export interface PlexServer {
  name: string
  machineIdentifier: string
  version: string
  platform: string
  platformVersion: string
  device: string
  publicAddress: string
  httpsRequired: boolean
  publicAddressMatches: boolean
  presence: boolean
  /** 32 hexadecimal digits of its `*.plex.direct` name. */
  certificateHash: string
  /** User name of the owner. */
  owner: string
  /** The owner's token for this server, other than the account token. */
  accessToken: string
  shares: Array<{ username: string; accessToken: string }>
  connections: Connection[]
  libraries: Library[]
  items: Map<string, Item>
  prefs: Record<string, string | number | boolean>
  /** A starting server answers 503 to everything. */
  state: "running" | "starting"
  acceptAccountToken: boolean
  listsSidecarAfter: SidecarStage
  /** How long the asynchronous work takes after its request was answered. */
  refreshDelayMs: number
  scanDelayMs: number
  downloadDelayMs: number
  /** Whether a refresh puts an unlocked added date back to what the agent says. */
  refreshResetsAddedAt: boolean
  onDemandSearch: boolean
  allowMediaDeletion: boolean
  /** Some servers do not page, whatever is asked. */
  honoursPaging: boolean
  /** Which methods start a library scan; the others get 404. */
  scanMethods: Array<"GET" | "POST">
  edits: SectionEdit[]
  nextId: number
}

export const METADATA_TYPE: Readonly<Record<ItemType, number>> = {
  movie: 1,
  show: 2,
  season: 3,
  episode: 4,
  clip: 12,
  track: 10,
}

export function makeServer(
  fields: Pick<PlexServer, "name" | "machineIdentifier" | "owner" | "accessToken"> & Partial<PlexServer>,
): PlexServer {
  return {
    version: "1.43.2.0000-example",
    platform: "Linux",
    platformVersion: "22.04",
    device: "Docker Container",
    publicAddress: "203.0.113.7",
    httpsRequired: false,
    publicAddressMatches: true,
    presence: true,
    certificateHash: "0123456789abcdef0123456789abcdef",
    shares: [],
    connections: [{ kind: "http", local: true }],
    libraries: [],
    items: new Map(),
    prefs: { FriendlyName: fields.name, WebHooksEnabled: true, PushNotificationsEnabled: false },
    state: "running",
    acceptAccountToken: true,
    listsSidecarAfter: "scan",
    refreshDelayMs: 5,
    scanDelayMs: 5,
    downloadDelayMs: 5,
    refreshResetsAddedAt: false,
    onDemandSearch: true,
    allowMediaDeletion: true,
    honoursPaging: true,
    scanMethods: ["GET", "POST"],
    edits: [],
    nextId: 100_000,
    ...fields,
  }
}

export function makeLibrary(
  fields: Pick<Library, "key" | "type" | "title" | "agent" | "scanner"> &
    Partial<Library> & { readonly paths: ReadonlyArray<string> },
): Library {
  const { paths, ...rest } = fields
  return {
    language: "en-US",
    uuid: `${fields.key.padStart(8, "0")}-0000-4000-8000-000000000000`,
    locations: paths.map((path, i) => ({ id: Number(fields.key) * 10 + i, path })),
    createdAt: 1_561_376_300,
    updatedAt: 1_755_000_000,
    scannedAt: 1_755_000_000,
    contentChangedAt: 24_331,
    hidden: 0,
    refreshing: false,
    items: new Map(),
    ...rest,
  }
}

/** Puts an item into its library and, for seasons and episodes, under its parent. */
export function putItem(server: PlexServer, item: Item): Item {
  server.items.set(item.ratingKey, item)
  if (item.parent !== undefined) server.items.get(item.parent)?.children.push(item.ratingKey)
  const library = server.libraries.find((candidate) => candidate.key === item.section)
  if (library !== undefined) {
    const type = METADATA_TYPE[item.type]
    const list = library.items.get(type)
    if (list === undefined) library.items.set(type, [item])
    else list.push(item)
  }
  return item
}

export function libraryOf(server: PlexServer, item: Item): Library | undefined {
  return server.libraries.find((library) => library.key === item.section)
}

export function sidecarStageOf(server: PlexServer, item: Item): SidecarStage {
  return libraryOf(server, item)?.listsSidecarAfter ?? server.listsSidecarAfter
}

export function partsOf(item: Item): ReadonlyArray<Part> {
  return item.media.length === 1 ? item.media[0]!.parts : item.media.flatMap((media) => media.parts)
}
