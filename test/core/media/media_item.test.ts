import { describe, expect, it } from "vitest"
import { displayName, episodeName } from "../../../core/media/media_item.ts"

describe("episodeName()", () => {
  it.each([
    ["Dark", { season: 1, episodes: [3] }, "Past and Present", "Dark S01E03 · Past and Present"],
    ["Dark", { season: 1, episodes: [3, 4] }, "", "Dark S01E03E04"],
    ["Dark", { season: 0, episodes: [120] }, "Episode 120", "Dark S00E120"],
    ["Dark", null, "Past and Present", "Dark · Past and Present"],
    ["Dark", null, "", "Dark"],
  ])("names %s, %j, %j", (show, place, title, expected) => {
    expect(episodeName(show, place, title)).toBe(expected)
  })
})

describe("displayName()", () => {
  const episode = {
    kind: "episode",
    title: "Past and Present",
    year: 2017,
    show: { ratingKey: "9", title: "Dark", guid: "", guids: [] },
    season: 1,
    episode: 3,
    availableAt: "2017-12-01",
  } as const
  it("has the episode's number and title, or its day", () => {
    expect(displayName(episode as never)).toBe("Dark S01E03 · Past and Present")
    expect(displayName({ ...episode, season: null, episode: null } as never)).toBe("Dark 2017-12-01")
    expect(displayName({ ...episode, show: null } as never)).toBe("Past and Present S01E03")
  })
  it("has a film's year", () => {
    expect(displayName({ ...episode, kind: "movie", title: "Sintel", year: 2010 } as never)).toBe(
      "Sintel (2010)",
    )
  })
})
