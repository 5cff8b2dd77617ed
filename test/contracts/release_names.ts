import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { RELEASE_NAME_CHARS_MAX, type ReleaseName } from "../../core/media/release_name.ts"
import { ReleaseNames } from "../../core/ports/release_names.ts"

const CASES: ReadonlyArray<readonly ["movie" | "episode", string, Partial<ReleaseName>]> = [
  [
    "movie",
    "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
    { title: "Sintel", year: 2010, source: "bluray", resolution: "1080p", group: "example" },
  ],
  [
    "episode",
    "The.Harbor.Line.S01E03.1080p.NF.WEB-DL.DDP5.1.H.264-NTb",
    { seasons: [1], episodes: [3], source: "web", service: "NF", group: "ntb" },
  ],
  [
    "episode",
    "The.Harbor.Line.S02.720p.HDTV.x264-GRP",
    { seasons: [2], episodes: [], fullSeason: true, source: "tv" },
  ],
]

/** What every reader of release names does. */
export function releaseNamesContract(name: string, layer: Layer.Layer<ReleaseNames>) {
  const parse = (kind: "movie" | "episode", text: string) =>
    Effect.provide(
      ReleaseNames.use((names) => Effect.succeed(names.parse(text, kind))),
      layer,
    )

  describe(`${name} as ReleaseNames`, () => {
    for (const [kind, text, expected] of CASES) {
      it.effect(`parse() reads ${text}`, () =>
        Effect.map(parse(kind, text), (found) => expect(found).toMatchObject(expected)),
      )
    }
    it.effect("parse() is total and quick for any text", () =>
      Effect.gen(function* () {
        for (const text of [
          "",
          " ",
          ".",
          "-",
          "💥",
          "(((((((((",
          "a".repeat(100_000),
          "S01E01".repeat(5_000),
          "-.".repeat(50_000),
        ]) {
          const found = yield* parse("episode", text)
          expect(found.title === null || found.title.length <= RELEASE_NAME_CHARS_MAX).toBe(true)
        }
      }),
    )
  })
}
