import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { StateStore } from "../ports/mod.ts"
import { MIGRATION_RECORD_KEY, type MigrationRecord, recordOf } from "./record.ts"

/** What is known about earlier migrations. */
export const readRecord = Effect.fnUntraced(function* () {
  return recordOf(yield* (yield* StateStore).get(MIGRATION_RECORD_KEY))
})

/** Durable when it answers. */
export const keepRecord = Effect.fnUntraced(function* (record: Omit<MigrationRecord, "atMs">) {
  const atMs = yield* Clock.currentTimeMillis
  yield* (yield* StateStore).put(MIGRATION_RECORD_KEY, { ...record, atMs } satisfies MigrationRecord)
})
