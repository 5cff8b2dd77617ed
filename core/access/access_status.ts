import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SessionStore, SettingsStore, StateStore } from "../ports/mod.ts"
import { CODE_TTL_MS } from "./code.ts"
import { CODE_KEY, IssuedCode } from "./issue_code.ts"
import { hasPassword, isClaimed, ownerOf } from "./owner.ts"
import { lockedUntilMs } from "./tally.ts"
import { isAtThisMachine, type Visitor } from "./visitor.ts"

const isIssuedCode = Schema.is(IssuedCode)

/** The ways in that this visitor has. */
export interface AccessStatus {
  /** Somebody can prove to be the owner; until then the machine itself and the printed code open the page. */
  readonly claimed: boolean
  readonly atThisMachine: boolean
  readonly code: boolean
  readonly plex: boolean
  readonly password: boolean
  /** Nothing is tried for this visitor before this time; null when nothing stands in the way. */
  readonly lockedUntilMs: number | null
}

/** Which ways lead into the page for this visitor. Tells nothing that helps to guess. */
export const accessStatus = Effect.fn("accessStatus")(function* (visitor: Visitor) {
  const settings = yield* SettingsStore.use((store) => store.current)
  const sessions = yield* SessionStore
  const state = yield* StateStore
  const nowMs = yield* Clock.currentTimeMillis
  const issued = yield* state.get(CODE_KEY)
  const { before } = yield* sessions.tally((tally) => tally)
  const lockedMs = lockedUntilMs(before, visitor.address, nowMs)
  const claimed = isClaimed(settings)
  const status: AccessStatus = {
    claimed,
    atThisMachine: !claimed && isAtThisMachine(visitor),
    code: isIssuedCode(issued) && nowMs - issued.atMs < CODE_TTL_MS,
    plex: ownerOf(settings) !== null,
    password: hasPassword(settings),
    lockedUntilMs: lockedMs === 0 ? null : lockedMs,
  }
  return status
})
