import * as Schema from "effect/Schema"

/** The durable store cannot take or answer anything now: full disk, locked or damaged file, read-only folder. Try later. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  store: Schema.String,
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot use the ${this.store}: ${this.reason}`
  }
}
