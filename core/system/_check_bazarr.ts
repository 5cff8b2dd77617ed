import * as Effect from "effect/Effect"
import { testBazarr } from "../bridge/test_bazarr.ts"
import { SettingsStore } from "../ports/mod.ts"
import { bad, type Check, ok } from "./check.ts"

/** The Bazarr that searches, where it is Bazarr who does; nothing where it is not. */
export const checkBazarr = Effect.gen(function* () {
  const { mode } = (yield* SettingsStore.use((store) => store.current)).oncue
  if (mode !== "bazarr") return [] as ReadonlyArray<Check>
  return yield* testBazarr().pipe(
    Effect.map(
      (version): ReadonlyArray<Check> => [
        ok("bazarr", null, `Bazarr ${version} answers; it searches and owns the files`),
      ],
    ),
    Effect.catch((error) => {
      const advice = "Set its address and key under Settings, Sonarr & Radarr: without it nothing is searched"
      return Effect.succeed<ReadonlyArray<Check>>([bad("bazarr", null, error.message, advice)])
    }),
  )
})
