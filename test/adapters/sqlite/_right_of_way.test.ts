import { describe, expect, it } from "vitest"
import { rightOfWay } from "../../../adapters/sqlite/_right_of_way.ts"

describe("rightOfWay", () => {
  const offer = (many: number, atMs: number, way = rightOfWay()) => {
    for (let n = 0; n < many; n++) way.offered(atMs)
    return way
  }

  it("is no burst for what people and imports bring", () => {
    const way = rightOfWay()
    for (let atMs = 0; atMs < 2_000; atMs += 10) {
      way.offered(atMs)
      expect(way.isBurst(atMs)).toBe(false)
    }
  })

  it("is one as soon as so many come at once, and until a moment has passed without them", () => {
    const way = offer(16, 1_000)
    expect(way.isBurst(1_000)).toBe(true)
    expect(way.isBurst(1_150)).toBe(true)
    expect(way.isBurst(1_250)).toBe(false)
  })

  it("forgets at once when nobody has come for longer", () => {
    expect(offer(500, 1_000).isBurst(9_000)).toBe(false)
  })

  it("outlasts no clock that is set back", () => {
    const way = offer(500, 9_000)
    expect(way.isBurst(1_000)).toBe(false)
    expect(offer(16, 1_010, way).isBurst(1_020)).toBe(true)
  })
})
