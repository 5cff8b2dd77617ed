/**
 * A test world: plex.tv, media servers, Sonarr, Radarr and subtitle providers, speaking real HTTP
 * on loopback.
 *
 * ```ts
 * const simulator = await startSimulator()
 * simulator.approvePin(code)
 * await simulator.play({ item: "2013", urls: [webhookUrl] })
 * simulator.subtitlesListedBy("2013")
 * await simulator.close()
 * ```
 */

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { makeArrService } from "./arr/arr_service.ts"
import { makeBackgroundWork } from "./background_work.ts"
import { BAZARR_BASE, makeBazarr } from "./bazarr/bazarr.ts"
import type { Simulation, Urls } from "./context.ts"
import { makeFaults } from "./http/faults.ts"
import { makeRequestLog, type ServiceName } from "./http/request_log.ts"
import { makeScope } from "./http/scope.ts"
import { type Handler, startService } from "./http/service.ts"
import { makeImports } from "./imports.ts"
import { makeMutations } from "./mutate.ts"
import { findItem, findServer, sendEvent, startPlaying, stopPlaying } from "./play.ts"
import { makePlexApp } from "./plex_tv/pages.ts"
import { makePlexTv } from "./plex_tv/plex_tv.ts"
import { makeTokenRegistry } from "./plex_tv/tokens.ts"
import { AUTHORITY_FILE, type Listeners, openListeners } from "./pms/listeners.ts"
import { makePms } from "./pms/pms.ts"
import { streamsOf } from "./pms/render.ts"
import { readSidecars } from "./pms/sidecars.ts"
import { startMailServer } from "./receivers/mail_server.ts"
import { makeReceivers } from "./receivers/receivers.ts"
import type { ItemRef, ListedSubtitle, Simulator, SimulatorOptions } from "./simulator.ts"
import { makeGestdown } from "./subtitles/gestdown.ts"
import { makeOpenSubtitles } from "./subtitles/opensubtitles.ts"
import { makeSubdl } from "./subtitles/subdl.ts"
import { multipart } from "./webhook/plex_webhook.ts"
import { postTo } from "./webhook/post.ts"
import { SINTEL_FILE, SINTEL_SIDECARS } from "./world/attic.ts"
import { makePaths, makeServerFiles } from "./world/media_files.ts"
import { partsOf } from "./world/plex_server.ts"
import { baseName } from "./world/sidecar_name.ts"
import { smallWorld } from "./world/small_world.ts"
import type { World } from "./world/world.ts"

export { type Fault, type Faults, type FaultTarget, fault } from "./http/faults.ts"
export type { LoggedRequest, RequestFilter, RequestLog, ServiceName } from "./http/request_log.ts"
export type { PlayOptions, PlayResult } from "./play.ts"
export type { ListedSubtitle, Simulator, SimulatorOptions } from "./simulator.ts"
export type { WebhookAnswer } from "./webhook/post.ts"
export { type LargeWorldOptions, largeWorld } from "./world/large_world.ts"
export type { SidecarStage } from "./world/plex_server.ts"
export { SMALL_PATHS } from "./world/small_arr.ts"
export { FREE_USER, OWNER, SHARED_USER, smallWorld } from "./world/small_world.ts"
export type { World } from "./world/world.ts"

function makeFiles(world: World, simulation: Simulation): void {
  for (const server of world.servers) makeServerFiles(server, simulation.paths)
  const hasSintel = world.servers.some((server) =>
    [...server.items.values()].some((item) => partsOf(item).some(({ file }) => file === SINTEL_FILE)),
  )
  if (!hasSintel) return
  const video = simulation.paths.onDisk(SINTEL_FILE)
  const base = join(video, "..", baseName(SINTEL_FILE))
  for (const name of SINTEL_SIDECARS) {
    writeFileSync(`${base}.${name}`, "1\n00:00:01,000 --> 00:00:03,000\nFrom the start\n")
  }
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = options.world ?? smallWorld()
  const isOwnRoot = options.mediaRoot === undefined
  const mediaRoot = isOwnRoot ? mkdtempSync(join(realpathSync(tmpdir()), "oncue-world-")) : options.mediaRoot!
  mkdirSync(mediaRoot, { recursive: true })

  const scope = makeScope()
  let latencyMs = options.latencyMs ?? 0
  const urls: Urls = {
    plexTv: "",
    plexApp: "",
    gestdown: "",
    openSubtitles: "",
    subdl: "",
    receivers: "",
    smtp: "",
    bazarr: "",
    sonarr: [],
    radarr: [],
    pms: [],
  }
  const simulation: Simulation = {
    world,
    paths: makePaths(mediaRoot, options.plexRoot ?? mediaRoot),
    scope,
    requests: makeRequestLog(),
    faults: makeFaults(),
    latencyMs: () => latencyMs,
    tokens: makeTokenRegistry(world),
    urls,
    work: makeBackgroundWork(scope),
    connections: world.servers.map(() => []),
    now: options.now ?? Date.now,
  }

  const servers = world.servers.map((_, index) => makePms(simulation, index))
  const contexts = servers.map(({ context }) => context)
  if (world.files === "real") {
    makeFiles(world, simulation)
    for (const context of contexts) {
      for (const item of context.server.items.values()) {
        const { updatedAt } = item
        readSidecars(context, item)
        item.updatedAt = updatedAt
      }
    }
  }

  const start = async (name: ServiceName, handler: Handler) =>
    (await startService(simulation, { name, handler })).origin
  const plexTv = makePlexTv(simulation)
  urls.plexTv = await start("plexTv", plexTv.handler)
  urls.plexApp = await start("plexApp", makePlexApp(simulation, plexTv.pins))
  urls.gestdown = await start("gestdown", makeGestdown(simulation))
  urls.openSubtitles = `${await start("openSubtitles", makeOpenSubtitles(simulation))}/api/v1`
  urls.subdl = `${await start("subdl", makeSubdl(simulation))}/api/v1`
  const receivers = makeReceivers()
  urls.receivers = await start("receivers", receivers.handler)
  const bazarr = makeBazarr(simulation)
  urls.bazarr = (await start("bazarr", bazarr.handler)) + BAZARR_BASE
  const mail = await startMailServer(scope)
  urls.smtp = mail.address
  for (const [i, instance] of world.sonarr.entries()) {
    urls.sonarr[i] = (await start(`sonarr:${i}`, makeArrService(instance))) + instance.urlBase
  }
  for (const [i, instance] of world.radarr.entries()) {
    urls.radarr[i] = (await start(`radarr:${i}`, makeArrService(instance))) + instance.urlBase
  }

  const listeners: Listeners[] = []
  const openServer = async (index: number) => {
    const opened = await openListeners(simulation, servers[index]!)
    listeners[index] = opened
    urls.pms[index] = opened.http.origin
    simulation.connections[index] = opened.connections
  }
  const closeServer = async (index: number) => {
    contexts[index]!.hub.dropAll()
    await listeners[index]?.close()
  }
  for (const index of servers.keys()) await openServer(index)

  const refOf = (ref: ItemRef | string): ItemRef => (typeof ref === "string" ? { item: ref } : ref)
  const itemOf = (ref: ItemRef | string) => findItem(findServer(contexts, refOf(ref).server), refOf(ref).item)
  const pins = plexTv.pins

  return {
    world,
    urls,
    mediaRoot,
    env: {
      ONCUE_PLEX_TV_URL: urls.plexTv,
      ONCUE_PLEX_APP_URL: urls.plexApp,
      ONCUE_GESTDOWN_URL: urls.gestdown,
      ONCUE_OPENSUBTITLES_URL: urls.openSubtitles,
      ONCUE_SUBDL_URL: urls.subdl,
      NODE_EXTRA_CA_CERTS: fileURLToPath(AUTHORITY_FILE),
    },
    requests: simulation.requests,
    faults: simulation.faults,
    tokens: simulation.tokens,
    deviceKeys: plexTv.deviceKeys,
    pins: pins.all,
    authority: readFileSync(AUTHORITY_FILE, "utf8"),
    setLatency: (ms) => {
      latencyMs = ms
    },
    approvePin: (codeOrId, user) => pins.approve(codeOrId, user ?? world.accounts[0]!.username),
    denyPin: pins.deny,
    expirePin: pins.expire,
    play: (play) => startPlaying(simulation, contexts, play),
    stop: (session) => stopPlaying(contexts, session),
    sendEvent: (event) => sendEvent(simulation, contexts, event),
    sendPayload: (url, payload, thumb = null) =>
      postTo(url, { ...multipart(payload, thumb), userAgent: "PlexMediaServer/1.43.2.0000-example" }),
    ...makeMutations(simulation, contexts),
    subtitlesListedBy: (ref) =>
      partsOf(itemOf(ref))
        .flatMap((part) => streamsOf(part))
        .filter((stream) => stream.streamType === 3) as unknown as ReadonlyArray<ListedSubtitle>,
    item: itemOf,
    pathOf: (ref) => simulation.paths.onDisk(partsOf(itemOf(ref))[0]?.file ?? ""),
    edits: (server) => findServer(contexts, server).server.edits,
    notifications: (server) => findServer(contexts, server).hub,
    bazarr: bazarr.rules,
    told: () => receivers.told,
    mails: () => mail.mails,
    idle: simulation.work.idle,
    ...makeImports(world),
    moveServer: async (server) => {
      const { index } = findServer(contexts, server)
      await closeServer(index)
      await openServer(index)
    },
    stopServer: (server) => closeServer(findServer(contexts, server).index),
    close: async () => {
      for (const { hub } of contexts) hub.dropAll()
      await scope.close()
      if (isOwnRoot) rmSync(mediaRoot, { recursive: true, force: true })
    },
  }
}
