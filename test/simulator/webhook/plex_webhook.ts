/** The events a media server posts, byte for byte as it does. */

import { randomBytes } from "node:crypto"
import type { PmsContext, SessionPlayer } from "../pms/pms_context.ts"
import { renderBare } from "../pms/render.ts"
import type { Account } from "../world/account.ts"
import type { Item } from "../world/plex_server.ts"
import { THUMB_JPEG } from "./thumb.ts"

export type PlexEvent =
  | "media.play"
  | "media.pause"
  | "media.resume"
  | "media.stop"
  | "media.scrobble"
  | "media.rate"
  | "library.new"
  | "library.on.deck"
  | "playback.started"

const WITH_THUMB: ReadonlySet<string> = new Set([
  "media.play",
  "media.rate",
  "library.new",
  "library.on.deck",
  "playback.started",
])

export interface EventFields {
  readonly event: PlexEvent
  readonly item: Item
  readonly user: Account
  readonly player: SessionPlayer
  readonly viewOffsetMs?: number
  /** The account whose list the receiver is on, which decides the two flags. */
  readonly recipient: string
}

/** No media and no file path in it, but the library it belongs to. */
export function eventPayload(context: PmsContext, fields: EventFields): Record<string, unknown> {
  const { event, item, player, user } = fields
  const { server } = context
  const bare = renderBare(context, item)
  const byPlayer = event !== "library.new" && event !== "library.on.deck"
  return {
    event,
    user: fields.recipient === user.username,
    owner: fields.recipient === server.owner,
    Account: {
      id: user.username === server.owner ? 1 : user.id,
      thumb: "https://plex.tv/users/0000000000000000/avatar?c=1700000000",
      title: user.username,
    },
    Server: { title: server.name, uuid: server.machineIdentifier },
    ...(byPlayer
      ? {
          Player: {
            local: player.local,
            publicAddress: player.publicAddress,
            title: player.title,
            uuid: player.clientIdentifier,
          },
        }
      : {}),
    Metadata: {
      ...bare,
      ...(fields.viewOffsetMs === undefined ? {} : { viewOffset: fields.viewOffsetMs }),
      // Legacy agents have no such list; their ids are inside `guid`.
      ...(item.guids.length === 0 ? {} : { Guid: item.guids.map((id) => ({ id })) }),
    },
  }
}

export interface MultipartBody {
  readonly contentType: string
  readonly body: Buffer
}

export function multipart(payload: unknown, thumb: Buffer | null): MultipartBody {
  const boundary = `------------------------${randomBytes(8).toString("hex")}`
  const parts: Buffer[] = [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="payload"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(payload)}\r\n`,
    ),
  ]
  if (thumb !== null) {
    parts.push(
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="thumb"; filename="thumb.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`,
      ),
      thumb,
      Buffer.from("\r\n"),
    )
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(parts) }
}

export function thumbFor(event: string): Buffer | null {
  return WITH_THUMB.has(event) ? THUMB_JPEG : null
}
