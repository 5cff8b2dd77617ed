import { authMethod } from "../auth/account_access.ts"
import * as selected from "../servers/selected.ts"
import type { Settings } from "../settings/settings.ts"
import { type EventMetadata, isPlayback, type PlexEvent } from "./event.ts"

/** What is done with an event. `quiet` ones are so frequent (pause, stop, music) that nobody wants to read of them. */
export type Decision =
  | { readonly _tag: "Search"; readonly serverId: string; readonly ratingKey: string }
  | { readonly _tag: "Ignore"; readonly reason: string; readonly quiet: boolean }
  | { readonly _tag: "Malformed"; readonly reason: string }

const ignore = (reason: string, quiet = false): Decision => ({ _tag: "Ignore", reason, quiet })

/** The machine identifiers of the selected servers, the primary one first. */
export function selectedServers(settings: Settings): ReadonlyArray<string> {
  return selected.selectedServers(settings).map((server) => server.machine_id)
}

/** A library as an event names it: either may be missing. */
export interface SectionRef {
  readonly id: string | null
  readonly title: string | null
}

function chosenLibraries(settings: Settings, serverId: string) {
  const entries = selected.selectedServers(settings)
  const libraries = entries.find((server) => server.machine_id === serverId)?.libraries ?? []
  const primary = entries[0]?.machine_id ?? serverId
  if (primary !== serverId) return { ids: libraries, titles: [], allTitles: [] }
  const { movie_library, movie_library_ids, series_library, series_library_ids } = settings.plex
  const named = (titles: ReadonlyArray<string>) => titles.filter((title) => title !== "")
  return {
    ids: [...libraries, ...movie_library_ids, ...series_library_ids],
    // A kind that has ids goes by them alone, since a second library may have the same title.
    titles: [
      ...(movie_library_ids.length === 0 ? named(movie_library) : []),
      ...(series_library_ids.length === 0 ? named(series_library) : []),
    ],
    allTitles: named([...movie_library, ...series_library]),
  }
}

/** Whether titles have a say in which libraries of this server are chosen, so that an id alone does not tell. */
export function choosesByTitle(settings: Settings, serverId: string): boolean {
  return chosenLibraries(settings, serverId).titles.length > 0
}

/** Whether an item of this library is ours to care for: by id where ids are stored, else by exact title. None chosen: all. */
export function isChosenLibrary(settings: Settings, serverId: string, section: SectionRef): boolean {
  const { allTitles, ids, titles } = chosenLibraries(settings, serverId)
  if (ids.length === 0 && titles.length === 0) return true
  if (section.id !== null && ids.includes(section.id)) return true
  const byTitle = section.id === null ? allTitles : titles
  return section.title !== null && byTitle.includes(section.title)
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

/** Whether a filter lets one of the values pass; an empty filter lets everything pass. */
function allowed(list: ReadonlyArray<string>, values: ReadonlyArray<string | undefined>): boolean {
  return (
    list.length === 0 ||
    list.some((one) => values.some((value) => value?.toLowerCase() === one.trim().toLowerCase()))
  )
}

/** Whether items of this type (`movie`, `episode`) are wanted. */
export function isWantedType(settings: Settings, type: string): boolean {
  return allowed(settings.oncue.only_types, [type])
}

/** What to do with something that was heard, whoever told of it, under these settings. Pure. */
export function decideItem(event: PlexEvent, settings: Settings): Decision {
  if (event.metadata === null) return { _tag: "Malformed", reason: "No Metadata found in JSON request body" }
  if (!settings.general.use_plex) return ignore("Plex is switched off in the settings")
  const unsuited = unsuitable(event.metadata)
  if (unsuited !== null) return ignore(`it is ${unsuited}`, true)
  const servers = selectedServers(settings)
  const serverId = event.server?.uuid || servers[0]
  // An API key comes with a server by its address alone; whose identifier that is shows when the search is done.
  const isByAddress = servers.length === 0 && authMethod(settings) === "apikey"
  if (serverId === undefined || (servers.length === 0 && !isByAddress)) return ignore("no server is selected")
  if (!isByAddress && !servers.includes(serverId))
    return ignore(`the server ${event.server?.title || serverId} is not selected`)
  const section = { id: event.metadata.librarySectionId, title: event.metadata.librarySectionTitle }
  if (!isChosenLibrary(settings, serverId, section))
    return ignore(`the library ${section.title ?? section.id ?? "?"} is not chosen`)
  if (!isWantedType(settings, event.metadata.type))
    return ignore(`items of type ${event.metadata.type} are not among the chosen types`)
  if (isPlayback(event)) {
    if (!allowed(settings.oncue.only_users, [event.account?.title, event.account?.id]))
      return ignore(`${event.account?.title || "the viewer"} is not among the chosen users`)
    if (!allowed(settings.oncue.only_players, [event.player?.title, event.player?.uuid]))
      return ignore(`${event.player?.title || "the player"} is not among the chosen players`)
  }
  return { _tag: "Search", serverId, ratingKey: event.metadata.ratingKey ?? "" }
}

/**
 * What to do with a webhook event under these settings: of the events that Plex sends, only those of the setting count.
 * Pure; the order of the checks is Bazarr's, so that an existing client sees the same answers.
 */
export function decide(event: PlexEvent, settings: Settings): Decision {
  if (!settings.oncue.webhook_events.includes(event.event))
    return ignore(`the event ${event.event} is not handled`, true)
  return decideItem(event, settings)
}
