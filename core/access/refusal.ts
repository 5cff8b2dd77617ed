import * as Schema from "effect/Schema"

/** Nobody comes in this way. The sentence says what to do instead; which part of a secret was wrong stays unsaid. */
export class AccessRefused extends Schema.TaggedError<AccessRefused>()("AccessRefused", {
  reason: Schema.Literals([
    "elsewhere",
    "claimed",
    "code",
    "password",
    "no_password",
    "not_owner",
    "no_owner",
  ]),
  detail: Schema.String,
}) {
  override get message(): string {
    return this.detail
  }
}

/** Too many attempts; none is looked at before the time is over. */
export class AccessLocked extends Schema.TaggedError<AccessLocked>()("AccessLocked", {
  untilMs: Schema.Finite,
  retryAfterSeconds: Schema.Int,
}) {
  override get message(): string {
    const minutes = Math.ceil(this.retryAfterSeconds / 60)
    return `Too many attempts: try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}`
  }
}

/** The sign-in is not known here (any more): it took longer than ten minutes, or has ended. */
export class EntryUnknown extends Schema.TaggedError<EntryUnknown>()("EntryUnknown", {}) {
  override get message(): string {
    return "This sign-in has ended: begin again"
  }
}

export class PasswordUnfit extends Schema.TaggedError<PasswordUnfit>()("PasswordUnfit", {
  detail: Schema.String,
}) {
  override get message(): string {
    return this.detail
  }
}
