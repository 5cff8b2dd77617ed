import type { TriggerSource } from "../jobs/job.ts"

/** The last that was heard of one source. Events that are ignored count too: they show that the way is open. */
export interface Heard {
  readonly source: TriggerSource
  /** Plex's event name or the application's event type. */
  readonly event: string
  /** The server it was about; null where the sender names none. */
  readonly serverId: string | null
  /** Unix milliseconds. */
  readonly atMs: number
}

/** How the event stream of one server is. Times are unix milliseconds. */
export type StreamState =
  | { readonly _tag: "Connecting" }
  | { readonly _tag: "Connected"; readonly via: "websocket" | "eventsource" }
  /** It was lost, or could not be opened; the next attempt is at `untilMs` or when the settings change. */
  | { readonly _tag: "Waiting"; readonly reason: string; readonly untilMs: number }

export interface StreamStatus {
  readonly serverId: string
  readonly state: StreamState
  /** Since when it is connected, or since when it is not, however often that was tried. */
  readonly sinceMs: number
  /** Why it was lost, while it is being tried again; left out or null: it was not. */
  readonly lostReason?: string | null
  /** When the stream last told of something that matters here; null when it has not since the start. */
  readonly lastEventMs: number | null
}
