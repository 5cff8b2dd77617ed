import { describe, expect, it } from "vitest"
import { Redactor } from "../../../app/cli/recording.ts"
import { sampleJson } from "../../support/samples.ts"

describe("Redactor", () => {
  it("leaves no title, path, name or id of a sample readable, and the shape as it is", () => {
    const sample = sampleJson("pms/metadata-1001-movie.200.json")
    const redacted = new Redactor().value(sample)
    const text = JSON.stringify(redacted)
    for (const secret of [
      "Sintel",
      "/data/media",
      "Blender",
      "tt1727587",
      "5d776b59ad5437001f79c6f8",
      "dragon",
    ])
      expect(text).not.toContain(secret)
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shape)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one)]))
          : typeof value
    expect(shape(redacted)).toEqual(shape(sample))
    expect(text).toContain('"codec":"srt"')
    expect(text).toContain('"ratingKey":"1001"')
    expect(text).toMatch(/"imdb:\/\/text-\d+"/)
  })

  it("keeps equal texts equal", () => {
    expect(new Redactor().value({ title: "A", file: "A" })).toEqual({ title: "text-1", file: "text-1" })
  })

  it("takes tokens, folders and titles out of paths", () => {
    const path = "/library/sections/1/refresh?path=%2Fdata%2Fmovies&X-Plex-Token=abc&type=1"
    expect(new Redactor().path(path)).toBe("/library/sections/1/refresh?path=text-1&type=1")
  })
})
