import type { ROUTES } from "../../adapters/http/route_table.ts"
import { BAZARR_KEY } from "../simulator/bazarr/bazarr.ts"
import { fault, type Simulator } from "../simulator/mod.ts"
import type { RunningServer } from "./server.ts"

/** An operation of the API by its name in the route table. */
export type ApiName = keyof typeof ROUTES

export interface ApiCall {
  readonly params?: Record<string, string>
  readonly fields?: Record<string, string>
  readonly json?: unknown
  readonly headers?: Record<string, string>
  /** Of a live route: what makes something happen that it tells. */
  readonly trigger?: () => Promise<unknown>
}

const ATTIC = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
export const SHED = "5ed00000000000000000000000000000000005ed"
const FINGERPRINT = "AB".repeat(32)

export const choiceOf = (machineIdentifier: string, uri: string) => ({ machineIdentifier, name: "One", uri })

const event = {
  event: "media.play",
  Account: { id: 1 },
  Server: { uuid: ATTIC },
  Metadata: { type: "movie" },
}

/** What can be asked of a server that is signed in beside this simulator, in an order in which each succeeds. */
export function apiCalls(
  simulator: Simulator,
  den: RunningServer,
): ReadonlyArray<readonly [ApiName, () => ApiCall]> {
  const attic = simulator.urls.pms[0]!
  const shed = simulator.urls.pms[1]!
  /** plex.tv is not needed to select a server, but the log says that it did not answer. */
  const selectDuringOutage = async () => {
    const clear = simulator.faults.set({ service: "plexTv" }, fault.status(503))
    await den.post("/api/plex/select-server", choiceOf(ATTIC, attic))
    clear()
  }
  return [
    ["health", () => ({})],
    ["live", () => ({})],
    ["ready", () => ({})],
    ["metrics", () => ({})],
    ["status", () => ({})],
    ["statistics", () => ({})],
    ["attention", () => ({})],
    ["diagnostics", () => ({})],
    ["qrCode", () => ({ fields: { text: "http://den" } })],
    ["openApi", () => ({})],
    ["docs", () => ({})],
    ["liveEvents", () => ({ trigger: () => den.post("/api/plex/select-server", choiceOf(ATTIC, attic)) })],
    ["liveLog", () => ({ trigger: selectDuringOutage })],
    ["listLogLines", () => ({})],
    ["downloadLog", () => ({})],
    ["getLogLevel", () => ({})],
    ["putLogLevel", () => ({ fields: { level: "INFO", hour: "true" } })],
    ["postSettings", () => ({ fields: { "settings-general-public_url": den.address } })],
    ["getSettings", () => ({})],
    ["getFixed", () => ({})],
    ["getSecrets", () => ({})],
    ["getApiKey", () => ({})],
    ["access", () => ({})],
    ["validatePlexToken", () => ({})],
    ["plexAccount", () => ({})],
    ["listPlexServers", () => ({})],
    ["discoverPlexServers", () => ({})],
    ["testPlexConnection", () => ({ fields: { uri: attic } })],
    ["selectPlexServer", () => ({ fields: choiceOf(ATTIC, attic) })],
    ["getSelectedServer", () => ({})],
    ["listPlexLibraries", () => ({})],
    ["addServerInUse", () => ({ fields: choiceOf(SHED, shed) })],
    ["listServersInUse", () => ({})],
    ["reconnectServersInUse", () => ({})],
    ["makeServerPrimary", () => ({ params: { serverId: ATTIC } })],
    ["chooseServerLibraries", () => ({ params: { serverId: SHED }, json: { libraries: [] } })],
    ["addServerAddress", () => ({ params: { serverId: ATTIC }, fields: { uri: attic } })],
    ["removeServerAddress", () => ({ params: { serverId: ATTIC }, fields: { uri: attic } })],
    ["acceptServerCertificate", () => ({ params: { serverId: SHED }, fields: { fingerprint: FINGERPRINT } })],
    ["nowPlaying", () => ({})],
    ["poster", () => ({ params: { server: ATTIC, item: "2013" } })],
    ["refreshPlex", () => ({ fields: { ratingKey: "2013" } })],
    ["undoAddedDate", () => ({ fields: { ratingKey: "2013" } })],
    ["rebuildPlexIndex", () => ({})],
    ["plexIndex", () => ({})],
    ["testPathMapping", () => ({ fields: { path: "/data/media/movies/Sintel (2010)/Sintel.mkv" } })],
    ["suggestPathMappings", () => ({})],
    ["verifyPlexServer", () => ({})],
    ["listItems", () => ({ params: { server: ATTIC, section: "1" }, fields: { kind: "movie" } })],
    ["postSweep", () => ({ params: { server: ATTIC, section: "1" } })],
    ["putSweep", () => ({ params: { server: ATTIC, section: "1" }, fields: { to: "pause" } })],
    ["getSweeps", () => ({})],
    ["listMissingItems", () => ({ params: { server: ATTIC, section: "1" } })],
    ["testBazarrBridge", () => ({ fields: { url: simulator.urls.bazarr, apikey: BAZARR_KEY } })],
    ["testArr", () => ({ fields: { app: "sonarr", url: simulator.urls.sonarr[0]! } })],
    ["searchItems", () => ({ fields: { text: "sintel" } })],
    ["listReceivers", () => ({})],
    ["listPlacedSubtitles", () => ({})],
    ["listBlacklist", () => ({})],
    ["listProviders", () => ({})],
    ["testProviderNow", () => ({ params: { id: "gestdown" } })],
    ["wakeProviderNow", () => ({ params: { id: "gestdown" } })],
    ["createPlexWebhook", () => ({})],
    ["listPlexWebhooks", () => ({})],
    ["testPlexWebhook", () => ({})],
    ["plexWebhookStatus", () => ({})],
    ["renewPlexWebhookKey", () => ({})],
    ["plexWebhook", () => ({ fields: { payload: JSON.stringify(event) } })],
    ["tautulliWebhook", () => ({ json: { action: "play", server_machine_id: ATTIC, rating_key: "2013" } })],
    ...(
      ["sonarrWebhook", "sonarrInstanceWebhook", "sonarrWebhookPut", "sonarrInstanceWebhookPut"] as const
    ).map((name) => [name, () => ({ json: { eventType: "Test" } })] as const),
    ...(
      ["radarrWebhook", "radarrInstanceWebhook", "radarrWebhookPut", "radarrInstanceWebhookPut"] as const
    ).map((name) => [name, () => ({ json: { eventType: "Test" } })] as const),
    ["search", () => ({ fields: { ratingKey: "2013" } })],
    ["listJobs", () => ({})],
    ["getJob", () => ({})],
    ["listJournal", () => ({})],
    ["makeBackup", () => ({})],
    ["listBackups", () => ({})],
    ["getMigration", () => ({ fields: { preview: "true" } })],
    ["runMigration", () => ({})],
  ]
}
