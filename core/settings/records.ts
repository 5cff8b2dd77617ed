import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The lists of mappings under `oncue:` in config.yaml. Unknown keys inside an item are kept in the file. */

const textKey = (fallback: string) =>
  Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed(fallback)))
const flagKey = (fallback: boolean) =>
  Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(fallback)))
const textsKey = Schema.Array(Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
const secretKey = Schema.RedactedFromValue(Schema.String).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed("")),
)

/**
 * A Plex server that was selected. Its own token is sealed; `url` is what was selected, and fail-over never rewrites it.
 * The first entry is the primary one, on which the single-server endpoints act.
 */
export const ServerEntry = Schema.Struct({
  machine_id: Schema.String,
  name: textKey(""),
  url: textKey(""),
  local: flagKey(false),
  /** Stored form (see SecretBox), empty until plex.tv has been asked for it. */
  token: secretKey,
  /** Every address that plex.tv listed when the server was selected. */
  connections: textsKey,
  /** Addresses that the user typed and whose identity was verified. */
  manual: textsKey,
  /** SHA-256 of a certificate that the user accepted for this server; empty: the chain must be valid. */
  fingerprint: textKey(""),
  /** Section ids of the chosen film and show libraries; empty: all of them. */
  libraries: textsKey,
})
export type ServerEntry = typeof ServerEntry.Type

/** A further Sonarr or Radarr beside the one of Bazarr's `sonarr:` or `radarr:` section. */
export const ArrEntry = Schema.Struct({
  id: Schema.String,
  url: Schema.String,
  apikey: secretKey,
})
export type ArrEntry = typeof ArrEntry.Type

/** `from` as the other program sees a folder, `to` as this process sees it. */
export const PathMapEntry = Schema.Struct({ from: Schema.String, to: Schema.String })
export type PathMapEntry = typeof PathMapEntry.Type

/** One wanted language of a profile, in order of preference. */
export const WantedLanguage = Schema.Struct({
  /** Any form that `language.ts` understands; stored as the user wrote it. */
  language: Schema.String,
  forced: Schema.Literals(["avoid", "prefer", "require"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("avoid" as const)),
  ),
  hearing_impaired: Schema.Literals(["avoid", "prefer", "require"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("avoid" as const)),
  ),
  /** Not needed when the audio is in this language already. */
  unless_audio: flagKey(false),
})
export type WantedLanguage = typeof WantedLanguage.Type

export const LanguageProfile = Schema.Struct({
  name: Schema.String,
  languages: Schema.Array(WantedLanguage),
  /** Once a subtitle in this language is there, later ones are not needed; empty: all are wanted. */
  cutoff: textKey(""),
  /** Libraries that use this profile, as `machine id/section id`; the profile without any is everybody else's. */
  libraries: textsKey,
})
export type LanguageProfile = typeof LanguageProfile.Type
