import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { BazarrProfile } from "../../core/migration/bazarr_profile.ts"
import { BAZARR_PROFILES_MAX, BazarrDatabase, BazarrDatabaseUnreadable } from "../../core/ports/mod.ts"

/** Databases of Bazarr in memory, by path. */
export const layer = (
  databases: ReadonlyMap<string, ReadonlyArray<BazarrProfile>> = new Map(),
): Layer.Layer<BazarrDatabase> =>
  Layer.succeed(BazarrDatabase, {
    profiles: (path) =>
      Effect.suspend(() => {
        const found = databases.get(path)
        return found === undefined
          ? Effect.fail(new BazarrDatabaseUnreadable({ file: path, reason: "there is no such file" }))
          : Effect.succeed(found.toSorted((a, b) => a.id - b.id).slice(0, BAZARR_PROFILES_MAX))
      }),
  })
