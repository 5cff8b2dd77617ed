import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  BROWSE_PAGE_MAX,
  type BrowsedPage,
  browseLibrary,
  isIndexWhole,
  searchLibraries,
} from "../../../core/library/browse.ts"
import { choiceArgument, FlagArgument, TextArgument, wholeArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "Library"
const PAGE_DEFAULT = 30

const Item = Schema.Struct({
  serverId: Schema.String,
  ratingKey: Schema.String,
  kind: Schema.Literals(["movie", "episode"]),
  title: Schema.String,
  sectionId: Schema.String,
  /** Its library, by name; null where it has not been read yet. */
  library: Schema.NullOr(Schema.String),
  /** By name; null where it cannot be told. */
  subtitles: Schema.NullOr(
    Schema.Struct({
      settled: Schema.Array(Schema.String),
      missing: Schema.Array(Schema.String),
      job: Schema.NullOr(Schema.Struct({ id: Schema.Int, sinceMs: Schema.Finite })),
    }),
  ),
}).annotate({ identifier: "LibraryItem" })

const Page = Schema.Struct({
  data: Schema.Array(Item),
  /** Of all items that fit the words; null when the server does not say. */
  total: Schema.NullOr(Schema.Int),
  /** Where the next page begins; null at the end. */
  next: Schema.NullOr(Schema.Int),
})

const query = {
  /** Words of the title, or of the show's. */
  text: Schema.optionalKey(TextArgument),
  /** Only what lacks a wanted subtitle. */
  missing: Schema.optionalKey(FlagArgument),
  offset: Schema.optionalKey(wholeArgument(0, 10_000_000)),
  limit: Schema.optionalKey(wholeArgument(1, BROWSE_PAGE_MAX)),
} as const

const asked = (input: {
  readonly text?: string
  readonly missing?: boolean
  readonly offset?: number
  readonly limit?: number
}) => ({
  text: input.text ?? "",
  missingOnly: input.missing ?? false,
  offset: input.offset ?? 0,
  limit: input.limit ?? PAGE_DEFAULT,
})
const shown = ({ items, next, total }: BrowsedPage) => ({ data: items, total, next })

export const listItems = route({
  method: "GET",
  path: "/api/library/{server}/{section}/items",
  tag,
  summary: "Films or episodes of a library with what is there and what is missing, as the server has it now",
  access: "key",
  params: Schema.Struct({ server: Schema.String, section: Schema.String }),
  input: Schema.Struct({
    kind: choiceArgument(Schema.Literals(["movie", "episode"])),
    ...query,
  }),
  answers: { 200: Page, 404: ErrorBody, 502: ErrorBody, 503: ErrorBody },
  handle: ({ input, params }) =>
    browseLibrary(params.server, { id: params.section, kind: input.kind }, asked(input)).pipe(
      Effect.map((page) => answer(200, shown(page))),
    ),
})

export const searchItems = route({
  method: "GET",
  path: "/api/library/search",
  tag,
  summary: "Films and episodes of every server by words of their titles",
  access: "key",
  input: Schema.Struct(query),
  answers: {
    200: Schema.Struct({
      ...Page.fields,
      /** False while a library is still being read: then there may be more. */
      complete: Schema.Boolean,
    }),
    503: ErrorBody,
  },
  handle: ({ input }) =>
    Effect.zipWith(searchLibraries(asked(input)), isIndexWhole, (page, complete) =>
      answer(200, { ...shown(page), complete }),
    ),
})
