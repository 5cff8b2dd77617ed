import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/memory/settings_file.ts"
import { settingsFileContract } from "../../contracts/settings_file.ts"

settingsFileContract(
  "memory",
  Effect.sync(() => ({ layer: layer(), place: "/elsewhere/config.yaml" })),
)
