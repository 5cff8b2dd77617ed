import type { Simulator } from "../simulator/mod.ts"
import { configurationFor } from "./server.ts"

/**
 * The configuration of somebody who has set everything up, except that nobody owns the page yet: so a browser at the
 * machine comes in at once.
 */
export function signedInConfig(simulator: Simulator): string {
  return configurationFor(
    simulator,
    "oncue: { languages: [{ name: Default, languages: [{ language: nl }, { language: en }] }] }",
  )
}
