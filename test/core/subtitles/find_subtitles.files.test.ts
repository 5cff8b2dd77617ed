import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { SubtitleLedger } from "../../../core/ports/mod.ts"
import { findSubtitles } from "../../../core/subtitles/find_subtitles.ts"
import type { WantedFile } from "../../../core/subtitles/wanted_file.ts"
import { part, subtitle } from "../../support/plex_items.ts"
import { provider, SRT, story, subtitleWorld, VIDEO } from "../../support/subtitle_world.ts"

const BLURAY = "Sintel.2010.1080p.BluRay.x264-EXAMPLE"
const WEB = "Sintel.2010.2160p.WEB-DL.x265-OTHER"
const VIDEO_4K = "/films-4k/Sintel (2010)/Sintel (2010) 4K.mkv"

/** A film in two versions, of which the first comes from a BluRay and the second from the web. */
function twoVersions(sources: Parameters<typeof subtitleWorld>[0]) {
  const world = subtitleWorld(sources)
  world.disk.files.set(VIDEO_4K, { bytes: new Uint8Array(10), modifiedMs: 0 })
  const { release } = world.file
  const hd: WantedFile = {
    ...world.file,
    mediaId: "51",
    release: { ...release, names: [BLURAY], movieHash: "a".repeat(16) },
  }
  const uhd: WantedFile = {
    part: part(VIDEO_4K, { id: "9002" }),
    mediaId: "52",
    piece: null,
    release: { ...release, names: [WEB], path: VIDEO_4K, movieHash: "b".repeat(16) },
  }
  const files: readonly [WantedFile, ...Array<WantedFile>] = [hd, uhd]
  return { ...world, request: { ...world.request, files } }
}

describe("findSubtitles() for an item of several files", () => {
  it.effect("searches once and gives each file the one for its own release", () => {
    const source = provider("a", [
      { releases: [BLURAY], text: SRT },
      { releases: [WEB], text: SRT.replace("Hello", "Goodbye") },
    ])
    const world = twoVersions([source])
    return Effect.gen(function* () {
      const { results } = yield* findSubtitles(world.request)
      expect(source.calls.filter((call) => call === "search")).toEqual(["search"])
      expect(results.map((one) => one._tag === "Found" && one.scored.candidate.id)).toEqual(["a-1", "a-2"])
      expect(world.beside()).toEqual({
        "Sintel (2010).en.srt": SRT,
        "Sintel (2010) 4K.en.srt": SRT.replace("Hello", "Goodbye"),
      })
      expect((yield* story).filter((line) => /^(wanted|wrote)/.test(line))).toEqual([
        "wanted: Wants English (missing) for Sintel (2010) [Bluray-1080p].mkv",
        "wanted: Wants English (missing) for Sintel (2010) 4K.mkv",
        "wrote: Wrote Sintel (2010).en.srt beside the video",
        "wrote: Wrote Sintel (2010) 4K.en.srt beside the video",
      ])
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("downloads once what serves both, and takes the hash of one file for no other's", () => {
    const source = provider("a", [{ matchedBy: ["hash", "imdb"], releases: [BLURAY] }])
    const world = twoVersions([source])
    return Effect.gen(function* () {
      const { results } = yield* findSubtitles(world.request)
      expect(source.calls).toEqual(["search", "fetch a-1"])
      const scores = results.map((one) => (one._tag === "Found" ? one.scored.score : 0))
      expect(scores[0]).toBe(100)
      expect(scores[1]).toBeLessThan(80)
      expect(Object.keys(world.beside()).length).toBe(2)
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("leaves the file that has its subtitle alone", () => {
    const source = provider("a", [{}])
    const world = twoVersions([source])
    const [hd, uhd] = world.request.files
    const has = { ...hd, part: part(VIDEO, { streams: [subtitle()] }) }
    return Effect.gen(function* () {
      yield* findSubtitles({ ...world.request, files: [has, uhd!] })
      expect(Object.keys(world.beside())).toEqual(["Sintel (2010) 4K.en.srt"])
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("takes for the second half of a film nothing that is for the whole of it", () => {
    const source = provider("a", [{ id: "whole" }, { id: "half", releases: [`${BLURAY}.CD2`] }])
    const world = twoVersions([source])
    const [hd, uhd] = world.request.files
    const halves = [
      { ...hd, piece: { number: 1, of: 2 } },
      { ...uhd!, piece: { number: 2, of: 2 } },
    ] as const
    return Effect.gen(function* () {
      const { results } = yield* findSubtitles({ ...world.request, files: halves })
      expect(results.map((one) => one._tag === "Found" && one.scored.candidate.id)).toEqual(["whole", "half"])
      expect((yield* story).join("\n")).not.toContain("failed")
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("remembers what it placed: where, from whom, how good, and the hash of what was written", () => {
    const world = twoVersions([provider("a", [{ releases: [BLURAY] }])])
    return Effect.gen(function* () {
      yield* findSubtitles(world.request)
      const records = yield* SubtitleLedger.use((ledger) => ledger.list({ limit: 10 }))
      expect(records.length).toBe(2)
      expect(records[1]).toMatchObject({
        serverId: world.item.ref.serverId,
        ratingKey: "1001",
        partId: "9001",
        provider: "a",
        candidateId: "a-1",
        score: 91,
        state: "placed",
        file: { videoPath: VIDEO, name: "Sintel (2010).en.srt" },
      })
      expect(records[1]?.file?.digest).toMatch(/^[0-9a-f]{64}$/)
    }).pipe(Effect.provide(world.layer))
  })
})
