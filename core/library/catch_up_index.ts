import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ItemIndex, StateStore } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { mayCallPlex } from "../servers/keep_connected.ts"
import { serverIds } from "../servers/server_ids.ts"
import { updateSection } from "./build_index.ts"
import { noteNewLibraries } from "./note_new_libraries.ts"

/** Shortest time between two looks at a server for something that the index does not have, in milliseconds. */
export const CATCH_UP_EVERY_MS = 5_000
/** The same where somebody waits for the answer. */
export const CATCH_UP_WAITED_EVERY_MS = 1_000
/** Servers that are looked at together. */
const SERVERS_AT_ONCE = 4

const askedKey = (serverId: string) => `index/${serverId}/caught_up_at`

/** How a look at one server's changes went: items read, that one was made a moment ago, or why there was none. */
export type CaughtUp =
  | { readonly _tag: "Read"; readonly items: number }
  | { readonly _tag: "TooSoon" }
  | { readonly _tag: "Silent"; readonly reason: string }

/**
 * Reads what has changed in the libraries that the index knows, one small call for each, and which there are, since
 * something is wanted that it does not have. Answers how that went for each server in use; empty when Plex may not be called.
 */
export const catchUpIndex = Effect.fn("catchUpIndex")(function* (everyMs: number = CATCH_UP_EVERY_MS) {
  if (!(yield* mayCallPlex())) return [] as ReadonlyArray<CaughtUp>
  return yield* Effect.forEach(yield* serverIds(), (serverId) => catchUpServer(serverId, everyMs), {
    concurrency: SERVERS_AT_ONCE,
  })
})

/** The same for one server. Never fails. */
export const catchUpServer = Effect.fnUntraced(
  function* (serverId: string, everyMs: number = CATCH_UP_EVERY_MS) {
    const index = yield* ItemIndex
    const state = yield* StateStore
    const nowMs = yield* Clock.currentTimeMillis
    let isMine = false
    yield* state.update(askedKey(serverId), (asked) => {
      isMine = typeof asked !== "number" || asked > nowMs || nowMs - asked >= everyMs
      return isMine ? nowMs : asked
    })
    if (!isMine) return { _tag: "TooSoon" } as CaughtUp
    const sections = (yield* index.sections).filter(
      (one) => one.serverId === serverId && one.builtAtMs !== null && one.building === null,
    )
    const read = yield* withServer(serverId, (access) =>
      Effect.andThen(
        noteNewLibraries(access),
        Effect.forEach(sections, (one) =>
          updateSection(access, { id: one.sectionId, type: one.kind }, one.updatedAt),
        ),
      ),
    )
    return { _tag: "Read", items: read.reduce((total, items) => total + items, 0) } as CaughtUp
  },
  Effect.catch((error) =>
    Effect.as(Effect.logWarning(`The index may be behind: ${error.message}`), {
      _tag: "Silent",
      reason: error.message,
    } as CaughtUp),
  ),
)
