import * as Effect from "effect/Effect"
import type { IndexedSection } from "../media/item_index_entry.ts"
import { ItemIndex, SettingsStore, StateStore } from "../ports/mod.ts"
import { selectedServers } from "../servers/selected.ts"
import { serverIds } from "../servers/server_ids.ts"

const librariesKey = (serverId: string) => `index/${serverId}/libraries`

/** Keeps how many libraries with films or shows a server has, which tells an index that lacks some from a whole one. */
export const noteLibraries = Effect.fnUntraced(function* (serverId: string, count: number) {
  yield* StateStore.use((state) =>
    state.update(librariesKey(serverId), (known) => (known === count ? known : count)),
  )
})

const progress = ({ building, title }: IndexedSection) => {
  if (building === null) return `the library "${title}" is still to be read`
  const of = building.total === null ? "" : ` of ${building.total}`
  return `the library "${title}" is being read (${building.done}${of} items)`
}

/**
 * What the index of the servers in use does not know yet, in words: libraries that were never read whole, and servers
 * whose libraries nobody has seen. While there is any, what it does not have may be there all the same.
 */
export const findUnread = Effect.fn("findUnread")(function* () {
  const index = yield* ItemIndex
  const state = yield* StateStore
  const selected = selectedServers(yield* (yield* SettingsStore).current)
  const sections = yield* index.sections
  const unread = yield* Effect.forEach(yield* serverIds(), (serverId) =>
    Effect.gen(function* () {
      const own = sections.filter((one) => one.serverId === serverId)
      const count = yield* state.get(librariesKey(serverId))
      const known = own.filter((one) => one.builtAtMs === null).map(progress)
      const isSeen = typeof count === "number" && own.length >= count
      const name = selected.find(({ machine_id }) => machine_id === serverId)?.name || serverId
      return isSeen || known.length > 0 ? known : [`the libraries of ${name} are still to be read`]
    }),
  )
  return unread.flat()
})
