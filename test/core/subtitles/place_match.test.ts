import { describe, expect, it } from "@effect/vitest"
import type { Release } from "../../../core/media/release.ts"
import { type ReleaseName, UNKNOWN_RELEASE_NAME } from "../../../core/media/release_name.ts"
import type { Candidate } from "../../../core/subtitles/candidate.ts"
import { matchEpisode, matchFilm } from "../../../core/subtitles/place_match.ts"
import { candidate, episodeQuery, filmQuery } from "../../support/subtitle_queries.ts"

const named = (...names: ReadonlyArray<Partial<ReleaseName>>) =>
  names.map((one) => ({ ...UNKNOWN_RELEASE_NAME, ...one }))

const forEpisode = (
  given: Partial<Candidate>,
  names: ReadonlyArray<Partial<ReleaseName>> = [],
  release: Partial<Release> = {},
) => matchEpisode(candidate(given), named(...names), episodeQuery(release).release)

describe("matchEpisode()", () => {
  it("believes what the provider says", () => {
    expect(forEpisode({ season: 1, episode: 3 })).toBe("certain")
    expect(forEpisode({ season: 2, episode: 3 })).toEqual({ wrong: "wrong season: it is for season 2" })
    expect(forEpisode({ season: 1, episode: 4 })).toEqual({ wrong: "wrong episode: it is for S01E04" })
    expect(forEpisode({ season: 1, seasonPack: true })).toBe("pack")
    expect(forEpisode({ season: 1, episode: 1, seasonPack: true })).toBe("pack")
    expect(forEpisode({ season: 1, episode: 27 }, [], { absoluteEpisode: 27 })).toBe("certain")
  })

  it("reads the names where the provider says nothing", () => {
    expect(forEpisode({}, [{ seasons: [1], episodes: [3] }])).toBe("certain")
    expect(forEpisode({}, [{ seasons: [1], episodes: [2, 3] }])).toBe("certain")
    expect(forEpisode({}, [{ seasons: [1], fullSeason: true }])).toBe("pack")
    expect(forEpisode({}, [{ seasons: [2], episodes: [3] }])).toEqual({
      wrong: "wrong season: it is for season 2",
    })
    expect(forEpisode({}, [{ seasons: [1], episodes: [4] }])).toEqual({
      wrong: "wrong episode: it is for S01E04",
    })
    expect(forEpisode({}, [{}])).toBe("unknown")
    expect(forEpisode({})).toBe("unknown")
  })

  it("is content with one right name among wrong ones", () => {
    expect(
      forEpisode({}, [
        { seasons: [1], episodes: [4] },
        { seasons: [1], episodes: [3] },
      ]),
    ).toBe("certain")
  })

  it("reads the numbers of anime and the dates of daily shows", () => {
    expect(forEpisode({}, [{ absoluteEpisodes: [15] }], { absoluteEpisode: 15, season: 2 })).toBe("certain")
    expect(forEpisode({}, [{ absoluteEpisodes: [3] }])).toBe("certain")
    expect(forEpisode({}, [{ absoluteEpisodes: [16] }], { absoluteEpisode: 15, season: 2 })).toEqual({
      wrong: "wrong episode: it is for E16",
    })
    expect(forEpisode({}, [{ absoluteEpisodes: [16] }], { season: 2 })).toBe("unknown")
    const daily = { season: null, episode: null, airDate: "2026-03-01" }
    expect(forEpisode({}, [{ airDate: "2026-03-01" }], daily)).toBe("certain")
    expect(forEpisode({}, [{ airDate: "2026-03-02" }], daily)).toEqual({
      wrong: "wrong date: it is for 2026-03-02",
    })
  })
})

describe("matchFilm()", () => {
  const forFilm = (
    given: Partial<Candidate>,
    years: ReadonlyArray<number | null>,
    year: number | null = 2010,
  ) => matchFilm(candidate(given), named(...years.map((one) => ({ year: one }))), filmQuery({ year }).release)

  it("is settled by an id, else by a year", () => {
    expect(forFilm({ matchedBy: ["imdb"] }, [1999])).toBe("certain")
    expect(forFilm({ matchedBy: ["title"] }, [2011])).toBe("certain")
    expect(forFilm({ matchedBy: ["title"] }, [1999])).toEqual({ wrong: "wrong film: it is named for 1999" })
    expect(forFilm({ matchedBy: ["title"] }, [null])).toBe("unknown")
    expect(forFilm({ matchedBy: ["title"] }, [1999], null)).toBe("unknown")
  })
})
