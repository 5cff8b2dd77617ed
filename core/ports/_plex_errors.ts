import * as Schema from "effect/Schema"

/**
 * plex.tv or a server gave no usable answer: refused, silent, reset, a certificate that does not verify, a 429 or 5xx,
 * HTML instead of JSON. It says nothing about the token. Retry later, not before `retryAfterSeconds` when it is given.
 */
export class PlexUnreachable extends Schema.TaggedError<PlexUnreachable>()("PlexUnreachable", {
  /** Who was asked, without any query: `plex.tv`, or the server's address. */
  where: Schema.String,
  fault: Schema.Literals([
    "refused",
    "timeout",
    "dns",
    "tls",
    "reset",
    "status",
    "bad_answer",
    "forbidden_address",
  ]),
  /** The HTTP status when there was one. */
  status: Schema.NullOr(Schema.Int),
  retryAfterSeconds: Schema.NullOr(Schema.Finite),
  detail: Schema.String,
}) {
  override get message(): string {
    return `Cannot reach ${this.where}: ${this.detail}`
  }
}

/** 401 (498 for a JWT): the token was looked at and refused. Keep it, mark it, ask for a new sign-in. */
export class TokenRejected extends Schema.TaggedError<TokenRejected>()("TokenRejected", {
  where: Schema.String,
}) {
  override get message(): string {
    return `${this.where} refuses the token: sign in again`
  }
}

/** 403 or a missing entitlement: the token is valid and may not do this. Retrying does not help. */
export class PlexForbidden extends Schema.TaggedError<PlexForbidden>()("PlexForbidden", {
  where: Schema.String,
  what: Schema.String,
}) {
  override get message(): string {
    return `${this.where} does not allow this token to ${this.what}`
  }
}

/** 404: the item, section, stream or PIN does not exist (any more), or is hidden from the token. */
export class PlexNotFound extends Schema.TaggedError<PlexNotFound>()("PlexNotFound", {
  where: Schema.String,
  what: Schema.String,
}) {
  override get message(): string {
    return `${this.where} has no ${this.what}`
  }
}

/** 400, 409 or 422: the request was understood and refused as it stands. Retrying it unchanged does not help. */
export class PlexRefused extends Schema.TaggedError<PlexRefused>()("PlexRefused", {
  where: Schema.String,
  what: Schema.String,
  status: Schema.Int,
  code: Schema.NullOr(Schema.Int),
}) {
  override get message(): string {
    return `${this.where} refused to ${this.what} (${this.status})`
  }
}
