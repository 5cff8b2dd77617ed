import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { truthOf } from "./spelled.ts"

/** The lists of mappings under `oncue:` in config.yaml. Unknown keys inside an item are kept in the file. */

/** Numbers are texts that nobody quoted. */
const Text = Schema.Unknown.pipe(
  Schema.decodeTo(Schema.String, {
    decode: SchemaGetter.transform((value) =>
      typeof value === "number" ? String(value) : (value as string),
    ),
    encode: SchemaGetter.passthroughSupertype(),
  }),
)
const Flag = Schema.Unknown.pipe(
  Schema.decodeTo(Schema.Boolean, {
    decode: SchemaGetter.transform((value) => truthOf(value) as boolean),
    encode: SchemaGetter.passthroughSupertype(),
  }),
)
/** One text is a list of one. */
const Texts = Schema.Unknown.pipe(
  Schema.decodeTo(Schema.Array(Text), {
    decode: SchemaGetter.transform((value) =>
      Array.isArray(value) ? value : value === "" || value === null ? [] : [value],
    ),
    encode: SchemaGetter.passthroughSupertype(),
  }),
)
const Secret = Text.pipe(Schema.decodeTo(Schema.RedactedFromValue(Schema.String)))

const textKey = (fallback: string) => Text.pipe(Schema.withDecodingDefaultKey(Effect.succeed(fallback)))
const flagKey = (fallback: boolean) => Flag.pipe(Schema.withDecodingDefaultKey(Effect.succeed(fallback)))
const textsKey = Texts.pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
const secretKey = Secret.pipe(Schema.withDecodingDefaultKey(Effect.succeed("")))

/**
 * A Plex server that was selected. Its own token is sealed; `url` is what was selected, and fail-over never rewrites it.
 * The first entry is the primary one, on which the single-server endpoints act.
 */
export const ServerEntry = Schema.Struct({
  machine_id: Text,
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

/** `from` as the other program sees a folder, `to` as this process sees it. */
export const PathMapEntry = Schema.Struct({ from: Text, to: Text })
export type PathMapEntry = typeof PathMapEntry.Type

/** A pair, as Bazarr writes its own, is understood too. */
const PathMapItem = Schema.Union([
  PathMapEntry,
  Schema.Tuple([Text, Text]).pipe(
    Schema.decodeTo(
      Schema.toType(PathMapEntry),
      SchemaTransformation.transform<PathMapEntry, readonly [string, string]>({
        decode: ([from, to]) => ({ from, to }),
        encode: ({ from, to }) => [from, to],
      }),
    ),
  ),
])

/** A further Sonarr or Radarr beside the one of Bazarr's `sonarr:` or `radarr:` section. */
export const ArrEntry = Schema.Struct({
  id: Text,
  url: Text,
  apikey: secretKey,
  /** How this instance sees folders; empty: as the application's own mappings have it. */
  path_mappings: Schema.Array(PathMapItem).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
})
export type ArrEntry = typeof ArrEntry.Type

/** One wanted language of a profile, in order of preference. */
export const WantedLanguage = Schema.Struct({
  /** Any form that `language.ts` understands; stored as the user wrote it. */
  language: Text,
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
  name: Text,
  languages: Schema.Array(WantedLanguage),
  /** Once a subtitle in this language is there, later ones are not needed; empty: all are wanted. */
  cutoff: textKey(""),
  /** Libraries that use this profile, as `machine id/section id`; the profile without any is everybody else's. */
  libraries: textsKey,
})
export type LanguageProfile = typeof LanguageProfile.Type

/** How a notification is sent. */
export const NotificationType = Schema.Literals(["discord", "ntfy", "gotify", "email", "webhook"])
export type NotificationType = typeof NotificationType.Type

/** Somebody to tell of what was found. */
export const NotificationEntry = Schema.Struct({
  /** A name of the user's own, by which the entry is known. */
  id: Text,
  type: NotificationType,
  enabled: flagKey(true),
  /**
   * Discord's and the webhook's whole address, ntfy's with the topic, Gotify's base, `smtp://host:587` or
   * `smtps://host:465`. It may hold a key, so it is sealed as a secret.
   */
  url: Secret,
  /** Gotify's application token, an access token of ntfy or the webhook, or the password of the mail account. */
  token: secretKey,
  /** The mail account; empty: the mail server asks for none. */
  username: textKey(""),
  /** Sender and receivers of an e-mail. */
  from: textKey(""),
  to: textsKey,
})
export type NotificationEntry = typeof NotificationEntry.Type
