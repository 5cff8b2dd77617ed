import type { Section } from "../../core/library/section.ts"
import type {
  PlaySession,
  ServerAccount,
  ServerIdentity,
  ServerInfo,
  ServerNotification,
} from "../../core/ports/plex_server.ts"
import { child, flag, isNode, list, type Node, number, text } from "./_tree.ts"

export function readIdentity(container: Node): ServerIdentity | null {
  const machineIdentifier = text(container, "machineIdentifier")
  if (machineIdentifier === null) return null
  return {
    machineIdentifier,
    version: text(container, "version") ?? "",
    claimed: flag(container, "claimed"),
  }
}

export function readInfo(container: Node): ServerInfo | null {
  const machineIdentifier = text(container, "machineIdentifier")
  if (machineIdentifier === null) return null
  const features = (text(container, "ownerFeatures") ?? "").split(",").map((one) => one.trim())
  return {
    machineIdentifier,
    name: text(container, "friendlyName") ?? machineIdentifier,
    version: text(container, "version") ?? "",
    platform: text(container, "platform") ?? "",
    plexPass: flag(container, "myPlexSubscription"),
    hasWebhooks: features.includes("webhooks"),
  }
}

export function readSections(container: Node): ReadonlyArray<Section> {
  return list(container, "Directory").flatMap((one) => {
    const id = text(one, "key")
    if (id === null) return []
    const type = text(one, "type")
    return {
      id,
      uuid: text(one, "uuid") ?? "",
      title: text(one, "title") ?? id,
      type: type === "movie" || type === "show" ? type : "other",
      agent: text(one, "agent") ?? "",
      scanner: text(one, "scanner") ?? "",
      language: text(one, "language") ?? "",
      updatedAt: number(one, "updatedAt") ?? 0,
      createdAt: number(one, "createdAt") ?? 0,
      locations: list(one, "Location").flatMap((place) => text(place, "path") ?? []),
    }
  })
}

export function readSessions(container: Node): ReadonlyArray<PlaySession> {
  return list(container, "Metadata", "Video", "Track", "Photo").flatMap((one) => {
    const sessionKey = text(one, "sessionKey")
    if (sessionKey === null) return []
    const user = child(one, "User")
    const player = child(one, "Player")
    const media = list(one, "Media")
    const parts = list(media.find((version) => flag(version, "selected")) ?? media[0] ?? {}, "Part")
    const part = parts.find((candidate) => flag(candidate, "selected")) ?? parts[0]
    return {
      sessionKey,
      ratingKey: text(one, "ratingKey"),
      type: text(one, "type") ?? "",
      guid: text(one, "guid") ?? "",
      live: flag(one, "live"),
      extra: text(one, "extraType") !== null || text(one, "subtype") === "trailer",
      title: text(one, "title") ?? "",
      showTitle: text(one, "grandparentTitle"),
      season: number(one, "parentIndex"),
      episode: number(one, "index"),
      sectionId: text(one, "librarySectionID"),
      sectionTitle: text(one, "librarySectionTitle"),
      user: { id: text(user, "id") ?? "", title: text(user, "title") ?? "" },
      player: {
        id: text(player, "machineIdentifier") ?? "",
        title: text(player, "title") ?? "",
        product: text(player, "product") ?? "",
        platform: text(player, "platform") ?? "",
        state: text(player, "state") ?? "",
      },
      viewOffsetMs: number(one, "viewOffset") ?? 0,
      partId: part === undefined ? null : text(part, "id"),
    }
  })
}

/** As plex.tv numbers them too: 0 by hand, 1 with foreign audio, 2 always. */
const SUBTITLE_MODES = ["manual", "foreign", "always"] as const

/** The unnamed entries are places that the server keeps for itself. */
export function readAccounts(container: Node): ReadonlyArray<ServerAccount> {
  return list(container, "Account").flatMap((one) => {
    const id = text(one, "id")
    const name = text(one, "name")
    if (id === null || name === null || name === "") return []
    return {
      id,
      name,
      subtitleLanguage: text(one, "defaultSubtitleLanguage") || null,
      audioLanguage: text(one, "defaultAudioLanguage") || null,
      subtitleMode: SUBTITLE_MODES[number(one, "subtitleMode") ?? -1] ?? null,
    }
  })
}

export function readPreference(container: Node, name: string): string | null {
  const setting = list(container, "Setting").find((one) => text(one, "id") === name)
  if (setting === undefined) return null
  const value = setting.value
  return typeof value === "boolean" ? String(value) : (text(setting, "value") ?? "")
}

const PLAY_STATES = ["playing", "paused", "stopped", "buffering"] as const
const LIBRARY = "com.plexapp.plugins.library"

function readPlaying(one: Node): ServerNotification | null {
  const sessionKey = text(one, "sessionKey")
  const ratingKey = text(one, "ratingKey")
  const state = PLAY_STATES.find((known) => known === one.state)
  if (sessionKey === null || ratingKey === null || state === undefined) return null
  const viewOffsetMs = number(one, "viewOffset") ?? 0
  const clientIdentifier = text(one, "clientIdentifier")
  return { _tag: "Playing", sessionKey, ratingKey, state, viewOffsetMs, clientIdentifier }
}

function readTimeline(one: Node): ServerNotification | null {
  const itemId = text(one, "itemID")
  const type = number(one, "type")
  const state = number(one, "state")
  const identifier = text(one, "identifier")
  // Others are programme guides and the like.
  if ((identifier !== null && identifier !== LIBRARY) || itemId === null || type === null || state === null) {
    return null
  }
  return {
    _tag: "Timeline",
    sectionId: text(one, "sectionID") ?? "-1",
    itemId,
    type,
    state,
    metadataState: text(one, "metadataState"),
    title: text(one, "title") ?? "",
  }
}

/**
 * The notifications in one message of either stream. A WebSocket wraps a list in `NotificationContainer`, server-sent
 * events send a single object without it, and some servers do it the other way round; every form is understood.
 */
export function readNotifications(message: string): ReadonlyArray<ServerNotification> {
  let root: unknown
  try {
    root = JSON.parse(message)
  } catch {
    return []
  }
  if (!isNode(root)) return []
  const container = list(root, "NotificationContainer")[0] ?? root
  const playing = list(container, "PlaySessionStateNotification").map(readPlaying)
  const timeline = list(container, "TimelineEntry").map(readTimeline)
  return [...playing, ...timeline].filter((one) => one !== null)
}
