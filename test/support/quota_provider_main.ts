/**
 * The server as it is, with one provider that allows so many downloads a day, which begins at midnight in UTC as those of
 * the real ones do. The clock is put forward by whoever started the process, and begins where it was at the kill. What was
 * had on which day is kept in a file, as the provider would know it after a restart of ours.
 */

import { appendFileSync, existsSync, readFileSync } from "node:fs"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readConfig } from "../../app/config.ts"
import { startServer } from "../../app/startup.ts"
import {
  CandidateUnusable,
  ProviderQuota,
  type SubtitleSource,
  SubtitleSources,
} from "../../core/ports/mod.ts"
import { movedClock } from "./moved_clock.ts"
import { receiveTampering } from "./tampering.ts"

const DAY_MS = 24 * 60 * 60_000
const PER_DAY = Number(process.env.ONCUE_TEST_QUOTA)
/** One line a call: `search <day>`, `fetch <day>`, `refused <day>`, the day counted from 1970. */
const LEDGER = String(process.env.ONCUE_TEST_LEDGER)

const cue = (n: number) =>
  `${n + 1}\n00:00:${10 + n},000 --> 00:00:${10 + n},900\nDe vloed komt op, regel ${n}.\n`
const SRT = new TextEncoder().encode(Array.from({ length: 40 }, (_, n) => cue(n)).join("\n"))

const used = new Map<number, number>()
const count = (day: number) => used.set(day, (used.get(day) ?? 0) + 1)
for (const line of existsSync(LEDGER) ? readFileSync(LEDGER, "utf8").split("\n") : []) {
  const [what, day] = line.split(" ")
  if (what === "fetch") count(Number(day))
}

const today = Effect.map(Clock.currentTimeMillis, (nowMs) => Math.floor(nowMs / DAY_MS))
const note = (what: string, day: number) => appendFileSync(LEDGER, `${what} ${day}\n`)

const fetchOne = Effect.gen(function* () {
  const day = yield* today
  const had = used.get(day) ?? 0
  if (had >= PER_DAY) {
    note("refused", day)
    const detail = `${had} of ${PER_DAY} downloads of today are used`
    return yield* new ProviderQuota({ provider: "Quota", detail, untilMs: (day + 1) * DAY_MS })
  }
  count(day)
  note("fetch", day)
  return { _tag: "File", bytes: SRT, fileName: "subtitle.srt" } as const
})

const source: SubtitleSource = {
  id: "quota",
  name: "Quota",
  test: () => Effect.succeed({ told: "it answers", downloads: null }),
  unsuited: () => Effect.succeed(null),
  search: ({ languages, release }) =>
    Effect.map(today, (day) => {
      note("search", day)
      return languages.map((language) => ({
        provider: "quota",
        id: release.title,
        language,
        forced: false,
        hearingImpaired: false,
        releases: release.names.slice(0, 1),
        matchedBy: ["imdb"] as const,
        season: release.season,
        episode: release.episode,
        seasonPack: false,
        frameRate: null,
        machineTranslated: false,
        trusted: true,
        downloads: 100,
        uploader: null,
        fileName: null,
        handle: "",
      }))
    }),
  fetch: (candidate) =>
    candidate.provider === "quota"
      ? fetchOne
      : Effect.fail(new CandidateUnusable({ provider: "Quota", id: candidate.id, detail: "of another" })),
}

const time = movedClock()
time.set(Number(process.env.ONCUE_TEST_AHEAD_MS ?? 0))
receiveTampering(time, null)

const started = await startServer(readConfig(process.argv.slice(2), process.env), {
  terminal: (line) => console.log(line),
  clock: time.clock,
  wire: (wiring) => ({ ...wiring, subtitleSources: Layer.succeed(SubtitleSources, [source]) }),
})
if (started._tag === "Refused") {
  console.error(started.reason)
  process.exit(1)
}
