import * as Schema from "effect/Schema"

/** What keeps a store from working, as far as the program has to tell one case from another. */
export const StoreFault = Schema.Literals([
  /** Another process holds the file. */
  "locked",
  /** The folder or file cannot be written. */
  "read_only",
  "full",
  "damaged",
  /** A later version of the program made it. */
  "newer",
  "other",
])
export type StoreFault = typeof StoreFault.Type

/** The durable store cannot take or answer anything now: full disk, locked or damaged file, read-only folder. Try later. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  store: Schema.String,
  reason: Schema.String,
  fault: Schema.optionalKey(StoreFault),
}) {
  override get message(): string {
    return `Cannot use the ${this.store}: ${this.reason}`
  }
}
