import { type FSWatcher, watch } from "node:fs"
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import { realFile } from "./_disk.ts"

/** An editor writes a file in several steps; the last one is waited for this long. */
const SETTLED_AFTER_MS = 100

/**
 * Runs `onChange` when the file may have been written. The folders are watched, not the file, because editors put a new
 * file in its place; and it is also looked at every `everyMs`, because network shares and some mounts report nothing.
 */
export const watched = (
  file: string,
  everyMs: number,
  onChange: Effect.Effect<void>,
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const hints = yield* Queue.sliding<"changed">(1)
    const real = yield* Effect.promise(() => realFile(file))
    for (const path of new Set([file, real])) {
      const watchedName = basename(path)
      // The database may lie in the same folder, and its log changes with each commit.
      const hint = (_: string, name: string | null) => {
        if (name === null || name === watchedName) Queue.offerUnsafe(hints, "changed")
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => watcher(dirname(path), hint)),
        (found) => Effect.sync(() => found?.close()),
      )
    }
    const settled = Effect.andThen(Queue.take(hints), Effect.sleep(SETTLED_AFTER_MS))
    const turn = Effect.race(settled, Effect.sleep(everyMs)).pipe(
      Effect.andThen(Queue.clear(hints)),
      Effect.andThen(onChange),
    )
    yield* Effect.forkScoped(Effect.forever(turn))
  })

/** Null where the system watches nothing more; looking goes on. */
function watcher(folder: string, hint: (event: string, name: string | null) => void): FSWatcher | null {
  try {
    const found = watch(folder, { persistent: false }, hint)
    found.on("error", () => found.close())
    return found
  } catch {
    return null
  }
}
