import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { CatalogAccess } from "../ports/media_catalog.ts"
import { SecretBox } from "../ports/secret_box.ts"
import { SettingsStore } from "../ports/settings_store.ts"
import { secretKeys } from "../settings/settings.ts"
import { instanceName } from "./catalog.ts"
import { type CatalogApp, instancesOf } from "./instances.ts"
import type { PathMapping } from "./path_mapping.ts"

/** Why an instance that is configured cannot be asked. */
export interface ClosedInstance {
  readonly id: string
  readonly reason: string
}

/** An instance that can be asked, with how its paths are turned into ours. */
export interface OpenInstance extends CatalogAccess {
  readonly mappings: ReadonlyArray<PathMapping>
}

/** The instances of one application with their keys opened, and those whose key is missing or unreadable. */
export const openInstances = Effect.fn("openInstances")(function* (app: CatalogApp) {
  const settings = yield* (yield* SettingsStore).current
  const box = yield* SecretBox
  const open: Array<OpenInstance> = []
  const closed: Array<ClosedInstance> = []
  for (const { storedKey, ...instance } of instancesOf(settings, app)) {
    if (Redacted.value(storedKey) === "") {
      closed.push({ id: instance.id, reason: `${instanceName(instance)} has no API key` })
      continue
    }
    const result = yield* Effect.result(
      box.open(Redacted.value(storedKey), secretKeys(settings), `API key of ${instanceName(instance)}`),
    )
    if (result._tag === "Failure") closed.push({ id: instance.id, reason: result.failure.message })
    else open.push({ ...instance, apiKey: result.success.secret })
  }
  return { open, closed } as const
})
