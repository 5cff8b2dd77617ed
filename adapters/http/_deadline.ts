import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"

/**
 * How long, in milliseconds, a caller waits for an answer at most, however many servers are asked for it, one after the
 * other and each within its own time. Shorter than the page's patience.
 */
export const ANSWER_DEADLINE_MS = 45_000

/** The answer was not there in time. What was asked for has been told to stop; a change may have been made. */
export class AnswerOverdue extends Schema.TaggedError<AnswerOverdue>()("AnswerOverdue", {
  seconds: Schema.Finite,
}) {
  override get message(): string {
    return `Cannot answer within ${this.seconds} s: a server or a disk that it depends on is silent. Look at the Diagnostics page and try again`
  }
}

/** Of the clock on the wall, since that is what the caller waits by. */
const passed = (ms: number) =>
  Effect.callback<null>((resume) => {
    const timer = setTimeout(() => resume(Effect.succeed(null)), ms)
    return Effect.sync(() => clearTimeout(timer))
  })

/** The program's end, or AnswerOverdue. One that does not stop when it is told to is not waited for. */
export const withinDeadline = <A, E, R>(
  program: Effect.Effect<A, E, R>,
  deadlineMs: number,
): Effect.Effect<A, E | AnswerOverdue, R> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkDetach(program)
    const exit = yield* Effect.raceFirst(Fiber.await(fiber), passed(deadlineMs))
    if (exit !== null) return yield* exit
    fiber.interruptUnsafe()
    return yield* new AnswerOverdue({ seconds: deadlineMs / 1_000 })
  })
