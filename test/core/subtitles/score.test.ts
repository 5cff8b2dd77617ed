import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import type { Release } from "../../../core/media/release.ts"
import { type ReleaseName, UNKNOWN_RELEASE_NAME } from "../../../core/media/release_name.ts"
import type { Candidate } from "../../../core/subtitles/candidate.ts"
import type { Language } from "../../../core/subtitles/language.ts"
import type { Wish } from "../../../core/subtitles/profile.ts"
import {
  choiceText,
  explain,
  fitOf,
  PERFECT_SCORE,
  rank,
  SCORE_MAX,
  type Scored,
  scoreCandidate,
  WEIGHTS,
} from "../../../core/subtitles/score.ts"
import { candidate, episodeQuery, filmQuery } from "../../support/subtitle_queries.ts"

const MINIMUM = 60
const ENGLISH: Wish = {
  language: "en" as Language,
  forced: "avoid",
  hearingImpaired: "avoid",
  unlessAudio: false,
}
const OURS: Partial<ReleaseName> = {
  group: "ntb",
  source: "web",
  service: "AMZN",
  resolution: "1080p",
}
const name = (given: Partial<ReleaseName>): ReleaseName => ({ ...UNKNOWN_RELEASE_NAME, ...given })

function score(
  given: Partial<Candidate>,
  names: ReadonlyArray<Partial<ReleaseName>> = [],
  more: {
    readonly wish?: Partial<Wish>
    readonly ours?: Partial<ReleaseName>
    readonly release?: Partial<Release>
  } = {},
): Scored {
  const release = { ...filmQuery().release, releaseGroup: null, frameRate: null, ...more.release }
  return scoreCandidate(
    candidate({ matchedBy: ["imdb"], ...given }),
    { ...ENGLISH, ...more.wish },
    { release, names: [name(more.ours ?? OURS)] },
    names.map(name),
  )
}

describe("WEIGHTS", () => {
  it("make 100 of all that speaks for a subtitle, and the hash is worth as much", () => {
    const { hash, titleAndYear, title, pack, ...rest } = WEIGHTS
    const best = Object.values(rest).reduce<number>((sum, points) => sum + Math.max(0, points), 0)
    expect([best, hash]).toEqual([SCORE_MAX, SCORE_MAX])
    expect(Math.max(titleAndYear, title)).toBeLessThan(WEIGHTS.id)
    expect(pack).toBeLessThan(WEIGHTS.place)
  })
})

describe("scoreCandidate()", () => {
  it("accepts the right film of an unknown release, and little else without more", () => {
    expect(score({}).score).toBeGreaterThanOrEqual(MINIMUM)
    expect(score({ matchedBy: ["server"] }).score).toBeGreaterThanOrEqual(MINIMUM)
    expect(score({ matchedBy: ["title"] }).score).toBeLessThan(MINIMUM)
    expect(score({ matchedBy: ["title"] }, [{ ...OURS, year: 2010 }]).score).toBeGreaterThanOrEqual(MINIMUM)
  })

  it("calls the hash of the file and the same release perfect", () => {
    expect(score({ matchedBy: ["hash"] }).score).toBe(SCORE_MAX)
    expect(score({}, [OURS]).score).toBeGreaterThanOrEqual(PERFECT_SCORE)
    expect(score({}, [{ ...OURS, group: "flux" }]).score).toBeLessThan(PERFECT_SCORE)
  })

  it("lets the name that fits best speak", () => {
    const one = score({}, [{ source: "bluray" }, OURS, { source: "dvd" }])
    expect(one.score).toBe(score({}, [OURS]).score)
  })

  it("does not add up what different names say", () => {
    const both = score({}, [
      { group: "ntb", source: "bluray" },
      { group: "flux", source: "web" },
    ])
    expect(both.score).toBeLessThan(score({}, [{ group: "ntb", source: "web" }]).score)
  })

  it.each<readonly [string, Partial<Candidate>, Partial<Wish>]>([
    [
      "wrong language: it is Portuguese (Brazil)",
      { language: "pt-BR" as Language },
      { language: "pt" as Language },
    ],
    ["it is for foreign parts only", { forced: true }, {}],
    ["it is not for foreign parts only", {}, { forced: "require" }],
    ["it is not for the hearing impaired", {}, { hearingImpaired: "require" }],
  ])("rejects: %s", (reason, given, wish) => {
    expect(score(given, [], { wish })).toMatchObject({ rejected: reason, score: 0 })
  })

  it("rejects another season, whatever else fits, unless the hash says otherwise", () => {
    const { release } = episodeQuery()
    const file = { release, names: [name(OURS)] }
    const other = candidate({ matchedBy: ["tvdb"], season: 2, episode: 3 })
    expect(scoreCandidate(other, ENGLISH, file, [name(OURS)]).rejected).toBe(
      "wrong season: it is for season 2",
    )
    const same = candidate({ matchedBy: ["hash"], season: 2, episode: 3 })
    expect(scoreCandidate(same, ENGLISH, file, []).rejected).toBe(null)
  })

  it("puts another cut and PAL speed below the minimum", () => {
    expect(score({}, [{ ...OURS, group: null, editions: ["extended"] }]).score).toBeLessThan(MINIMUM)
    expect(
      score({}, [{ ...OURS, editions: ["extended"] }], { release: { edition: "Extended Edition" } }).score,
    ).toBe(score({}, [OURS]).score)
    expect(score({ frameRate: 25 }, [], { release: { frameRate: 23.976 } }).score).toBeLessThan(MINIMUM)
    expect(score({ frameRate: 29.97 }, [], { release: { frameRate: 23.976 } }).score).toBeGreaterThanOrEqual(
      MINIMUM,
    )
    expect(score({ frameRate: 0 }, [], { release: { frameRate: 23.976 } }).score).toBe(score({}).score)
  })

  it("orders by taste without making anything unacceptable by it", () => {
    for (const given of [{ hearingImpaired: true }, { machineTranslated: true }]) {
      expect(score(given).score).toBeLessThan(score({}).score)
      expect(fitOf(score(given))).toBe(score({}).score)
    }
    const sdh = { wish: { hearingImpaired: "prefer" } } as const
    expect(score({ hearingImpaired: true }, [], sdh).score).toBeGreaterThan(score({}, [], sdh).score)
    const forced = { wish: { forced: "prefer" } } as const
    expect(score({ forced: true }, [], forced).score).toBeGreaterThan(score({}, [], forced).score)
    const british = { wish: { language: "en-GB" as Language } }
    expect(score({ language: "en-GB" as Language }, [], british).score).toBeGreaterThan(
      score({}, [], british).score,
    )
  })

  it("counts trust and popularity a little", () => {
    expect(score({ trusted: true, downloads: 5_000 }).score).toBe(
      score({}).score + WEIGHTS.trusted + WEIGHTS.popular,
    )
  })

  it.prop(
    "stays between 0 and 100 and is the sum of its parts",
    {
      matchedBy: Schema.Array(Schema.Literals(["hash", "imdb", "title", "server"])),
      hearingImpaired: Schema.Boolean,
      machineTranslated: Schema.Boolean,
      trusted: Schema.Boolean,
      group: Schema.Literals(["ntb", "flux"]),
      source: Schema.Literals(["web", "bluray", "dvd"]),
      frameRate: Schema.Literals([0, 23.976, 25]),
    },
    ({ frameRate, group, hearingImpaired, machineTranslated, matchedBy, source, trusted }) => {
      const one = score(
        { matchedBy, hearingImpaired, machineTranslated, trusted, frameRate },
        [{ group, source }],
        {
          release: { frameRate: 24 },
        },
      )
      const sum = one.parts.reduce((total, part) => total + part.points, 0)
      return one.score >= 0 && one.score <= SCORE_MAX && one.score === Math.max(0, Math.min(SCORE_MAX, sum))
    },
  )
})

describe("rank()", () => {
  it("puts machine translations last, then orders by score, then by downloads", () => {
    const order = rank(
      [
        score({ id: "machine", machineTranslated: true, matchedBy: ["hash"] }),
        score({ id: "plain", downloads: 3 }),
        score({ id: "popular", downloads: 30 }),
        score({ id: "group" }, [{ group: "ntb" }]),
      ],
      MINIMUM,
    ).usable.map((one) => one.candidate.id)
    expect(order).toEqual(["group", "popular", "plain", "machine"])
  })

  it("rejects what is below the minimum, with its account", () => {
    const { rejected, usable } = rank([score({ matchedBy: ["title"] })], MINIMUM)
    expect(usable).toEqual([])
    expect(rejected.map(explain)).toEqual(["36 of 100 (title +36): below the minimum of 60"])
  })

  it("takes a machine translation when there is nothing else", () => {
    expect(rank([score({ machineTranslated: true })], MINIMUM).usable.length).toBe(1)
  })

  it("gives the same order whatever order the answers came in", () => {
    const all = ["b", "a", "c"].map((id) => score({ id }))
    const names = (list: ReadonlyArray<Scored>) => list.map((one) => one.candidate.id)
    expect(names(rank(all, MINIMUM).usable)).toEqual(names(rank([...all].reverse(), MINIMUM).usable))
  })
})

describe("choiceText()", () => {
  it("tells what was chosen and why", () => {
    const one = score({ releases: ["Sintel.2010-NTb"], provider: "subdl", trusted: true }, [{ group: "ntb" }])
    expect(choiceText(one, ENGLISH)).toBe(
      'Chose "Sintel.2010-NTb" of subdl for English: 82 of 100 (IMDB id +50, the right film +12, group ntb +14, the usual cut +4, trusted uploader +2)',
    )
  })
})
