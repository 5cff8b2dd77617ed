import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { StateStore } from "../../core/ports/mod.ts"

/** Small facts in memory: for tests, and for a process that may write nowhere. */
export const layer: Layer.Layer<StateStore> = Layer.sync(StateStore, () => {
  const values = new Map<string, string>()
  const read = (key: string): unknown => JSON.parse(values.get(key) ?? "null")
  const write = (key: string, value: unknown) => {
    if (value === null || value === undefined) values.delete(key)
    else values.set(key, JSON.stringify(value))
  }
  return StateStore.of({
    get: (key) => Effect.sync(() => read(key)),
    put: (key, value) => Effect.sync(() => write(key, value)),
    update: (key, change) =>
      Effect.sync(() => {
        const before = read(key)
        const after = change(before)
        if (after !== before) write(key, after)
        return read(key)
      }),
    list: (prefix) =>
      Effect.sync(() =>
        [...values]
          .filter(([key]) => key.startsWith(prefix))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => ({ key, value: JSON.parse(value) })),
      ),
  })
})
