import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Journal } from "../core/ports/mod.ts"
import { countEntry } from "../core/system/measure.ts"

/** The same journal, which counts what is written to it for `/metrics`. */
export function countedJournal<E, R>(journal: Layer.Layer<Journal, E, R>): Layer.Layer<Journal, E, R> {
  return Layer.effect(
    Journal,
    Effect.map(Journal, (inner) =>
      Journal.of({
        ...inner,
        write: (entry) => Effect.andThen(countEntry(entry.kind), inner.write(entry)),
      }),
    ),
  ).pipe(Layer.provide(journal))
}
