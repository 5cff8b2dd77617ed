import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TriggerSource } from "../../../core/jobs/job.ts"
import { JobQueue, SettingsStore, TriggerMonitor } from "../../../core/ports/mod.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"
import { VERSION } from "../version.ts"

const HeardView = Schema.Struct({
  source: TriggerSource,
  event: Schema.String,
  serverId: Schema.NullOr(Schema.String),
  atMs: Schema.Finite,
})

const StreamView = Schema.Struct({
  serverId: Schema.String,
  serverName: Schema.String,
  state: Schema.Union([
    Schema.TaggedStruct("Connecting", {}),
    Schema.TaggedStruct("Connected", { via: Schema.Literals(["websocket", "eventsource"]) }),
    Schema.TaggedStruct("Waiting", { reason: Schema.String, untilMs: Schema.Finite }),
  ]),
  sinceMs: Schema.Finite,
  /** Why it was lost, while it is being tried again. */
  lostReason: Schema.optionalKey(Schema.NullOr(Schema.String)),
  lastEventMs: Schema.NullOr(Schema.Finite),
})

const Status = Schema.Struct({
  version: Schema.String,
  node: Schema.String,
  platform: Schema.String,
  startedAtMs: Schema.Finite,
  memoryBytes: Schema.Finite,
  queue: Schema.Struct({ waiting: Schema.Int, running: Schema.Int, failed: Schema.Int }),
  store: Schema.Struct({
    durable: Schema.Boolean,
    /** What a commit that survives a power cut costs; null when it could not be measured. */
    commitMs: Schema.NullOr(Schema.Finite),
    /** Where a damaged database was put at start; null when it was sound. */
    setAside: Schema.NullOr(Schema.String),
  }),
  /** The last that was heard of each source, most recent first. */
  heard: Schema.Array(HeardView),
  streams: Schema.Array(StreamView),
  /** What is odd about config.yaml, as sentences. */
  warnings: Schema.Array(Schema.String),
}).annotate({ identifier: "Status" })

/** How the process and its ways to hear are. */
export const status = route({
  method: "GET",
  path: "/api/system/status",
  tag: "System",
  summary: "Versions, memory, queue, and who was heard when",
  access: "key",
  answers: { 200: Schema.Struct({ data: Status }), 503: ErrorBody },
  handle: () =>
    Effect.gen(function* () {
      const queue = yield* JobQueue
      const monitor = yield* TriggerMonitor
      const store = yield* SettingsStore
      const settings = yield* store.current
      const { failed, running, waiting } = yield* queue.counts
      const nameOf = (id: string) =>
        settings.oncue.servers.find((one) => one.machine_id === id)?.name ||
        (settings.plex.server_machine_id === id ? settings.plex.server_name : "") ||
        id
      const streams = yield* monitor.streams
      return answer(200, {
        data: {
          version: VERSION,
          node: process.versions.node,
          platform: `${process.platform} ${process.arch}`,
          startedAtMs: Math.round(performance.timeOrigin),
          memoryBytes: process.memoryUsage.rss(),
          queue: { waiting, running, failed },
          store: yield* queue.condition,
          heard: yield* monitor.lastHeard,
          streams: streams.map((one) => ({ ...one, serverName: nameOf(one.serverId) })),
          warnings: (yield* store.warnings).map(
            (one) => `config.yaml: "${one.key}" is not ${one.expected}; its default is used`,
          ),
        },
      })
    }),
})
