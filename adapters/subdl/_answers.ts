import * as Schema from "effect/Schema"

/** What is read of SubDL's API v1 (subdl.com/api-doc). */

const key = <S extends Schema.Top>(schema: S) => Schema.optional(Schema.NullOr(schema))
/** Numbers come as numbers, as texts, as empty texts and as null. */
const Loose = key(Schema.Union([Schema.Finite, Schema.String]))
/** Flags come as truth values and as 0 and 1. */
const Flag = key(Schema.Union([Schema.Boolean, Schema.Finite, Schema.String]))

const Result = Schema.Struct({ imdb_id: Loose, tmdb_id: Loose, type: key(Schema.String) })

const Subtitle = Schema.Struct({
  release_name: key(Schema.String),
  name: key(Schema.String),
  lang: key(Schema.String),
  language: key(Schema.String),
  author: key(Schema.String),
  url: Schema.String,
  season: Loose,
  episode: Loose,
  episode_from: Loose,
  episode_end: Loose,
  hi: Flag,
  full_season: Flag,
  comment: key(Schema.String),
  releases: key(Schema.Array(Schema.Unknown)),
})
export type Subtitle = typeof Subtitle.Type

export const decodeAnswer = Schema.decodeUnknownOption(
  Schema.Struct({
    status: key(Schema.Boolean),
    success: key(Schema.Boolean),
    error: key(Schema.String),
    message: key(Schema.String),
    results: key(Schema.Array(Schema.Unknown)),
    subtitles: key(Schema.Array(Schema.Unknown)),
  }),
)
/** One row at a time, so that an odd one does not hide the others. */
export const decodeSubtitle = Schema.decodeUnknownOption(Subtitle)
export const decodeResult = Schema.decodeUnknownOption(Result)

export const truth = (value: Subtitle["hi"]) =>
  value === true || value === 1 || value === "1" || value === "true"

/** A natural number; null for anything else and for 0, which stands for "none" here. */
export function natural(value: Subtitle["season"]): number | null {
  const number = typeof value === "string" && /^\d{1,6}$/.test(value.trim()) ? Number(value) : value
  return typeof number === "number" && Number.isInteger(number) && number > 0 ? number : null
}
