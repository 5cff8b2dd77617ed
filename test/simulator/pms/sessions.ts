/** What is being played right now. */

import { partsOf } from "../world/plex_server.ts"
import type { PlaySession, PmsContext } from "./pms_context.ts"
import { renderBare } from "./render.ts"

function renderSession(context: PmsContext, session: PlaySession): Record<string, unknown> {
  const { item, player, user } = session
  const owner = user.username === context.server.owner
  return {
    ...renderBare(context, item),
    viewOffset: session.viewOffsetMs,
    ...(item.guids.length === 0 ? {} : { Guid: item.guids.map((id) => ({ id })) }),
    sessionKey: session.key,
    Media: item.media.map((media) => ({
      id: String(media.id),
      selected: true,
      container: media.parts[0]?.container,
      Part: media.parts.map((part) => ({
        id: String(part.id),
        file: context.simulation.paths.inPlex(part.file),
        decision: "directplay",
        selected: true,
        Stream: [
          { id: String(part.id * 10), streamType: 1, codec: "h264", location: "direct" },
          {
            id: String(part.id * 10 + 1),
            streamType: 2,
            codec: "ac3",
            languageCode: "eng",
            selected: true,
            location: "direct",
          },
        ],
      })),
    })),
    User: {
      id: owner ? "1" : String(user.id),
      thumb: "https://plex.tv/users/0000000000000000/avatar?c=1700000000",
      title: user.username,
    },
    Player: {
      address: player.local ? "192.168.1.61" : player.publicAddress,
      machineIdentifier: player.clientIdentifier,
      platform: player.platform,
      product: player.product,
      remotePublicAddress: player.publicAddress,
      state: session.state,
      title: player.title,
      version: "1.68.0",
      local: player.local,
      relayed: false,
      secure: true,
      userID: owner ? 1 : user.id,
    },
    Session: { id: `exampleSession${session.key}`, bandwidth: 5212, location: player.local ? "lan" : "wan" },
  }
}

export function listSessions(context: PmsContext): Record<string, unknown>[] {
  return [...context.sessions.values()].map((session) => renderSession(context, session))
}

/** The `playing` notification: no user and no title, so listeners join it with the sessions. */
export function emitPlaying(context: PmsContext, session: PlaySession, state: string): void {
  context.hub.emit("playing", "PlaySessionStateNotification", {
    sessionKey: session.key,
    clientIdentifier: session.player.clientIdentifier,
    guid: "",
    ratingKey: session.item.ratingKey,
    url: "",
    key: `/library/metadata/${session.item.ratingKey}`,
    viewOffset: session.viewOffsetMs,
    playQueueItemID: 17_679,
    playQueueID: 411,
    state,
  })
}

export function hasFile(session: PlaySession): boolean {
  return partsOf(session.item).length > 0
}
