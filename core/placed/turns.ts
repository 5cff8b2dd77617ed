import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { ItemRef } from "../media/media_item.ts"

/** Lets the programs of one item run one after the other, and those of different items side by side. */
export type InTurn = <A, E, R>(item: ItemRef, program: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Turns that nobody has taken yet. An item is remembered as long as somebody runs or waits for it. */
export function makeTurns(): InTurn {
  const items = new Map<string, { readonly turn: Semaphore.Semaphore; users: number }>()
  return ({ ratingKey, serverId }, program) =>
    Effect.suspend(() => {
      const key = JSON.stringify([serverId, ratingKey])
      const item = items.get(key) ?? { turn: Semaphore.makeUnsafe(1), users: 0 }
      items.set(key, item)
      item.users += 1
      const leave = Effect.sync(() => {
        item.users -= 1
        if (item.users === 0) items.delete(key)
      })
      return Effect.ensuring(item.turn.withPermits(1)(program), leave)
    })
}
