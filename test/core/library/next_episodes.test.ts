import { assert, describe, it } from "@effect/vitest"
import { nextEpisodes } from "../../../core/library/next_episodes.ts"
import type { MediaItem } from "../../../core/media/media_item.ts"
import { episode, part, SERVER_ID } from "../../support/plex_items.ts"

const at = (key: string, season: number | null, number: number | null, more: Partial<MediaItem> = {}) =>
  episode({ ref: { serverId: SERVER_ID, ratingKey: key }, season, episode: number, ...more }, [
    part(`/tv/${key}.mkv`),
  ])
const keys = (items: ReadonlyArray<MediaItem>) => items.map(({ ref }) => ref.ratingKey)

describe("nextEpisodes()", () => {
  const show = [at("s1", 0, 1), at("s2", 0, 2), at("b1", 2, 1), at("a10", 1, 10), at("a9", 1, 9)]

  it("goes on across the end of a season, whatever the order they come in", () => {
    assert.deepStrictEqual(keys(nextEpisodes(at("a9", 1, 9), show, 5)), ["a10", "b1"])
    assert.deepStrictEqual(keys(nextEpisodes(at("a10", 1, 10), show, 1)), ["b1"])
    assert.deepStrictEqual(keys(nextEpisodes(at("b1", 2, 1), show, 3)), [])
  })

  it("gives as many as are asked for, and none for none", () => {
    assert.deepStrictEqual(keys(nextEpisodes(at("a9", 1, 9), show, 1)), ["a10"])
    assert.deepStrictEqual(keys(nextEpisodes(at("a9", 1, 9), show, 0)), [])
  })

  it("lets specials follow specials only", () => {
    assert.deepStrictEqual(keys(nextEpisodes(at("s1", 0, 1), show, 3)), ["s2"])
  })

  it("takes a file that holds two episodes once, and never the one that is played", () => {
    const double = (key: string, number: number) => ({
      ...at(key, 1, number),
      versions: at("d", 1, 1).versions,
    })
    const all = [double("d1", 1), double("d2", 2), at("d3", 1, 3)]
    assert.deepStrictEqual(keys(nextEpisodes(all[0]!, all, 1)), ["d3"])
  })

  it("goes by the date where there are no numbers", () => {
    const daily = (date: string) => at(date, 2026, null, { availableAt: date })
    const all = ["2026-03-03", "2026-03-02", "2026-03-01"].map(daily)
    assert.deepStrictEqual(keys(nextEpisodes(daily("2026-03-01"), all, 1)), ["2026-03-02"])
  })
})
