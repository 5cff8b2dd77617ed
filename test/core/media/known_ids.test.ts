import { assert, describe, it } from "@effect/vitest"
import { idsOf, ownIds } from "../../../core/media/known_ids.ts"

const show = { ratingKey: "2000", title: "The Harbor Line", guid: "plex://show/5f0e00000000000000005001" }

describe("idsOf()", () => {
  it("takes the Guid list of an episode as the episode's own ids", () => {
    const ids = idsOf({
      kind: "episode",
      guid: "plex://episode/5f0e0000000000000000e013",
      guids: ["imdb://tt99000113", "tmdb://9900113", "tvdb://9910103", "junk"],
      show,
    })
    assert.deepStrictEqual(ids, {
      own: { imdb: "tt99000113", tmdb: "9900113", tvdb: "9910103" },
      show: {},
      place: null,
    })
  })

  it("takes an old agent's id of an episode as the show's, with its place", () => {
    const ids = idsOf({
      kind: "episode",
      guid: "com.plexapp.agents.thetvdb://990001/1/3?lang=en",
      guids: [],
      show: { ...show, guid: "com.plexapp.agents.thetvdb://990001?lang=en" },
    })
    assert.deepStrictEqual(ids.own, {})
    assert.deepStrictEqual(ids.show, { tvdb: "990001" })
    assert.deepStrictEqual(ids.place, { season: 1, episode: 3, airDate: null, numbering: "tvdb" })
  })

  it("reads the show's guid when the episode's own is local, as HAMA leaves it", () => {
    const ids = idsOf({
      kind: "episode",
      guid: "local://6015",
      guids: [],
      show: { ...show, guid: "com.plexapp.agents.hama://anidb-99001?lang=en" },
    })
    assert.deepStrictEqual(ids, { own: {}, show: { anidb: "99001" }, place: null })
  })

  it("prefers the primary guid of a film over its list", () => {
    const ids = idsOf({
      kind: "movie",
      guid: "com.plexapp.agents.imdb://tt1727587?lang=en",
      guids: ["imdb://tt0000001", "tmdb://45745"],
      show: null,
    })
    assert.deepStrictEqual(ids.own, { imdb: "tt1727587", tmdb: "45745" })
  })
})

describe("ownIds()", () => {
  it("reads the ids of a show of either kind of agent", () => {
    assert.deepStrictEqual(ownIds("plex://show/5f0e00", ["tvdb://990001"]), { tvdb: "990001" })
    assert.deepStrictEqual(ownIds("com.plexapp.agents.hama://tvdb4-990002?lang=en", []), { tvdb: "990002" })
    assert.deepStrictEqual(ownIds("tv.plex.agents.nfo.series://show/tvdb_990001", []), { tvdb: "990001" })
  })
})
