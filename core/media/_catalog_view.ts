import * as Effect from "effect/Effect"
import type { CatalogAccess, CatalogKeyRejected, CatalogUnreachable } from "../ports/media_catalog.ts"
import { type CatalogFile, instancePlace } from "./catalog.ts"
import type { CatalogMatch } from "./catalog_match.ts"
import type { OpenInstance } from "./open_instances.ts"

/** Longest wait for one answer of one instance while something is being identified. */
export const CATALOG_WAIT = "20 seconds"
/** Age up to which a list is believed when it has what is looked for, and when it has not. */
export const HIT_AGE_MS = 300_000
export const MISS_AGE_MS = 60_000
/** Instances that are asked at the same time. */
export const INSTANCES_ASKED_MAX = 4

/** The instances of one application during one identification, and which of them did not answer. */
export interface CatalogView {
  readonly instances: ReadonlyArray<OpenInstance>
  /** From Plex's path to ours. */
  readonly ours: (plexPath: string) => string
  /** Instance id to why it gave no answer; filled by `ask`. */
  readonly silent: Map<string, string>
}

/** What was found for one part. */
export interface PartMatch {
  readonly match: CatalogMatch
  readonly file: CatalogFile | null
}

/** The answer, or null with the reason noted. An instance that has failed once is not asked again. */
export function ask<A>(
  view: CatalogView,
  instance: CatalogAccess,
  call: Effect.Effect<A, CatalogUnreachable | CatalogKeyRejected>,
): Effect.Effect<A | null> {
  if (view.silent.has(instance.id)) return Effect.succeed(null)
  const note = (reason: string) =>
    Effect.sync(() => {
      view.silent.set(instance.id, reason)
      return null
    })
  return call.pipe(
    Effect.timeoutOrElse({
      duration: CATALOG_WAIT,
      orElse: () => note(`${instancePlace(instance)} gave no answer within ${CATALOG_WAIT}`),
    }),
    Effect.catchTag(["CatalogUnreachable", "CatalogKeyRejected"], (error) => note(error.message)),
  )
}

/** The answers of every instance that gave one, with the instance. */
export function askAll<A>(
  view: CatalogView,
  call: (instance: OpenInstance) => Effect.Effect<A, CatalogUnreachable | CatalogKeyRejected>,
): Effect.Effect<ReadonlyArray<{ readonly instance: OpenInstance; readonly answer: A }>> {
  return Effect.map(
    Effect.forEach(
      view.instances,
      (instance) => Effect.map(ask(view, instance, call(instance)), (answer) => ({ instance, answer })),
      { concurrency: INSTANCES_ASKED_MAX },
    ),
    (answers) => answers.flatMap(({ instance, answer }) => (answer === null ? [] : [{ instance, answer }])),
  )
}

/** Without the key. */
export function plainInstance({ id, app, url }: CatalogAccess): CatalogMatch["instance"] {
  return { id, app, url }
}
