import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type CountedSection, listLibraries } from "../../../core/library/list_libraries.ts"
import { TextArgument } from "../arguments.ts"
import { failureAnswer } from "../errors.ts"
import { answer, route } from "../route.ts"

const LibraryView = Schema.Struct({
  /** The section's id at its server, which survives a rename. */
  key: Schema.String,
  title: Schema.String,
  type: Schema.Literals(["movie", "show"]),
  /** Films, or shows; null when the server did not say. */
  count: Schema.NullOr(Schema.Int),
  agent: Schema.String,
  scanner: Schema.String,
  language: Schema.String,
  uuid: Schema.String,
  /** Unix seconds. */
  updatedAt: Schema.Finite,
  createdAt: Schema.Finite,
  /** Folders as the server sees them. */
  locations: Schema.Array(Schema.String),
}).annotate({ identifier: "PlexLibrary" })

const libraryView = ({ id, type, ...rest }: CountedSection): typeof LibraryView.Type => ({
  key: id,
  title: rest.title,
  type: type === "show" ? "show" : "movie",
  count: rest.count,
  agent: rest.agent,
  scanner: rest.scanner,
  language: rest.language,
  uuid: rest.uuid,
  updatedAt: rest.updatedAt,
  createdAt: rest.createdAt,
  locations: rest.locations,
})

export const listPlexLibraries = route({
  method: "GET",
  path: "/api/plex/oauth/libraries",
  tag: "Plex servers",
  summary: "The film and show libraries of a server",
  access: "key",
  input: Schema.Struct({
    /** A machine identifier; the primary server when it is left out. */
    server: Schema.optionalKey(TextArgument),
  }),
  answers: {
    200: Schema.Struct({
      data: Schema.Array(LibraryView),
      /** What failed, beside the empty list that Bazarr's clients expect then. */
      error: Schema.optionalKey(Schema.String),
      code: Schema.optionalKey(Schema.String),
    }),
  },
  handle: ({ input }) =>
    listLibraries(input.server ?? null).pipe(
      Effect.map((libraries) => answer(200, { data: libraries.map(libraryView) })),
      Effect.catch((error) => Effect.succeed(answer(200, { data: [], ...failureAnswer(error).body }))),
    ),
})
