import * as Effect from "effect/Effect"
import { Journal, SessionStore } from "../ports/mod.ts"

/** Ends one session. */
export const leave = Effect.fn("leave")(function* (id: string) {
  const store = yield* SessionStore
  yield* store.remove([id])
})

/** Ends every session, on every device; answers how many there were. */
export const leaveEverywhere = Effect.fn("leaveEverywhere")(function* () {
  const store = yield* SessionStore
  const journal = yield* Journal
  const count = yield* store.clear
  yield* journal.write({ kind: "account", text: `Signed out of the page everywhere (${count} sessions)` })
  return count
})
