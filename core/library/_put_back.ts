import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import { type Finding, failed } from "./finding.ts"

/**
 * Tries something that changes what is somebody else's, and puts it back whatever became of it, an interruption included.
 * A failure of either is a finding; `left` says what is then not as it was, since nobody else will find out.
 */
export const puttingBack = Effect.fnUntraced(function* <R, R2>(
  tried: Effect.Effect<ReadonlyArray<Finding>, { readonly message: string }, R>,
  putBack: Effect.Effect<unknown, { readonly message: string }, R2>,
  names: { readonly step: string; readonly left: string },
) {
  const reason = yield* Ref.make<string | null>(null)
  const findings = yield* tried.pipe(
    Effect.catch((error) => Effect.succeed<ReadonlyArray<Finding>>([failed(names.step, error.message)])),
    Effect.ensuring(
      Effect.catch(putBack, ({ message }) =>
        Effect.andThen(Ref.set(reason, message), Effect.logWarning(`${names.left}: ${message}`)),
      ),
    ),
  )
  const why = yield* Ref.get(reason)
  const isBack = why === null
  return { findings: isBack ? findings : [...findings, failed("Clean-up", `${names.left}: ${why}`)], isBack }
})
