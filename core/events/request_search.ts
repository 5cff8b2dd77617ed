import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Cause } from "../jobs/job.ts"
import { SettingsStore, TriggerMonitor } from "../ports/mod.ts"
import { selectedServers } from "./decision.ts"
import { offerSearches } from "./offer_searches.ts"
import { requestJob, type SearchRequest, targetOf } from "./search_request.ts"

/** It cannot be told which item is meant. */
export class SearchTargetUnclear extends Schema.TaggedError<SearchTargetUnclear>()("SearchTargetUnclear", {
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot search for subtitles: ${this.reason}`
  }
}

/** The server that was named is none of the selected ones, or there is none. */
export class ServerNotSelected extends Schema.TaggedError<ServerNotSelected>()("ServerNotSelected", {
  server: Schema.String,
}) {
  override get message(): string {
    return this.server === ""
      ? "No Plex server is selected"
      : `The server "${this.server}" is not among the selected ones`
  }
}

/** Puts the search that somebody asked for into the queue; whether the item exists shows when the job is done. */
export const requestSearch = Effect.fn("requestSearch")(function* (request: SearchRequest) {
  const target = targetOf(request)
  if (typeof target === "string") return yield* new SearchTargetUnclear({ reason: target })
  const settings = yield* (yield* SettingsStore).current
  const servers = selectedServers(settings)
  const wanted = request.server?.trim() ?? ""
  const named = settings.oncue.servers.find(({ name }) => name === wanted)?.machine_id
  const primaryName = settings.plex.server_name === wanted ? servers[0] : undefined
  const serverId = wanted === "" ? servers[0] : (servers.find((id) => id === wanted) ?? named ?? primaryName)
  if (serverId === undefined) return yield* new ServerNotSelected({ server: wanted })
  const atMs = yield* Clock.currentTimeMillis
  const itemServer = target._tag === "Item" ? serverId : null
  yield* (yield* TriggerMonitor).heard({ source: "api", event: "search", serverId: itemServer, atMs })
  const title = request.title?.trim() || (target._tag === "File" ? target.path : null)
  const cause: Cause = { source: "api", event: "search", atMs, viewer: null, player: null, title }
  const [offered] = yield* offerSearches([requestJob(target, serverId, cause)])
  return { jobId: offered?.jobId ?? null, outcome: offered?.outcome ?? "added" }
})
