import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { layer as memoryEntropy } from "../../adapters/memory/entropy.ts"
import { layer as memoryIndex } from "../../adapters/memory/item_index.ts"
import { layer as memoryQueue } from "../../adapters/memory/job_queue.ts"
import { layer as memoryJournal } from "../../adapters/memory/journal.ts"
import { layer as memorySecrets } from "../../adapters/memory/secret_box.ts"
import { layer as memorySettings } from "../../adapters/memory/settings_store.ts"
import { layer as memoryState } from "../../adapters/memory/state_store.ts"
import { layer as memoryMonitor } from "../../adapters/memory/trigger_monitor.ts"
import type { Section } from "../../core/library/section.ts"
import type { MediaItem } from "../../core/media/media_item.ts"
import {
  type PlaySession,
  PlexAccount,
  type PlexForbidden,
  PlexLibrary,
  PlexServer,
  PlexUnreachable,
  type ServerNotification,
  type TokenRejected,
} from "../../core/ports/mod.ts"
import { applyPatch, DEFAULT_SETTINGS, type SettingsPatch } from "../../core/settings/settings.ts"

type Failure = PlexUnreachable | TokenRejected | PlexForbidden
type Out = Queue.Queue<ServerNotification, Failure | Cause.Done>

export const URL_OF_DEN = "http://192.168.1.20:32400"

export function lost(where = URL_OF_DEN): PlexUnreachable {
  return new PlexUnreachable({
    where,
    fault: "reset",
    status: null,
    retryAfterSeconds: null,
    detail: "the connection was closed",
  })
}

/** A media server whose stream a test holds in its hands. */
export class StreamingServer {
  sessions: ReadonlyArray<PlaySession> = []
  sections: ReadonlyArray<Section> = []
  /** What every page of a library holds. */
  items: ReadonlyArray<MediaItem> = []
  /** Every opening of the stream fails with it; null: it opens. */
  refusal: Failure | null = null
  /** The switch for webhooks; "silent": the server never answers. */
  webhooks: string | null | "silent" | PlexForbidden = "true"
  /** Reading the sessions fails with it. */
  blind: Failure | null = null
  /** How often each call was made. */
  readonly calls = { notifications: 0, sessions: 0, sections: 0, identity: 0 }
  #open: Array<Out> = []

  /** Streams that are open now. */
  get listeners(): number {
    return this.#open.length
  }

  readonly emit = (one: ServerNotification) =>
    Effect.sync(() => {
      for (const out of this.#open) Queue.offerUnsafe(out, one)
    })

  readonly play = (session: PlaySession, change: Partial<ServerNotification & { _tag: "Playing" }> = {}) =>
    this.emit({
      _tag: "Playing",
      sessionKey: session.sessionKey,
      ratingKey: session.ratingKey ?? "",
      state: "playing",
      viewOffsetMs: session.viewOffsetMs,
      clientIdentifier: session.player.id,
      ...change,
    })

  readonly cut = (error: Failure = lost()) =>
    Effect.sync(() => {
      for (const out of this.#open) Queue.failCauseUnsafe(out, Cause.fail(error))
    })

  readonly library = Layer.mock(PlexLibrary)({
    page: (_, section, { offset }) =>
      Effect.sync(() => {
        const items = offset > 0 ? [] : this.items.filter((one) => one.sectionId === section.id)
        return { items, offset, total: items.length }
      }),
  })

  readonly layer = Layer.mock(PlexServer)({
    identity: (address) =>
      Effect.sync(() => {
        this.calls.identity += 1
        return { machineIdentifier: address.machineIdentifier ?? "den", version: "1.43", claimed: true }
      }),
    sessions: () =>
      Effect.suspend(() => {
        this.calls.sessions += 1
        return this.blind === null ? Effect.succeed(this.sessions) : Effect.fail(this.blind)
      }),
    preference: (_, name) =>
      Effect.suspend((): Effect.Effect<string | null, Failure> => {
        if (this.webhooks === "silent") return Effect.never
        if (typeof this.webhooks === "object" && this.webhooks !== null) return Effect.fail(this.webhooks)
        return Effect.succeed(name === "WebHooksEnabled" ? this.webhooks : null)
      }),
    sections: () =>
      Effect.sync(() => {
        this.calls.sections += 1
        return this.sections
      }),
    notifications: () =>
      Stream.callback<ServerNotification, Failure>((out) =>
        Effect.gen({ self: this }, function* () {
          this.calls.notifications += 1
          if (this.refusal !== null) return yield* Effect.fail(this.refusal)
          yield* Effect.acquireRelease(
            Effect.sync(() => this.#open.push(out)),
            () =>
              Effect.sync(() => {
                this.#open = this.#open.filter((one) => one !== out)
              }),
          )
          Queue.offerUnsafe(out, { _tag: "Connected", via: "websocket" })
          return yield* Effect.never
        }),
      ),
  })
}

/** Everything that listening asks for: signed in, with the server Den selected. */
export function listenWorld(server: StreamingServer, patch: SettingsPatch = {}, waitingMax = 10_000) {
  const base = applyPatch(DEFAULT_SETTINGS, {
    general: { use_plex: true },
    plex: {
      auth_method: "oauth",
      token: Redacted.make("account-token"),
      client_identifier: "client-1",
      server_machine_id: "den",
      server_name: "Den",
      server_url: URL_OF_DEN,
    },
    oncue: {
      servers: [
        {
          machine_id: "den",
          name: "Den",
          url: URL_OF_DEN,
          local: true,
          token: Redacted.make("token-of-den"),
          connections: [],
          manual: [],
          fingerprint: "",
          libraries: [],
        },
      ],
    },
  })
  const stores = Layer.mergeAll(
    memoryEntropy(),
    memoryIndex,
    memoryJournal,
    memoryQueue({ waitingMax }),
    memorySecrets(),
    memorySettings({ settings: applyPatch(base, patch) }),
    memoryState,
  )
  return Layer.mergeAll(
    server.layer,
    server.library,
    Layer.mock(PlexAccount)({ servers: () => Effect.succeed([]) }),
    memoryMonitor,
  ).pipe(Layer.provideMerge(stores))
}
