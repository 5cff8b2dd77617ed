import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { BazarrItem, BazarrLanguage } from "../../core/bridge/bazarr_item.ts"

/** What is taken of Bazarr's answers; everything else, and whatever a version adds, is passed over. */

const Truth = Schema.optional(Schema.NullOr(Schema.Unknown))
const Language = Schema.Struct({
  name: Schema.optional(Schema.NullOr(Schema.String)),
  code2: Schema.optional(Schema.NullOr(Schema.String)),
  forced: Truth,
  hi: Truth,
  path: Schema.optional(Schema.NullOr(Schema.String)),
})
const Languages = Schema.NullOr(Schema.Array(Language)).pipe(
  Schema.withDecodingDefaultKey(Effect.succeed([])),
)
const Items = Schema.Struct({
  data: Schema.Array(Schema.Struct({ subtitles: Languages, missing_subtitles: Languages })),
})
const Status = Schema.Struct({ data: Schema.Struct({ bazarr_version: Schema.String }) })

const isTrue = (value: unknown) => value === true || String(value).toLowerCase() === "true"

function languageOf(one: typeof Language.Type): BazarrLanguage | null {
  const code = one.code2 ?? ""
  if (code === "") return null
  return { name: one.name || code, code, forced: isTrue(one.forced), hearingImpaired: isTrue(one.hi) }
}

const decodeItems = Schema.decodeUnknownOption(Items)
const decodeStatus = Schema.decodeUnknownOption(Status)

/** The one item that was asked for; null: Bazarr has none. Undefined: this is no answer of Bazarr's. */
export function readItem(value: unknown): BazarrItem | null | undefined {
  const decoded = Option.getOrUndefined(decodeItems(value))
  if (decoded === undefined) return undefined
  const [item] = decoded.data
  if (item === undefined) return null
  const both = (list: typeof Languages.Type) =>
    (list ?? []).flatMap((one) => {
      const language = languageOf(one)
      return language === null ? [] : [{ ...language, path: one.path || null }]
    })
  return {
    subtitles: both(item.subtitles),
    missing: both(item.missing_subtitles).map(({ path: _, ...language }) => language),
  }
}

export const readVersion = (value: unknown): string | undefined =>
  Option.getOrUndefined(decodeStatus(value))?.data.bazarr_version
