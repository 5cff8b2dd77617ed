import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Heard, StreamStatus } from "../../core/events/heard.ts"
import { TriggerSource } from "../../core/jobs/job.ts"
import { StateStore, type StoreUnavailable, TriggerMonitor } from "../../core/ports/mod.ts"

/** How long, in milliseconds, what was heard may be known in memory only. */
export const STORE_EVERY_MS = 5_000
/** Where what was heard is kept: one key a source. */
const PREFIX = "heard/"

const decodeHeard = Schema.decodeUnknownOption(
  Schema.Struct({
    source: TriggerSource,
    event: Schema.String,
    serverId: Schema.NullOr(Schema.String),
    atMs: Schema.Finite,
  }),
)

const make = Effect.gen(function* () {
  const store = yield* StateStore
  const heard = new Map<string, Heard>()
  const streams = new Map<string, StreamStatus>()
  const unstored = new Set<string>()

  const complain = (error: StoreUnavailable) =>
    Effect.logWarning(`When triggers were last heard is known until the next restart only. ${error.message}`)
  const known = yield* store.list(PREFIX).pipe(Effect.catch(() => Effect.succeed([])))
  for (const { value } of known) {
    const one = decodeHeard(value)
    if (one._tag === "Some") heard.set(one.value.source, one.value)
  }

  const storeNow = Effect.suspend(() => {
    const sources = [...unstored]
    unstored.clear()
    return Effect.forEach(sources, (source) => store.put(`${PREFIX}${source}`, heard.get(source)), {
      discard: true,
    })
  }).pipe(Effect.catch(complain))
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(STORE_EVERY_MS), storeNow)))
  yield* Effect.addFinalizer(() => storeNow)

  return TriggerMonitor.of({
    heard: (one) =>
      Effect.sync(() => {
        heard.set(one.source, one)
        unstored.add(one.source)
      }),
    stream: (status) => Effect.sync(() => void streams.set(status.serverId, status)),
    streamEnded: (serverId) => Effect.sync(() => void streams.delete(serverId)),
    lastHeard: Effect.sync(() => [...heard.values()].sort((a, b) => b.atMs - a.atMs)),
    streams: Effect.sync(() => [...streams.values()].sort((a, b) => (a.serverId < b.serverId ? -1 : 1))),
  })
})

/** In memory; what was heard is written to the state within `STORE_EVERY_MS` and read at the next start. */
export const layer: Layer.Layer<TriggerMonitor, never, StateStore> = Layer.effect(TriggerMonitor, make)
