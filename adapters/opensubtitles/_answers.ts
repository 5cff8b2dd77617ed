import * as Schema from "effect/Schema"

/** What is read of OpenSubtitles.com's REST API v1 (opensubtitles.stoplight.io). */

const key = <S extends Schema.Top>(schema: S) => Schema.optional(Schema.NullOr(schema))
/** Counters come as numbers or as texts. */
const Count = Schema.Union([Schema.Finite, Schema.FiniteFromString])

export const decodeLogin = Schema.decodeUnknownOption(
  Schema.Struct({ token: Schema.RedactedFromValue(Schema.NonEmptyString), base_url: key(Schema.String) }),
)

const File = Schema.Struct({
  file_id: Schema.Int,
  cd_number: key(Schema.Finite),
  file_name: key(Schema.String),
})

const Feature = Schema.Struct({
  feature_type: key(Schema.String),
  imdb_id: key(Count),
  tmdb_id: key(Count),
  season_number: key(Schema.Finite),
  episode_number: key(Schema.Finite),
  parent_imdb_id: key(Count),
  parent_tmdb_id: key(Count),
})
export type Feature = typeof Feature.Type

const Subtitle = Schema.Struct({
  id: Schema.Union([Schema.String, Schema.Finite]),
  attributes: Schema.Struct({
    language: key(Schema.String),
    release: key(Schema.String),
    files: Schema.Array(File),
    hearing_impaired: key(Schema.Boolean),
    foreign_parts_only: key(Schema.Boolean),
    ai_translated: key(Schema.Boolean),
    machine_translated: key(Schema.Boolean),
    from_trusted: key(Schema.Boolean),
    fps: key(Count),
    download_count: key(Count),
    uploader: key(Schema.Struct({ name: key(Schema.String) })),
    moviehash_match: key(Schema.Unknown),
    feature_details: key(Feature),
  }),
})
export type Subtitle = typeof Subtitle.Type

export const decodePage = Schema.decodeUnknownOption(
  Schema.Struct({ total_pages: key(Schema.Finite), data: Schema.Array(Schema.Unknown) }),
)
/** One row at a time, so that an odd one does not hide the others. */
export const decodeSubtitle = Schema.decodeUnknownOption(Subtitle)

export const decodeDownload = Schema.decodeUnknownOption(
  Schema.Struct({ link: Schema.NonEmptyString, file_name: key(Schema.String) }),
)

export const decodeQuota = Schema.decodeUnknownOption(
  Schema.Struct({ message: key(Schema.String), reset_time_utc: key(Schema.String) }),
)

/** `GET /infos/user`. */
export const decodeUser = Schema.decodeUnknownOption(
  Schema.Struct({
    data: Schema.Struct({ allowed_downloads: key(Count), remaining_downloads: key(Count) }),
  }),
)
