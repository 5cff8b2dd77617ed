import type { Settings } from "../settings/settings.ts"
import type { EventMetadata, PlexEvent } from "./event.ts"

/** What is done with an event. `quiet` ones are so frequent (pause, stop, music) that nobody wants to read of them. */
export type Decision =
  | { readonly _tag: "Search"; readonly serverId: string; readonly ratingKey: string }
  | { readonly _tag: "Ignore"; readonly reason: string; readonly quiet: boolean }
  | { readonly _tag: "Malformed"; readonly reason: string }

const ignore = (reason: string, quiet = false): Decision => ({ _tag: "Ignore", reason, quiet })

/** The machine identifiers of the selected servers, the primary one first. */
export function selectedServers(settings: Settings): ReadonlyArray<string> {
  const ids = settings.oncue.servers.map((server) => server.machine_id)
  const primary = settings.plex.server_machine_id
  return primary === "" || ids.includes(primary) ? ids : [primary, ...ids]
}

function chosenLibraries(settings: Settings, serverId: string) {
  const entry = settings.oncue.servers.find((server) => server.machine_id === serverId)
  const isPrimary = selectedServers(settings)[0] === serverId
  const { plex } = settings
  return {
    ids: [
      ...(entry?.libraries ?? []),
      ...(isPrimary ? [...plex.movie_library_ids, ...plex.series_library_ids] : []),
    ],
    titles: isPrimary ? [...plex.movie_library, ...plex.series_library].filter((title) => title !== "") : [],
  }
}

/** Whether an item of this library is ours to care for: by id where ids are stored, else by exact title. None chosen: all. */
export function isChosenLibrary(
  settings: Settings,
  serverId: string,
  section: { readonly id: string | null; readonly title: string | null },
): boolean {
  const { ids, titles } = chosenLibraries(settings, serverId)
  if (ids.length > 0) return section.id !== null && ids.includes(section.id)
  if (titles.length > 0) return section.title !== null && titles.includes(section.title)
  return true
}

/** Why an item of this kind never gets subtitles, or null. */
function unsuitable(metadata: EventMetadata): string | null {
  if (metadata.guid.includes("prerolls://")) return "a cinema pre-roll"
  if (metadata.live) return "live television"
  if (metadata.extra || metadata.type === "clip") return "a trailer or extra"
  if (metadata.type === "") return "an item without a type"
  if (metadata.type !== "movie" && metadata.type !== "episode") return `of type ${metadata.type}`
  if (metadata.ratingKey === null) return "an item without a rating key"
  return null
}

function allowed(list: ReadonlyArray<string>, values: ReadonlyArray<string | undefined>): boolean {
  return (
    list.length === 0 ||
    list.some((one) => values.some((value) => value?.toLowerCase() === one.toLowerCase()))
  )
}

/**
 * What to do with a webhook event under these settings. Pure; the order of the checks is Bazarr's, so that an existing
 * client sees the same answers.
 */
export function decide(event: PlexEvent, settings: Settings): Decision {
  if (!settings.oncue.webhook_events.includes(event.event))
    return ignore(`the event ${event.event} is not handled`, true)
  if (event.metadata === null) return { _tag: "Malformed", reason: "No Metadata found in JSON request body" }
  if (!settings.general.use_plex) return ignore("Plex is switched off in the settings")
  const unsuited = unsuitable(event.metadata)
  if (unsuited !== null) return ignore(`it is ${unsuited}`, true)
  const servers = selectedServers(settings)
  const serverId = event.server?.uuid || servers[0]
  if (serverId === undefined) return ignore("no server is selected")
  if (!servers.includes(serverId))
    return ignore(`the server ${event.server?.title || serverId} is not selected`)
  const section = { id: event.metadata.librarySectionId, title: event.metadata.librarySectionTitle }
  if (!isChosenLibrary(settings, serverId, section))
    return ignore(`the library ${section.title ?? section.id ?? "?"} is not chosen`)
  if (!allowed(settings.oncue.only_users, [event.account?.title, event.account?.id])) {
    return ignore(`${event.account?.title || "the viewer"} is not among the chosen users`)
  }
  if (!allowed(settings.oncue.only_players, [event.player?.title, event.player?.uuid])) {
    return ignore(`${event.player?.title || "the player"} is not among the chosen players`)
  }
  return { _tag: "Search", serverId, ratingKey: event.metadata.ratingKey ?? "" }
}
