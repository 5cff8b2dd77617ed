import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { selectedServers } from "../../../core/events/decision.ts"
import { JobQueue, SettingsStore } from "../../../core/ports/mod.ts"
import { warningText } from "../../../core/settings/settings.ts"
import { checkReady } from "../../../core/system/check_ready.ts"
import { answer, route } from "../route.ts"
import { VERSION } from "../version.ts"

const Health = Schema.Struct({
  /** `ok`, or `degraded` when something needs the owner; `reasons` then says what. */
  status: Schema.Literals(["ok", "degraded"]),
  /** Whether events can be taken and kept. */
  ready: Schema.Boolean,
  reasons: Schema.Array(Schema.String),
  version: Schema.String,
  node: Schema.String,
  uptimeSeconds: Schema.Finite,
  memoryMb: Schema.Finite,
  queue: Schema.Struct({ waiting: Schema.Int, running: Schema.Int, failed: Schema.Int }),
  servers: Schema.Array(Schema.String),
}).annotate({ identifier: "Health" })

/** Alive or not for everybody, and how it goes for who has the key. */
export const health = route({
  method: "GET",
  path: "/api/system/health",
  tag: "System",
  summary: "Alive or not; with the key also how it goes",
  access: "open",
  answers: {
    200: Schema.Union([Schema.Struct({ status: Schema.Literal("alive") }), Schema.Struct({ data: Health })]),
  },
  handle: ({ trusted }) =>
    Effect.gen(function* () {
      if (!trusted) return answer(200, { status: "alive" as const })
      const queue = yield* JobQueue
      const store = yield* SettingsStore
      const settings = yield* store.current
      const warnings = yield* store.warnings
      const counts = yield* Effect.option(queue.counts)
      const { failed, running, waiting } =
        counts._tag === "Some" ? counts.value : { failed: 0, running: 0, waiting: 0 }
      const readiness = yield* checkReady()
      const reasons = [
        ...readiness.reasons,
        ...warnings.map(warningText),
        ...(settings.general.use_plex ? [] : ["Plex is switched off: sign in, or set general.use_plex"]),
        ...(selectedServers(settings).length > 0 ? [] : ["No Plex server is selected"]),
      ]
      return answer(200, {
        data: {
          status: reasons.length === 0 ? ("ok" as const) : ("degraded" as const),
          ready: readiness.ready,
          reasons,
          version: VERSION,
          node: process.versions.node,
          uptimeSeconds: Math.round(process.uptime()),
          memoryMb: Math.round(process.memoryUsage.rss() / 1024 / 1024),
          queue: { waiting, running, failed },
          servers: selectedServers(settings),
        },
      })
    }),
})

/** For whoever restarts what is dead: the process answers. */
export const live = route({
  method: "GET",
  path: "/api/system/health/live",
  tag: "System",
  summary: "Whether the process answers",
  access: "open",
  answers: { 200: Schema.Struct({ status: Schema.Literal("alive") }) },
  handle: () => Effect.succeed(answer(200, { status: "alive" as const })),
})

/** For whoever sends requests to those that can take them; why it cannot is for who has the key. */
export const ready = route({
  method: "GET",
  path: "/api/system/health/ready",
  tag: "System",
  summary: "Whether events can be taken and kept; with the key also why not",
  access: "open",
  answers: {
    200: Schema.Struct({ status: Schema.Literal("ready") }),
    503: Schema.Struct({
      status: Schema.Literal("not_ready"),
      reasons: Schema.optionalKey(Schema.Array(Schema.String)),
    }),
  },
  handle: ({ trusted }) =>
    Effect.map(checkReady(), ({ ready: isReady, reasons }) =>
      isReady
        ? answer(200, { status: "ready" as const })
        : answer(503, trusted ? { status: "not_ready" as const, reasons } : { status: "not_ready" as const }),
    ),
})
