import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Entropy, Hasher, StateStore } from "../ports/mod.ts"
import { CODE_BYTES, codeFrom, readCode } from "./code.ts"

/** Where the fingerprint of the code that is good is kept. */
export const CODE_KEY = "access/code"

export const IssuedCode = Schema.Struct({ fingerprint: Schema.String, atMs: Schema.Finite })

/**
 * A new one-time code for the page; one from before is worth nothing any more. It is for the terminal and goes nowhere
 * else: neither into the log file nor into the journal.
 */
export const issueCode = Effect.fn("issueCode")(function* () {
  const entropy = yield* Entropy
  const hasher = yield* Hasher
  const state = yield* StateStore
  let code: string | null = null
  while (code === null) code = codeFrom(yield* entropy.bytes(CODE_BYTES))
  const fingerprint = yield* hasher.fingerprint(Redacted.make(readCode(code) ?? ""))
  yield* state.put(CODE_KEY, { fingerprint, atMs: yield* Clock.currentTimeMillis })
  return code
})
