import { monitorEventLoopDelay } from "node:perf_hooks"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import * as Schema from "effect/Schema"
import { measure } from "../../../core/system/measure.ts"
import { answersCounted } from "../answers_counted.ts"
import { answer, route } from "../route.ts"
import { VERSION } from "../version.ts"

const INFO = Metric.gauge("oncue_info", { description: "The running version; always 1" })
const STARTED = Metric.gauge("process_start_time_seconds", {
  description: "Start of the process, in unix seconds",
})
const MEMORY = Metric.gauge("process_resident_memory_bytes", { description: "Memory of the process" })
const HEAP = Metric.gauge("nodejs_heap_size_used_bytes", { description: "Heap that is in use" })
const CPU = Metric.gauge("process_cpu_seconds_total", {
  description: "CPU time, of user and system together",
})
const LAG = Metric.gauge("nodejs_eventloop_lag_p99_seconds", {
  description: "99th percentile of the event loop's delay since the last scrape",
})
const LAG_RESOLUTION_MS = 20

const ANSWERS = Metric.counter("oncue_http_answers_total", {
  description: "Answers by their status since the start; 0: the caller went away before",
  incremental: true,
})
/** How many of them the counter knows already. */
const known = new Map<number, number>()

const measureAnswers = Effect.suspend(() =>
  Effect.forEach(
    answersCounted(),
    ([status, count]) => {
      const more = count - (known.get(status) ?? 0)
      known.set(status, count)
      return Metric.update(Metric.withAttributes(ANSWERS, { status: String(status) }), more)
    },
    { discard: true },
  ),
)

/** Begun at the first scrape: who is not scraped does not pay for it. */
let delay: ReturnType<typeof monitorEventLoopDelay> | null = null

function lagSeconds(): number {
  if (delay === null) {
    delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS })
    delay.enable()
    return 0
  }
  const seconds = Math.max(0, delay.percentile(99) / 1e9 - LAG_RESOLUTION_MS / 1_000)
  delay.reset()
  return Number.isFinite(seconds) ? seconds : 0
}

const measureProcess = Effect.gen(function* () {
  const { system, user } = process.cpuUsage()
  const { heapUsed, rss } = process.memoryUsage()
  const info = Metric.withAttributes(INFO, { version: VERSION, node: process.versions.node })
  yield* Metric.update(info, 1)
  yield* Metric.update(STARTED, Math.round(performance.timeOrigin) / 1_000)
  yield* Metric.update(MEMORY, rss)
  yield* Metric.update(HEAP, heapUsed)
  yield* Metric.update(CPU, (user + system) / 1e6)
  yield* Metric.update(LAG, lagSeconds())
})

/** For Prometheus and what reads its text. With the key, since it tells how the installation is used. */
export const metrics = route({
  method: "GET",
  path: "/metrics",
  media: "text/plain",
  tag: "System",
  summary: "Measurements in Prometheus' text format; the key may also come as a bearer token",
  access: "key",
  answers: { 200: Schema.String },
  handle: () =>
    Effect.gen(function* () {
      yield* measure()
      yield* measureProcess
      yield* measureAnswers
      return answer(200, yield* PrometheusMetrics.format(), {
        "content-type": "text/plain; version=0.0.4; charset=utf-8",
      })
    }),
})
