import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { catchUpServer } from "../library/catch_up_index.ts"
import { followTimeline } from "../library/follow_timeline.ts"
import { Journal, PlexServer, type ServerNotification, TriggerMonitor } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import type { ServerAccess } from "../servers/server.ts"
import { handleEvent } from "./handle_event.ts"
import type { StreamState, StreamStatus } from "./heard.ts"
import { NO_NEW_ITEMS, stepTimeline } from "./new_items.ts"
import { offerNewItem } from "./offer_new_item.ts"
import { eventOfSession, LOOK_AGAIN_MS, REFUSED_PAUSE_MS, reconnectMs, STABLE_MS } from "./playback.ts"
import {
  announce,
  drop,
  isLooking,
  lookAtAll,
  matchSessions,
  NOTHING_WATCHED,
  settle,
} from "./watched_sessions.ts"

/** A server, with the name that people know it by. */
export interface Listened {
  readonly id: string
  readonly name: string
}

/** Errors that another attempt does not end: a sign-in or a change of the settings does, and that begins anew. */
const REFUSALS = new Set([
  "TokenRejected",
  "PlexForbidden",
  "NotSignedIn",
  "SecretUnreadable",
  "ServerUnknown",
])

/** How long, in milliseconds, the titles of a server's libraries are believed; a failure is not kept. */
const SECTIONS_KEPT_MS = 5 * 60_000

/** Timeline entries that may wait to be taken into the index; beyond it the daily build makes it good. */
const TIMELINE_WAITING_MAX = 4_096

/** What is remembered of a server from one connection to the next. */
const makeMemory = Effect.gen(function* () {
  return { watched: yield* Ref.make(NOTHING_WATCHED), fresh: yield* Ref.make(NO_NEW_ITEMS) }
})
type Memory = Effect.Success<typeof makeMemory>

/** Tells the monitor of a new state, and when the stream last told of something. */
const makeReporter = Effect.fnUntraced(function* (server: Listened) {
  const monitor = yield* TriggerMonitor
  const status = yield* Ref.make<Omit<StreamStatus, "serverId">>({
    state: { _tag: "Connecting" },
    sinceMs: yield* Clock.currentTimeMillis,
    lastEventMs: null,
    lostReason: null,
  })
  const report = Effect.flatMap(Ref.get(status), (one) => monitor.stream({ serverId: server.id, ...one }))
  return {
    state: (state: StreamState) =>
      Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
        Effect.andThen(
          Ref.update(status, (one) => {
            const isSame = (one.state._tag === "Connected") === (state._tag === "Connected")
            const lostReason =
              state._tag === "Connected" ? null : state._tag === "Waiting" ? state.reason : one.lostReason
            return { ...one, state, sinceMs: isSame ? one.sinceMs : nowMs, lostReason: lostReason ?? null }
          }),
          report,
        ),
      ),
    event: Effect.flatMap(Clock.currentTimeMillis, (lastEventMs) =>
      Effect.andThen(
        Ref.update(status, (one) => ({ ...one, lastEventMs })),
        report,
      ),
    ),
  }
})
type Reporter = Effect.Success<ReturnType<typeof makeReporter>>

/** Reads the sessions as long as something is looked for among them, and takes in what is found. */
const lookUp = Effect.fnUntraced(function* (server: Listened, access: ServerAccess, memory: Memory) {
  const plex = yield* PlexServer
  const sessions = yield* plex.sessions(access)
  const nowMs = yield* Clock.currentTimeMillis
  const ready = yield* Ref.modify(memory.watched, (watched) => {
    const matched = matchSessions(watched, sessions, nowMs)
    return [matched.ready, matched.watched] as const
  })
  for (const session of ready) {
    const isTaken = yield* handleEvent(eventOfSession(server, session), "stream").pipe(
      Effect.as(true),
      Effect.catch((error) => Effect.as(Effect.logWarning(error.message), false)),
    )
    yield* Ref.update(memory.watched, (watched) => (isTaken ? settle : drop)(watched, session))
  }
})

/**
 * Waits for a call to look, and looks; again after a moment as long as something was not found, or at the next call. The
 * pauses grow while the sessions cannot be read, and the log hears of it once.
 */
const lookWhenCalled = Effect.fnUntraced(function* (
  server: Listened,
  access: ServerAccess,
  memory: Memory,
  calls: Queue.Dequeue<true>,
) {
  let failures = 0
  while (true) {
    yield* Queue.take(calls)
    while (isLooking(yield* Ref.get(memory.watched))) {
      const failure = yield* lookUp(server, access, memory).pipe(
        Effect.as(null),
        Effect.catch((error) => Effect.succeed(error.message)),
        Effect.catchDefect((defect) => Effect.succeed(`Something unforeseen happened: ${String(defect)}`)),
      )
      failures = failure === null ? 0 : failures + 1
      if (failures === 1)
        yield* Effect.logWarning(`It is not known who watches on ${server.name}. ${failure}`)
      if (!isLooking(yield* Ref.get(memory.watched))) break
      const pauseMs = failures === 0 ? LOOK_AGAIN_MS : reconnectMs(failures, yield* Random.next)
      yield* Effect.raceFirst(Queue.take(calls), Effect.sleep(pauseMs))
    }
  }
})

/** One connection, to its end, which is always a failure. */
const follow = Effect.fnUntraced(function* (
  server: Listened,
  access: ServerAccess,
  memory: Memory,
  reporter: Reporter,
  connected: Effect.Effect<void, never, Journal>,
) {
  const plex = yield* PlexServer
  const calls = yield* Queue.sliding<true>(1)
  const sections = yield* Effect.cachedWithTTL(plex.sections(access), (exit) =>
    Exit.isSuccess(exit) ? SECTIONS_KEPT_MS : 0,
  )
  yield* Effect.forkScoped(lookWhenCalled(server, access, memory, calls))
  const timeline = yield* Queue.sliding<ServerNotification>(TIMELINE_WAITING_MAX)
  yield* Effect.forkScoped(followTimeline(access, Stream.fromQueue(timeline)))

  const onPlaying = Effect.fnUntraced(function* (one: ServerNotification & { _tag: "Playing" }) {
    const nowMs = yield* Clock.currentTimeMillis
    const [before, after] = yield* Ref.modify(memory.watched, (watched) => {
      const next = announce(watched, one, nowMs)
      return [[watched, next] as const, next] as const
    })
    if (after.wanted !== before.wanted && isLooking(after)) yield* Queue.offer(calls, true)
  })
  const onTimeline = Effect.fnUntraced(function* (one: ServerNotification & { _tag: "Timeline" }) {
    const step = yield* Ref.modify(memory.fresh, (items) => {
      const [next, step] = stepTimeline(items, one)
      return [step, next] as const
    })
    if (step !== "none") yield* offerNewItem(server, sections, one, step)
    yield* Queue.offer(timeline, one)
  })

  const onNotification = Effect.fnUntraced(function* (one: ServerNotification) {
    switch (one._tag) {
      case "Connected":
        yield* reporter.state({ _tag: "Connected", via: one.via })
        yield* connected
        yield* Ref.update(memory.watched, lookAtAll)
        yield* Queue.offer(calls, true)
        // What changed while nobody listened is not told again.
        yield* Effect.forkScoped(catchUpServer(server.id))
        return
      case "Playing":
        yield* reporter.event
        yield* onPlaying(one)
        return
      case "Timeline":
        yield* reporter.event
        yield* onTimeline(one)
    }
  })
  yield* Stream.runForEach(plex.notifications(access), onNotification)
})

const note = (server: Listened, text: string) =>
  Journal.use((journal) => journal.write({ kind: "connection", serverId: server.id, text }))

/**
 * Listens to one server's event stream for ever: whoever plays something there is heard without a webhook, and so is a
 * new film or episode. A lost stream is opened again after a pause that grows with every failure; what began in between
 * is found among the server's sessions. The journal tells when the stream is lost and when it is back.
 */
export const listenToServer = Effect.fn("listenToServer")(function* (server: Listened) {
  const memory = yield* makeMemory
  const reporter = yield* makeReporter(server)
  let failures = 0
  let told: "nothing" | "connected" | "lost" = "nothing"
  while (true) {
    yield* reporter.state({ _tag: "Connecting" })
    let connectedMs: number | null = null
    const connected = Effect.gen(function* () {
      connectedMs = yield* Clock.currentTimeMillis
      if (told !== "connected") yield* note(server, `Listening to the event stream of ${server.name}`)
      told = "connected"
    })
    const ended = yield* withServer(server.id, (access) =>
      Effect.scoped(follow(server, access, memory, reporter, connected)),
    ).pipe(
      Effect.as({ reason: "the server ended it", refused: false }),
      Effect.catch((error) => Effect.succeed({ reason: error.message, refused: REFUSALS.has(error._tag) })),
      // Nobody else would begin anew: the next attempt is made as after any other loss.
      Effect.catchDefect((defect) =>
        Effect.as(Effect.logError(`Listening to ${server.name} broke off`, defect), {
          reason: "something unforeseen happened, which is in the log",
          refused: false,
        }),
      ),
    )
    const nowMs = yield* Clock.currentTimeMillis
    failures = connectedMs !== null && nowMs - connectedMs >= STABLE_MS ? 1 : failures + 1
    const pauseMs = ended.refused ? REFUSED_PAUSE_MS : reconnectMs(failures, yield* Random.next)
    yield* reporter.state({ _tag: "Waiting", reason: ended.reason, untilMs: nowMs + pauseMs })
    if (told !== "lost") yield* note(server, `No event stream of ${server.name}. ${ended.reason}`)
    told = "lost"
    yield* Effect.sleep(pauseMs)
  }
})
