import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { PlexUnreachable } from "../../core/ports/mod.ts"
import { PlexServer, type ProbeFailure } from "../../core/ports/mod.ts"
import { PROBE_TIMEOUT_MS, type ServerAddress } from "../../core/servers/server.ts"
import { Dialer } from "./_dialer.ts"
import { badAnswer, timedOut } from "./_faults.ts"
import { askContainer, type Call, neverMissing, neverRefused, send } from "./_http.ts"
import {
  readAccounts,
  readIdentity,
  readInfo,
  readPreference,
  readSections,
  readSessions,
} from "./_server_answers.ts"
import { dialerOf, makeCaller, type ServerCaller, type ServerOptions } from "./_server_call.ts"
import { notifications } from "./_stream.ts"
import { number } from "./_tree.ts"

/** Largest answer to a probe, in bytes: whoever answers there is not known yet. */
const IDENTITY_BYTES_MAX = 64 * 1024
/** Largest poster, in bytes. */
const POSTER_BYTES_MAX = 4 * 1024 * 1024
/** Widest poster, in pixels, that a server is asked to make. */
const POSTER_WIDTH_MAX_PX = 1_000
/** Posters are two thirds as wide as they are high. */
const POSTER_HEIGHT_RATIO = 1.5

/** Header paging: nothing of the list, only how long it is. */
const NOTHING_BUT_TOTALS = { "x-plex-container-start": "0", "x-plex-container-size": "0" }

function probeFailure(error: PlexUnreachable, fingerprint: string | null): ProbeFailure {
  const reason = error.status === 503 ? "the server is starting or under maintenance (503)" : error.detail
  return { fault: error.fault === "status" ? "bad_answer" : error.fault, reason, fingerprint }
}

const makeServer = Effect.fnUntraced(function* (caller: ServerCaller) {
  const dialer = yield* Dialer

  const identity = Effect.fnUntraced(function* (address: ServerAddress) {
    const target: ServerAddress = {
      uri: address.uri,
      machineIdentifier: address.machineIdentifier,
      fingerprint: address.fingerprint,
      privateOnly: address.privateOnly === true,
    }
    const asked = Effect.gen(function* () {
      const extras = { timeoutMs: PROBE_TIMEOUT_MS, bytesMax: IDENTITY_BYTES_MAX }
      const call = yield* caller(target, "say who it is", "/identity", extras)
      const container = yield* neverRefused(neverMissing(askContainer(call)))
      return readIdentity(container) ?? (yield* badAnswer(call.where, "it does not say which server it is"))
    })
    const found = yield* asked.pipe(
      Effect.catchTag(["TokenRejected", "PlexForbidden"], (error) =>
        Effect.fail(badAnswer(error.where, "it asks for a token before it says who it is")),
      ),
      Effect.catchTag("PlexUnreachable", (error) =>
        Effect.flatMap(
          error.fault === "tls" ? dialer.fingerprint(target) : Effect.succeed(null),
          (fingerprint) => Effect.fail(probeFailure(error, fingerprint)),
        ),
      ),
      Effect.timeoutOrElse({
        duration: PROBE_TIMEOUT_MS,
        orElse: () => Effect.fail(probeFailure(timedOut(target.uri, PROBE_TIMEOUT_MS), null)),
      }),
    )
    if (target.machineIdentifier !== null && found.machineIdentifier !== target.machineIdentifier) {
      const reason = "another Plex Media Server answers at this address"
      return yield* Effect.fail<ProbeFailure>({ fault: "wrong_server", reason, fingerprint: null })
    }
    return found
  })

  const poster: PlexServer["Service"]["poster"] = Effect.fnUntraced(function* (access, item, widthPx) {
    const width = Math.max(1, Math.min(POSTER_WIDTH_MAX_PX, Math.round(widthPx)))
    const thumb = `/library/metadata/${encodeURIComponent(item.ratingKey)}/thumb`
    const what = `give the poster of item ${item.ratingKey}`
    const subject = `poster of item ${item.ratingKey}`
    const extras = { subject, headers: { accept: "image/*" }, bytesMax: POSTER_BYTES_MAX }
    const size = { width, height: Math.round(width * POSTER_HEIGHT_RATIO), minSize: 1, upscale: 0 }
    const scaled = yield* caller(access, what, "/photo/:/transcode", {
      ...extras,
      query: { ...size, url: thumb },
    })
    const answer = yield* send(scaled).pipe(
      // A server that cannot scale pictures still has them.
      Effect.catchTag(["PlexNotFound", "PlexRefused"], () =>
        Effect.flatMap(caller(access, what, thumb, extras), (call) => neverRefused(send(call))),
      ),
    )
    const contentType = answer.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? ""
    if (!/^image\/(jpeg|png|webp|gif|avif)$/.test(contentType)) {
      return yield* badAnswer(scaled.where, "it answers with something that is not a picture")
    }
    return { contentType, bytes: answer.bytes }
  })

  /** The container behind a path that every server has. */
  const container = (call: Effect.Effect<Call, PlexUnreachable>) =>
    Effect.flatMap(call, (one) => neverRefused(neverMissing(askContainer(one))))

  return PlexServer.of({
    identity,
    poster,
    info: Effect.fnUntraced(function* (access) {
      const root = yield* container(caller(access, "describe itself", "/"))
      return readInfo(root) ?? (yield* badAnswer(access.uri, "it does not say which server it is"))
    }),
    sections: (access) =>
      Effect.map(container(caller(access, "list its libraries", "/library/sections")), readSections),
    sectionCount: Effect.fnUntraced(function* (access, sectionId) {
      const path = `/library/sections/${encodeURIComponent(sectionId)}/all`
      const extras = { subject: `library ${sectionId}`, headers: NOTHING_BUT_TOTALS }
      const call = yield* caller(access, `count library ${sectionId}`, path, extras)
      const answer = yield* neverRefused(askContainer(call))
      // A server that ignores paging sends everything, and then the size is the count.
      const count = number(answer, "totalSize") ?? number(answer, "size")
      return count ?? (yield* badAnswer(call.where, "it does not say how many items a library has"))
    }),
    sessions: (access) =>
      Effect.map(container(caller(access, "list who is watching", "/status/sessions")), readSessions),
    accounts: (access) =>
      Effect.flatMap(
        caller(access, "list who uses it", "/accounts", { subject: "list of accounts" }),
        (call) => Effect.map(neverRefused(askContainer(call)), readAccounts),
      ),
    preference: (access, name) =>
      Effect.map(container(caller(access, "show its preferences", "/:/prefs")), (root) =>
        readPreference(root, name),
      ),
    notifications: (access) =>
      notifications(
        Effect.gen(function* () {
          const dispatcher = yield* dialer.stream(access)
          const what = "send notifications"
          const stream = (path: string, filters: string | null = null) =>
            Effect.map(caller(access, what, path, { query: { filters } }), (call) => ({
              ...call,
              dispatcher,
            }))
          return {
            proof: yield* caller(access, what, "/status/sessions"),
            webSockets: [
              yield* stream("/:/websockets/notifications"),
              yield* stream("/:/websocket/notifications"),
            ],
            events: yield* stream("/:/eventsource/notifications", "playing,timeline"),
          }
        }),
      ),
    selectSubtitle: Effect.fnUntraced(function* (access, partId, streamId) {
      const path = `/library/parts/${encodeURIComponent(partId)}`
      const query = { subtitleStreamID: streamId, allParts: 1 }
      const extras = { subject: `part ${partId}`, method: "PUT", query } as const
      yield* send(yield* caller(access, "select a subtitle", path, extras))
    }),
  })
})

/** Servers as the options' client; all adapters of a process share the connections. */
export function layer<R = never>(options: ServerOptions<R>): Layer.Layer<PlexServer, never, R> {
  const made = Effect.flatMap(makeCaller(options), makeServer)
  return Layer.effect(PlexServer, made).pipe(Layer.provide(dialerOf(options)))
}
