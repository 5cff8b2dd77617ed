import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Pin, PinId } from "../../core/auth/pin.ts"
import { PinStore } from "../../core/ports/mod.ts"

/** PIN sessions in memory: for tests, and for a process that may write nowhere. */
export const layer: Layer.Layer<PinStore> = Layer.sync(PinStore, () => {
  const pins = new Map<PinId, Pin>()
  return PinStore.of({
    save: (pin) => Effect.sync(() => void pins.set(pin.id, pin)),
    update: (id, change) =>
      Effect.sync(() => {
        const pin = pins.get(id)
        if (pin === undefined) return null
        const changed = change(pin)
        pins.set(id, changed)
        return changed
      }),
    get: (id) => Effect.sync(() => pins.get(id) ?? null),
    all: Effect.sync(() => [...pins.values()].sort((a, b) => a.createdAtMs - b.createdAtMs)),
    remove: (ids) =>
      Effect.sync(() => {
        for (const id of ids) pins.delete(id)
      }),
  })
})
