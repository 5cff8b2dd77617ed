import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** Types for arguments that may come from JSON, a form or the query, and there as a text, a number or a repeated field. */

const Scalar = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])

const OneOrMore = Schema.Union([Scalar, Schema.NonEmptyArray(Scalar)])
const Any = Schema.Union([Scalar, Schema.Array(Scalar)])

/** `source` as a text. What it says of itself is what API documents say of the argument. */
const textOf = (source: typeof OneOrMore) =>
  source.pipe(
    Schema.decodeTo(
      Schema.String,
      SchemaTransformation.transform<string, typeof OneOrMore.Type>({
        decode: (value) => String(typeof value === "object" ? value[0] : value),
        encode: (value) => value,
      }),
    ),
  )

const textsOf = (source: typeof Any) =>
  source.pipe(
    Schema.decodeTo(
      Schema.Array(Schema.String),
      SchemaTransformation.transform<ReadonlyArray<string>, typeof Any.Type>({
        decode: (value) => (typeof value === "object" ? value.map(String) : [String(value)]),
        encode: (value) => value,
      }),
    ),
  )

/** A text; JSON numbers and booleans become one, and of a repeated field the first counts. */
export const TextArgument = textOf(OneOrMore)

/** Texts; a single one is a list of one. */
export const TextsArgument = textsOf(Any)

/** One of a few words. */
export const choiceArgument = <Words extends ReadonlyArray<string>>(words: Schema.Literals<Words>) =>
  textOf(OneOrMore.annotate({ description: `One of: ${words.literals.join(", ")}` })).pipe(
    Schema.decodeTo(words),
  )

/** Several of a few words; a single one is a list of one. */
export const choicesArgument = <Words extends ReadonlyArray<string>>(words: Schema.Literals<Words>) =>
  textsOf(Any.annotate({ description: `Any of: ${words.literals.join(", ")}` })).pipe(
    Schema.decodeTo(Schema.Array(words)),
  )

/** True for `true` in any case, as Bazarr reads it; false for every other text. */
export const FlagArgument = TextArgument.pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform<boolean, string>({
      decode: (value) => value.trim().toLowerCase() === "true" || value.trim() === "1",
      encode: String,
    }),
  ),
)

/** A whole number between two bounds. */
export function wholeArgument(minimum: number, maximum: number) {
  const description = `A whole number from ${minimum} to ${maximum}`
  return textOf(OneOrMore.annotate({ description })).pipe(
    Schema.decodeTo(Schema.FiniteFromString),
    Schema.decodeTo(Schema.Int.check(Schema.isBetween({ minimum, maximum }))),
  )
}

/** A secret; `Redacted` from here on. */
export const SecretArgument = TextArgument.pipe(Schema.decodeTo(Schema.RedactedFromValue(Schema.String)))

const place = wholeArgument(0, 1_000_000)

/** How a script names a film or episode: by rating key, path or ids. */
export const NamedItem = Schema.Struct({
  /** Machine identifier or name of a selected server, for a rating key; left out: the primary one. */
  server: Schema.optionalKey(TextArgument),
  ratingKey: Schema.optionalKey(TextArgument),
  /** Of the video, as this server, Plex, Sonarr or Radarr sees it. */
  path: Schema.optionalKey(TextArgument),
  /** Ids of the film, or with season and episode of the show. */
  imdb: Schema.optionalKey(TextArgument),
  tmdb: Schema.optionalKey(TextArgument),
  tvdb: Schema.optionalKey(TextArgument),
  season: Schema.optionalKey(place),
  episode: Schema.optionalKey(place),
  /** For the activity page. */
  title: Schema.optionalKey(TextArgument),
})
