import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { ProviderQuota, ProviderRejected, ProviderUnavailable } from "../../../core/ports/subtitle_source.ts"
import { findSubtitles } from "../../../core/subtitles/find_subtitles.ts"
import type { Language } from "../../../core/subtitles/language.ts"
import { subtitle } from "../../support/plex_items.ts"
import { portuguese, provider, SRT, story, subtitleWorld, VIDEO } from "../../support/subtitle_world.ts"

const SAME = "Sintel.2010.1080p.BluRay.x264-EXAMPLE"
const OTHER = "Sintel.2010.720p.HDTV.x264-OTHER"

describe("findSubtitles()", () => {
  it.effect("places the best one beside the video under Plex's name, and tells the story", () => {
    const source = provider("a", [
      { releases: [OTHER], text: "no" },
      { releases: [SAME] },
      { releases: [OTHER], language: "fr" as Language },
    ])
    const world = subtitleWorld([source])
    return Effect.gen(function* () {
      const { results } = yield* findSubtitles(world.request)
      expect(results).toMatchObject([
        { _tag: "Found", placement: { _tag: "Sidecar", name: "Sintel (2010).en.srt" } },
      ])
      expect(world.beside()).toEqual({ "Sintel (2010).en.srt": SRT })
      expect(yield* story).toEqual([
        "wanted: Wants English (missing)",
        "searched: Searched a 2",
        `chose: Chose "${SAME}" of a for English: 91 of 100 (IMDB id +50, the right film +12, group example +14, source bluray +8, 1080p +3, the usual cut +4)`,
        "wrote: Wrote Sintel (2010).en.srt beside the video",
      ])
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("asks nobody when nothing is missing", () => {
    const source = provider("a", [{}])
    const world = subtitleWorld([source])
    const part = { id: "1", file: null, bytes: null, streams: [subtitle()] }
    const request = { ...world.request, files: [{ ...world.file, part }] as const }
    return Effect.gen(function* () {
      const { results } = yield* findSubtitles(request)
      expect(results).toEqual([])
      expect(source.calls).toEqual([])
      expect(yield* story).toEqual(["nothing_to_do: Wants English (there is English (sidecar srt))"])
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("takes a file beside the video for what it is, by its name or its text", () => {
    const source = provider("a", [{}])
    const world = subtitleWorld([source])
    const line = "The tide is out and you know that it is not my fault, and the others know it too."
    const text = Array.from(
      { length: 20 },
      (_, n) => `${n + 1}\n00:00:0${n % 10},000 --> 00:00:0${n % 10},900\n${line}\n`,
    )
    world.disk.files.set(VIDEO.replace(".mkv", ".srt"), {
      bytes: new TextEncoder().encode(text.join("\n")),
      modifiedMs: 0,
    })
    return Effect.gen(function* () {
      yield* findSubtitles(world.request)
      expect(source.calls).toEqual([])
      expect(yield* story).toEqual([
        "nothing_to_do: Wants English (there is Sintel (2010).srt (by its text en))",
      ])
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("searches when the file beside it is in another language or no subtitle", () => {
    const world = subtitleWorld([provider("a", [{}])])
    world.disk.files.set(VIDEO.replace(".mkv", ".srt"), { bytes: new Uint8Array([1, 0, 2]), modifiedMs: 0 })
    world.disk.files.set(VIDEO.replace(".mkv", ".de.srt"), { bytes: new Uint8Array(3), modifiedMs: 0 })
    return Effect.gen(function* () {
      const { results } = yield* findSubtitles(world.request)
      expect(results).toMatchObject([{ _tag: "Found" }])
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("takes the next best when the best is gone or no subtitle", () => {
    const source = provider("a", [
      { releases: [SAME], downloads: 9, text: null },
      { releases: [SAME], downloads: 8, text: "<!DOCTYPE html><html><body>Sign in</body></html>" },
      { releases: [SAME], downloads: 7, text: "" },
      { releases: [OTHER] },
    ])
    const world = subtitleWorld([source])
    return Effect.gen(function* () {
      const { results } = yield* findSubtitles(world.request)
      expect(results).toMatchObject([{ _tag: "Found", scored: { candidate: { id: "a-4" } } }])
      expect(source.calls).toEqual(["search", "fetch a-1", "fetch a-2", "fetch a-3", "fetch a-4"])
      expect(Object.keys(world.beside())).toEqual(["Sintel (2010).en.srt"])
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("does not ask a provider for more when it fails, but the next provider", () => {
    const bad = provider("a", [{ releases: [SAME] }, { releases: [SAME] }])
    const quota = (untilMs: number) => new ProviderQuota({ provider: "a", detail: "20 of 20 used", untilMs })
    Object.defineProperty(bad, "failure", {
      get: () => (bad.calls.some((call) => call.startsWith("fetch")) ? () => quota(9e6) : null),
    })
    const world = subtitleWorld([bad, provider("b", [{ releases: [OTHER] }])])
    return Effect.gen(function* () {
      const { results } = yield* findSubtitles(world.request)
      expect(results).toMatchObject([{ _tag: "Found", scored: { candidate: { provider: "b" } } }])
      expect(bad.calls).toEqual(["search", "fetch a-1"])
      const again = yield* findSubtitles(world.request)
      expect(again.results).toEqual([])
      expect(bad.calls.length).toBe(2)
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("ends the wait at the first perfect match, and at the viewer's limit otherwise", () => {
    const quick = provider("quick", [{ releases: [SAME] }], { delayMs: 100 })
    const fair = provider("fair", [{ releases: [OTHER] }], { delayMs: 100 })
    const slow = provider("slow", [{ matchedBy: ["hash"] }], { delayMs: 12_000 })
    const timed = (sources: ReadonlyArray<ReturnType<typeof provider>>, search_timeout: number) => {
      const world = subtitleWorld(sources, { settings: { oncue: { search_timeout } } })
      return Effect.gen(function* () {
        const startedMs = yield* Clock.currentTimeMillis
        let endedMs = 0
        const found = yield* Effect.forkChild(
          Effect.tap(findSubtitles(world.request), () =>
            Effect.map(Clock.currentTimeMillis, (nowMs) => {
              endedMs = nowMs
            }),
          ),
        )
        for (let step = 0; step < 250; step++) yield* TestClock.adjust(100)
        const { providers, results } = yield* Fiber.join(found)
        const first = results[0]
        return {
          tookMs: endedMs - startedMs,
          by: first?._tag === "Found" ? first.scored.candidate.provider : null,
          slow: providers.find((one) => one.id === "slow"),
        }
      }).pipe(Effect.provide(world.layer))
    }
    return Effect.gen(function* () {
      const perfect = yield* timed([quick, slow], 20)
      expect(perfect.by).toBe("quick")
      expect(perfect.tookMs).toBeLessThanOrEqual(300)
      const limited = yield* timed([fair, slow], 5)
      expect(limited.by).toBe("fair")
      expect(limited.slow).toMatchObject({ result: "too_slow", reason: "not waited for" })
      expect(limited.tookMs).toBeLessThanOrEqual(5_300)
      const patient = yield* timed([fair, slow], 20)
      expect(patient.by).toBe("slow")
    })
  })

  it.effect(
    "names a provider that says nothing for fifteen seconds, and lets it rest after three times",
    () => {
      const silent = provider("silent", [], { delayMs: 60_000 })
      const world = subtitleWorld([silent])
      return Effect.gen(function* () {
        const reports = []
        for (let time = 0; time < 4; time++) {
          const found = yield* Effect.forkChild(findSubtitles(world.request))
          yield* TestClock.adjust(16_000)
          reports.push((yield* Fiber.join(found)).providers[0])
        }
        expect(reports.map((one) => one?.result)).toEqual(["too_slow", "too_slow", "too_slow", "resting"])
        expect(reports[2]?.untilMs).not.toBe(null)
        expect(reports[3]?.reason).toBe("no answer within 15 s")
        expect(silent.calls.length).toBe(3)
      }).pipe(Effect.provide(world.layer))
    },
  )

  it.effect("tells why a provider gave nothing and when it is asked again", () => {
    const down = provider("down", [], {
      failure: () =>
        new ProviderUnavailable({ provider: "down", detail: "it is busy", retryAfterSeconds: 30 }),
    })
    const refused = provider("refused", [], {
      failure: () => new ProviderRejected({ provider: "refused", detail: "bad key" }),
    })
    const films = provider("shows", [], { unsuited: "it has shows only" })
    const world = subtitleWorld([down, refused, films])
    return Effect.gen(function* () {
      const { providers, results } = yield* findSubtitles(world.request)
      expect(results).toMatchObject([{ _tag: "NotFound", reasons: [] }])
      expect(providers.map(({ id, result, untilMs }) => [id, result, untilMs !== null])).toEqual(
        expect.arrayContaining([
          ["down", "failed", true],
          ["refused", "failed", true],
          ["shows", "unsuited", false],
        ]),
      )
      expect(yield* story).toContain("chose: Chose nothing for English: nothing was offered")
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("gives the subtitle to Plex when the folder cannot be written or is not known", () => {
    const world = subtitleWorld([provider("a", [{}])])
    world.disk.refusals.set("/films/Sintel (2010)", "not_writable")
    return Effect.gen(function* () {
      for (const path of [VIDEO, null, "/elsewhere/Sintel.mkv"]) {
        const files = [{ ...world.file, release: { ...world.file.release, path } }] as const
        const request = { ...world.request, files }
        const { results } = yield* findSubtitles(request)
        expect(results).toMatchObject([{ _tag: "Found", placement: { _tag: "Uploaded" } }])
      }
      expect(world.beside()).toEqual({})
      expect(world.server.calls.filter((call) => call.startsWith("upload 1001")).length).toBe(3)
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("overwrites nothing, not even what appears while it searches", () => {
    const world = subtitleWorld([provider("a", [{}], { delayMs: 1_000 })])
    return Effect.gen(function* () {
      const found = yield* Effect.forkChild(findSubtitles(world.request))
      yield* TestClock.adjust(500)
      world.disk.files.set(VIDEO.replace(".mkv", ".en.srt"), {
        bytes: new TextEncoder().encode("theirs"),
        modifiedMs: 0,
      })
      yield* TestClock.adjust(2_000)
      const { results } = yield* Fiber.join(found)
      const there = "Cannot write /films/Sintel (2010)/Sintel (2010).en.srt: there is such a file already"
      expect(results).toMatchObject([{ _tag: "NotFound", reasons: [there] }])
      expect(world.beside()).toEqual({ "Sintel (2010).en.srt": "theirs" })
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("fulfils every wish, up to the cutoff", () => {
    const source = provider("a", [{}, { language: portuguese }, { language: "de" as Language }])
    const world = subtitleWorld([source], { languages: ["pob", "en", "de"] })
    const cut = subtitleWorld([source], {
      settings: { oncue: { languages: [{ ...world.profile, cutoff: "en" }] } },
    })
    return Effect.gen(function* () {
      yield* Effect.provide(findSubtitles(world.request), world.layer)
      expect(Object.keys(world.beside()).sort()).toEqual([
        "Sintel (2010).de.srt",
        "Sintel (2010).en.srt",
        "Sintel (2010).pt-BR.srt",
      ])
      yield* Effect.provide(findSubtitles(cut.request), cut.layer)
      expect(Object.keys(cut.beside()).sort()).toEqual(["Sintel (2010).en.srt", "Sintel (2010).pt-BR.srt"])
    })
  })

  it.effect("takes out advertisements and cues for the hearing impaired where the settings say so", () => {
    const text =
      "1\n00:00:01,000 --> 00:00:02,000\nSubtitles by www.example.com\n\n2\n00:00:03,000 --> 00:00:04,000\n[door slams]\nHello\n"
    const offers = [{ text, hearingImpaired: true }]
    const plain = subtitleWorld([provider("a", offers)])
    const clean = subtitleWorld([provider("a", offers)], {
      settings: { oncue: { remove_advertisements: true, remove_hearing_impaired: true } },
    })
    return Effect.gen(function* () {
      yield* Effect.provide(findSubtitles(plain.request), plain.layer)
      expect(plain.beside()).toEqual({ "Sintel (2010).en.sdh.srt": text })
      yield* Effect.provide(findSubtitles(clean.request), clean.layer)
      expect(clean.beside()).toEqual({
        "Sintel (2010).en.srt": "1\n00:00:03,000 --> 00:00:04,000\nHello\n",
      })
    })
  })

  it.effect("comes again when the server cannot take the subtitle now", () => {
    const world = subtitleWorld([provider("a", [{}])])
    const request = {
      ...world.request,
      access: { ...world.access, uri: "http://192.168.1.99:32400" },
      files: [{ ...world.file, release: { ...world.file.release, path: null } }] as const,
    }
    return Effect.gen(function* () {
      const error = yield* Effect.flip(findSubtitles(request))
      expect(error._tag).toBe("PlexUnreachable")
    }).pipe(Effect.provide(world.layer))
  })
})
