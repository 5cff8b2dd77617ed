import * as Stream from "effect/Stream"
import { failureAnswer, type KnownError } from "./errors.ts"
import type { LiveEvent } from "./route.ts"

/** Streams of events that may be open at the same time. */
export const LIVE_STREAMS_MAX = 200
/** How often, in milliseconds, a silent stream shows that it is alive, so that no proxy takes it for dead. */
export const LIVE_BEAT_MS = 20_000
/** When a browser connects again after its stream broke, in milliseconds. */
const RETRY_MS = 2_000

export const LIVE_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // nginx would otherwise keep events back until it has a buffer full of them.
  "x-accel-buffering": "no",
}

const line = (text: string) => text.replace(/[\r\n]/g, " ")

function encode(event: LiveEvent): string {
  const id = event.id === undefined ? "" : `id: ${line(event.id)}\n`
  return `event: ${line(event.event)}\n${id}data: ${JSON.stringify(event.data)}\n\n`
}

/** The bytes of a stream of server-sent events. A failure is told as an event, since the status is sent long before. */
export function liveBody<R>(events: Stream.Stream<LiveEvent, KnownError, R>) {
  const told = events.pipe(
    Stream.catch((error: KnownError) =>
      Stream.succeed<LiveEvent>({ event: "failed", data: failureAnswer(error).body }),
    ),
    Stream.map(encode),
  )
  const beats = Stream.tick(LIVE_BEAT_MS).pipe(
    Stream.drop(1),
    Stream.map(() => ": alive\n\n"),
  )
  const text = Stream.merge(told, beats, { haltStrategy: "left" })
  const body = Stream.concat(Stream.succeed(`retry: ${RETRY_MS}\n\n`), text)
  return body.pipe(Stream.encodeText, Stream.toReadableStreamEffect())
}

/** The same body that calls `ended` once when it is over, whoever ends it. */
export function whenOver(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let isOver = false
  const over = () => {
    if (!isOver) ended()
    isOver = true
  }
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        controller.close()
      } catch (error) {
        controller.error(error)
      }
      over()
    },
    async cancel(reason) {
      over()
      await reader.cancel(reason)
    },
  })
}
