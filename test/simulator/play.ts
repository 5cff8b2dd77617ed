/** People playing things: sessions, notifications and webhooks. */

import type { Simulation } from "./context.ts"
import type { PlaySession, PmsContext, SessionPlayer } from "./pms/pms_context.ts"
import { emitPlaying } from "./pms/sessions.ts"
import { eventPayload, multipart, type PlexEvent, thumbFor } from "./webhook/plex_webhook.ts"
import { postTo, type WebhookAnswer } from "./webhook/post.ts"
import type { Account } from "./world/account.ts"
import type { Item } from "./world/plex_server.ts"
import { accountOf, type World } from "./world/world.ts"

const PLAYING_AGAIN_MS = 10_000

export interface PlayOptions {
  /** Index or name; default the first server. */
  readonly server?: number | string
  readonly item: string | Item
  /** User name; default the server's owner. */
  readonly user?: string
  readonly player?: Partial<SessionPlayer>
  readonly via?: "webhook" | "stream" | "both"
  readonly viewOffsetMs?: number
  /** Receivers of the webhook instead of the accounts' lists. */
  readonly urls?: ReadonlyArray<string>
  readonly event?: PlexEvent
  /** Instead of the poster; null for none. */
  readonly thumb?: Buffer | null
}

export interface PlayResult {
  readonly session: PlaySession
  readonly answers: ReadonlyArray<WebhookAnswer>
}

export interface EventOptions extends Omit<PlayOptions, "via"> {
  readonly event: PlexEvent
}

export function findServer(contexts: ReadonlyArray<PmsContext>, server: number | string = 0): PmsContext {
  const found = contexts.find((context) => context.index === server || context.server.name === server)
  if (found === undefined) throw new Error(`Cannot find server "${server}"`)
  return found
}

export function findItem(context: PmsContext, item: string | Item): Item {
  const key = typeof item === "string" ? item : item.ratingKey
  const found = context.server.items.get(key)
  if (found === undefined) throw new Error(`Cannot find item "${key}" on "${context.server.name}"`)
  return found
}

function userOf(world: World, username: string): Account {
  const account = accountOf(world, username)
  if (account === undefined) throw new Error(`Cannot find account "${username}"`)
  return account
}

function playerOf(world: World, user: Account, given: Partial<SessionPlayer> = {}): SessionPlayer {
  const device = world.players.find(({ owner }) => owner === user.username)
  return {
    title: device?.name ?? "Chrome",
    clientIdentifier: device?.clientIdentifier ?? `player-of-${user.username}`,
    product: device?.product ?? "Plex Web",
    platform: device?.platform ?? "Chrome",
    publicAddress: device?.publicAddress ?? "203.0.113.7",
    local: device?.local ?? true,
    ...given,
  }
}

interface Receiver {
  readonly url: string
  readonly account: string
}

/** The owner's list for everything on the server, and the list of the user who plays. */
function receivers(context: PmsContext, user: Account, urls: ReadonlyArray<string> | undefined): Receiver[] {
  const { server, simulation } = context
  if (urls !== undefined) return urls.map((url) => ({ url, account: server.owner }))
  const owner = accountOf(simulation.world, server.owner)
  // The server makes the calls only for an owner with a Plex Pass and when its own switch is on.
  if (owner?.plexPass !== true || server.prefs.WebHooksEnabled !== true) return []
  const lists = user.username === owner.username ? [owner] : [owner, ...(user.plexPass ? [user] : [])]
  return lists.flatMap((account) => account.webhooks.map((url) => ({ url, account: account.username })))
}

export async function sendEvent(
  simulation: Simulation,
  contexts: ReadonlyArray<PmsContext>,
  options: EventOptions,
) {
  const context = findServer(contexts, options.server)
  const item = findItem(context, options.item)
  const user = userOf(simulation.world, options.user ?? context.server.owner)
  const player = playerOf(simulation.world, user, options.player)
  const thumb = options.thumb === undefined ? thumbFor(options.event) : options.thumb
  const userAgent = `PlexMediaServer/${context.server.version}`
  return await Promise.all(
    receivers(context, user, options.urls).map(({ url, account }) => {
      const payload = eventPayload(context, {
        event: options.event,
        item,
        user,
        player,
        recipient: account,
        ...(options.viewOffsetMs === undefined ? {} : { viewOffsetMs: options.viewOffsetMs }),
      })
      return postTo(url, { ...multipart(payload, thumb), userAgent })
    }),
  )
}

/** Starts a session, tells the listeners, and posts `media.play`. */
export async function startPlaying(
  simulation: Simulation,
  contexts: ReadonlyArray<PmsContext>,
  options: PlayOptions,
): Promise<PlayResult> {
  const context = findServer(contexts, options.server)
  const user = userOf(simulation.world, options.user ?? context.server.owner)
  const via = options.via ?? "both"
  const session: PlaySession = {
    key: String(context.nextSessionKey++),
    serverIndex: context.index,
    item: findItem(context, options.item),
    user,
    player: playerOf(simulation.world, user, options.player),
    viewOffsetMs: options.viewOffsetMs ?? 0,
    state: "playing",
    stopTicking: simulation.scope.every(PLAYING_AGAIN_MS, () => {
      session.viewOffsetMs += PLAYING_AGAIN_MS
      if (via !== "webhook") emitPlaying(context, session, session.state)
    }),
  }
  context.sessions.set(session.key, session)
  if (via !== "webhook") emitPlaying(context, session, "playing")
  const answers =
    via === "stream"
      ? []
      : await sendEvent(simulation, contexts, { ...options, event: options.event ?? "media.play" })
  return { session, answers }
}

/** Ends a session: it leaves the list, and listeners hear `stopped`. Posts nothing. */
export function stopPlaying(contexts: ReadonlyArray<PmsContext>, session: PlaySession): void {
  const context = findServer(contexts, session.serverIndex)
  session.stopTicking()
  if (context.sessions.delete(session.key)) emitPlaying(context, session, "stopped")
}
