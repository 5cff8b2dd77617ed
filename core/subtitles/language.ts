import * as Schema from "effect/Schema"

/**
 * A language as a canonical BCP 47 tag without anything superfluous: `en`, `pt-BR`, `zh-Hans`, `es-419`.
 * The tables behind it are ICU's, which every JavaScript engine carries as `Intl`.
 */
export const Language = Schema.String.check(
  Schema.isPattern(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/u),
).pipe(Schema.brand("Language"))
export type Language = typeof Language.Type
