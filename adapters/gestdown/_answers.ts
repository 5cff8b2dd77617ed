import * as Schema from "effect/Schema"

/** What is read of Gestdown's API (`/swagger` of api.gestdown.info). */

const key = <S extends Schema.Top>(schema: S) => Schema.optional(Schema.NullOr(schema))

const Show = Schema.Struct({
  id: Schema.String.check(Schema.isPattern(/^[\w-]{1,64}$/u)),
  name: Schema.String,
  seasons: key(Schema.Array(Schema.Int)),
})
export type Show = typeof Show.Type

const Subtitle = Schema.Struct({
  subtitleId: Schema.String,
  version: key(Schema.String),
  completed: Schema.Boolean,
  hearingImpaired: key(Schema.Boolean),
  /** A path of the same host, and nothing else. */
  downloadUri: Schema.String.check(Schema.isPattern(/^\/(?!\/)[\w./%-]{1,300}$/u)),
  language: key(Schema.String),
  qualities: key(Schema.Array(Schema.String)),
  release: key(Schema.String),
  downloadCount: key(Schema.Finite),
})
export type Subtitle = typeof Subtitle.Type

export const decodeShows = Schema.decodeUnknownOption(Schema.Struct({ shows: Schema.Array(Show) }))
export const decodeSubtitles = Schema.decodeUnknownOption(
  Schema.Struct({ matchingSubtitles: Schema.Array(Schema.Unknown) }),
)
/** One row at a time, so that an odd one does not hide the others. */
export const decodeSubtitle = Schema.decodeUnknownOption(Subtitle)
