import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { learnPaths } from "../../../core/library/learn_paths.ts"
import { testPath } from "../../../core/library/test_path.ts"
import { ItemIndex } from "../../../core/ports/mod.ts"
import { findServerNamed } from "../../../core/servers/access_server.ts"
import { TextArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const SectionView = Schema.Struct({
  serverId: Schema.String,
  sectionId: Schema.String,
  kind: Schema.Literals(["movie", "show"]),
  title: Schema.String,
  /** Films or episodes in the index. */
  items: Schema.Int,
  /** Unix milliseconds of the last complete build; null before the first. */
  builtAtMs: Schema.NullOr(Schema.Finite),
  /** A build under way, with what it has read of how many. */
  building: Schema.NullOr(Schema.Struct({ done: Schema.Int, total: Schema.NullOr(Schema.Int) })),
}).annotate({ identifier: "IndexedLibrary" })

export const plexIndex = route({
  method: "GET",
  path: "/api/plex/index",
  tag: "Library",
  summary: "How far the index of every library is",
  access: "key",
  answers: { 200: Schema.Struct({ data: Schema.Array(SectionView) }), 503: ErrorBody },
  handle: () =>
    Effect.gen(function* () {
      const sections = yield* (yield* ItemIndex).sections
      return answer(200, { data: sections.map(({ updatedAt: _at, uuid: _uuid, ...rest }) => rest) })
    }),
})

export const rebuildPlexIndex = route({
  method: "POST",
  path: "/api/plex/index",
  tag: "Library",
  summary: "Read every library of a server, or of all, whole again; begins at once",
  access: "key",
  input: Schema.Struct({
    /** Machine identifier or name of a selected server; left out: every server. */
    server: Schema.optionalKey(TextArgument),
  }),
  answers: { 202: null, 404: ErrorBody, 502: ErrorBody, 503: ErrorBody },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const { server } = input
      const serverId = server === undefined ? null : (yield* findServerNamed(server)).machine_id
      yield* (yield* ItemIndex).expire(serverId)
      return answer(202, null)
    }),
})

const Mapping = Schema.Struct({ from: Schema.String, to: Schema.String })

export const testPathMapping = route({
  method: "POST",
  path: "/api/path-mapping/test",
  tag: "Library",
  summary: "What the path mappings make of one path, and whether a subtitle can be written there",
  access: "key",
  input: Schema.Struct({
    path: TextArgument,
    /** Whose path it is; Plex's when it is left out. */
    source: Schema.optionalKey(Schema.Literals(["plex", "sonarr", "radarr"])),
    /** The name of a further Sonarr or Radarr, which may have mappings of its own. */
    instance: Schema.optionalKey(TextArgument),
  }),
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        path: Schema.String,
        mapped: Schema.String,
        by: Schema.NullOr(Mapping),
        /** Mappings that fit as well and are shorter. */
        shadowed: Schema.Array(Mapping),
        reason: Schema.Literals(["mapped", "no_mapping_fits", "not_absolute", "has_dot_segments"]),
        /** Why no subtitle can be written there; null: it can. */
        obstacle: Schema.NullOr(Schema.Struct({ reason: Schema.String, detail: Schema.String })),
        /** The items whose file it is. */
        items: Schema.Array(
          Schema.Struct({ serverId: Schema.String, ratingKey: Schema.String, title: Schema.String }),
        ),
      }),
    }),
    503: ErrorBody,
  },
  handle: ({ input }) =>
    Effect.map(testPath(input.path, input.source ?? "plex", input.instance ?? null), ({ items, ...rest }) =>
      answer(200, { data: { ...rest, items: items.map(({ ref, title }) => ({ ...ref, title })) } }),
    ),
})

export const suggestPathMappings = route({
  method: "GET",
  path: "/api/path-mapping/suggestions",
  tag: "Library",
  summary: "Path mappings that the files of Plex, Sonarr and Radarr suggest",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Array(
        Schema.Struct({
          from: Schema.String,
          to: Schema.String,
          /** Files whose paths it explains. */
          support: Schema.Int,
          example: Mapping,
          /** A mapping in the settings does the same already. */
          isKnown: Schema.Boolean,
          /** Whether the example's file is there for this server. */
          isVisible: Schema.Boolean,
        }),
      ),
      /** Instances of Sonarr and Radarr that gave no answer. */
      unasked: Schema.Array(Schema.String),
      compared: Schema.Struct({ plex: Schema.Int, ours: Schema.Int }),
    }),
    503: ErrorBody,
  },
  handle: () =>
    Effect.map(learnPaths(), ({ suggested, ...rest }) => answer(200, { data: suggested, ...rest })),
})
