import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { verifyPlex } from "../../../core/library/verify_plex.ts"
import { PlexLibrary } from "../../../core/ports/mod.ts"
import { libraryWorld, section } from "../../support/library_world.ts"
import { film, SERVER_ID } from "../../support/plex_items.ts"

const another = film({
  ref: { serverId: SERVER_ID, ratingKey: "1003" },
  guid: "plex://movie/5d776b59ad5437001f79c6f9",
  guids: ["imdb://tt1254207"],
})

type Page = PlexLibrary["Service"]["page"]

/** What is said of the filter by guid when the server answers lists in a way of its own. */
const filterByGuid = (change: (page: Page) => Page = (page) => page) => {
  const { ports, add, attic } = libraryWorld()
  attic.sections = [section("1", "movie")]
  add(attic, film())
  add(attic, another)
  return Effect.gen(function* () {
    const library = yield* PlexLibrary
    const changed = { ...library, page: change(library.page) }
    const report = yield* verifyPlex({ server: SERVER_ID.slice(0, 6), ratingKey: null }).pipe(
      Effect.provideService(PlexLibrary, changed),
    )
    const finding = report.findings.find(({ step }) => step === "Filter by guid")
    return `${finding?.result}: ${finding?.detail}`
  }).pipe(Effect.provide(ports))
}

describe("verifyPlex()", () => {
  it.live("says whether an item is found by the ids of its list", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* filterByGuid(),
        "works: an item is found by its primary guid, and not by the ids of its list",
      )
      const generous =
        (page: Page): Page =>
        (access, at, { guid, ...asked }) =>
          Effect.map(page(access, at, asked), (answer) => ({
            ...answer,
            items: answer.items.filter(
              (one) => guid === undefined || [one.guid, ...one.guids].includes(guid),
            ),
          }))
      assert.strictEqual(
        yield* filterByGuid(generous),
        "works: an item is found by its primary guid, and by the ids of its list",
      )
    }),
  )

  it.live("says when the filter is ignored", () =>
    Effect.gen(function* () {
      const deaf =
        (page: Page): Page =>
        (access, at, { guid: _guid, ...asked }) =>
          page(access, at, asked)
      assert.strictEqual(
        yield* filterByGuid(deaf),
        "fails: an item is not found by its primary guid, or others are too",
      )
    }),
  )
})
