import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { Bazarr } from "../ports/mod.ts"
import { openBazarr } from "./open_bazarr.ts"

/** Asks a Bazarr for its version: the one of the settings, or one as it would be saved. */
export const testBazarr = Effect.fn("testBazarr")(function* (
  given: { readonly url?: string; readonly apiKey?: Redacted.Redacted } = {},
) {
  const access = yield* openBazarr(given)
  return yield* Bazarr.use((bazarr) => bazarr.version(access))
})
