import * as Schema from "effect/Schema"

/** There is no record of such a subtitle. */
export class SubtitleUnknown extends Schema.TaggedError<SubtitleUnknown>()("SubtitleUnknown", {
  id: Schema.Int,
}) {
  override get message(): string {
    return `OnCue has placed no subtitle ${this.id}`
  }
}

/** What is asked for makes no sense for this subtitle now. */
export class SubtitleNotInPlace extends Schema.TaggedError<SubtitleNotInPlace>()("SubtitleNotInPlace", {
  id: Schema.Int,
  reason: Schema.String,
}) {
  override get message(): string {
    return `Cannot change the subtitle ${this.id}: ${this.reason}`
  }
}

/** There is no such entry in the blacklist. */
export class RefusalUnknown extends Schema.TaggedError<RefusalUnknown>()("RefusalUnknown", {
  id: Schema.Int,
}) {
  override get message(): string {
    return `The blacklist has no entry ${this.id}`
  }
}
