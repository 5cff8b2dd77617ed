import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ItemIndex, StateStore } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { serverIds } from "../servers/server_ids.ts"
import { updateSection } from "./build_index.ts"

/** Shortest time between two looks at a server for something that the index does not have, in milliseconds. */
export const CATCH_UP_EVERY_MS = 5_000
/** Servers that are looked at together. */
const SERVERS_AT_ONCE = 4

const askedKey = (serverId: string) => `index/${serverId}/caught_up_at`

/**
 * Reads what has changed in the libraries that the index knows, one small call for each, since something is wanted that
 * it does not have. Answers whether anything was read; a server that does not answer is left out.
 */
export const catchUpIndex = Effect.fn("catchUpIndex")(function* () {
  if (!(yield* mayCallPlex())) return false
  const read = yield* Effect.forEach(yield* serverIds(), catchUpServer, { concurrency: SERVERS_AT_ONCE })
  return read.some((items) => items > 0)
})

/** The same for one server; answers how many items were read. Never fails. */
export const catchUpServer = Effect.fnUntraced(
  function* (serverId: string) {
    const index = yield* ItemIndex
    const state = yield* StateStore
    const nowMs = yield* Clock.currentTimeMillis
    const asked = yield* state.get(askedKey(serverId))
    if (typeof asked === "number" && asked <= nowMs && nowMs - asked < CATCH_UP_EVERY_MS) return 0
    yield* state.put(askedKey(serverId), nowMs)
    const sections = (yield* index.sections).filter(
      (one) => one.serverId === serverId && one.builtAtMs !== null && one.building === null,
    )
    const read = yield* withServer(serverId, (access) =>
      Effect.forEach(sections, (one) =>
        updateSection(access, { id: one.sectionId, type: one.kind }, one.updatedAt),
      ),
    )
    return read.reduce((total, items) => total + items, 0)
  },
  Effect.catch((error) => Effect.as(Effect.logWarning(`The index may be behind: ${error.message}`), 0)),
)
