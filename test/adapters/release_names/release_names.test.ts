import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/release_names/release_names.ts"
import { RELEASE_NAME_CHARS_MAX } from "../../../core/media/release_name.ts"
import { ReleaseNames } from "../../../core/ports/release_names.ts"
import { releaseNamesContract } from "../../contracts/release_names.ts"
import { EPISODES, FILMS } from "./_real_names.ts"
import { summary } from "./_summary.ts"

releaseNamesContract("@ctrl/video-filename-parser", layer)

const parseAll = (kind: "movie" | "episode", names: ReadonlyArray<string>) =>
  Effect.provide(
    ReleaseNames.use((port) => Effect.succeed(names.map((name) => port.parse(name, kind)))),
    layer,
  )

describe("real release names", () => {
  it("are a hundred and more", () => {
    expect(FILMS.length + EPISODES.length).toBeGreaterThanOrEqual(100)
  })

  for (const [kind, rows] of [
    ["movie", FILMS],
    ["episode", EPISODES],
  ] as const) {
    it.effect(`parse() reads every ${kind}`, () =>
      Effect.map(
        parseAll(
          kind,
          rows.map(([name]) => name),
        ),
        (found) => expect(found.map((one, index) => [rows[index]?.[0], summary(one)])).toEqual(rows),
      ),
    )
  }

  it.effect("parse() ends soon for names made to keep its expressions busy", () =>
    Effect.gen(function* () {
      const seeds = ["12.34 ", "] ", "- ", "_1", "01-", "a", "S01E", "1x", "2020.", "(", "E01-"]
      const names = seeds.flatMap((seed) =>
        ["", "The Show ", "[g] "].map((start) => `${start}${seed.repeat(400)}`.slice(0, 2_000)),
      )
      const found = yield* Effect.zip(parseAll("episode", names), parseAll("movie", names))
      for (const name of found.flat()) {
        expect((name.title ?? "").length).toBeLessThanOrEqual(RELEASE_NAME_CHARS_MAX)
      }
    }),
  )
})
