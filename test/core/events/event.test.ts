import { describe, expect, it } from "vitest"
import { readEvent, titleOf } from "../../../core/events/event.ts"

const titleIn = (Metadata: object) => {
  const event = readEvent({ event: "media.play", Metadata })
  return typeof event === "string" ? event : titleOf(event)
}

describe("titleOf()", () => {
  const EPISODE = { type: "episode", title: "Slack Water", grandparentTitle: "The Harbor Line" }
  it("names an episode as every other source does", () => {
    expect(titleIn({ ...EPISODE, parentIndex: 1, index: "3" })).toBe("The Harbor Line S01E03 · Slack Water")
    expect(titleIn(EPISODE)).toBe("The Harbor Line · Slack Water")
    expect(titleIn({ ...EPISODE, parentIndex: -1, index: 1.5 })).toBe("The Harbor Line · Slack Water")
  })
  it("does not take a track's numbers for an episode's", () => {
    expect(titleIn({ ...EPISODE, type: "track", parentIndex: 1, index: 3 })).toBe(
      "The Harbor Line · Slack Water",
    )
    expect(titleIn({ type: "movie", title: "Sintel" })).toBe("Sintel")
  })
})
