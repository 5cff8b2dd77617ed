import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Heard, StreamStatus } from "../events/heard.ts"

/**
 * Who was heard when, and how the event streams are: for the page and for health, never for a decision. Noting costs no
 * write and never fails, so that it may be done for every event.
 */
export class TriggerMonitor extends Context.Service<
  TriggerMonitor,
  {
    /** Replaces what was known of the source. Stored within seconds, so that it is known after a restart too. */
    readonly heard: (heard: Heard) => Effect.Effect<void>
    /** Replaces what was known of the server's stream; forgotten at the end of the process. */
    readonly stream: (status: StreamStatus) => Effect.Effect<void>
    /** The server is listened to no more. */
    readonly streamEnded: (serverId: string) => Effect.Effect<void>
    /** The last of each source, most recent first. */
    readonly lastHeard: Effect.Effect<ReadonlyArray<Heard>>
    /** Every server that is listened to, by server id. */
    readonly streams: Effect.Effect<ReadonlyArray<StreamStatus>>
  }
>()("core/ports/TriggerMonitor") {}
