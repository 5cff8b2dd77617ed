/**
 * The server as it is, with one provider that allows so many downloads a day. A day ends so many milliseconds after its
 * last download, so that the quota is met however fast the machine is. What was had on which day is kept in a file, as
 * the provider would know it after a restart of ours.
 */

import { appendFileSync, existsSync, readFileSync } from "node:fs"
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

const PER_DAY = Number(process.env.ONCUE_TEST_QUOTA)
const DAY_MS = Number(process.env.ONCUE_TEST_DAY_MS)
/** One line a call: `search`, `fetch <day>`, `refused <day>`; and `until <time>` at the last download of a day. */
const LEDGER = String(process.env.ONCUE_TEST_LEDGER)

const cue = (n: number) =>
  `${n + 1}\n00:00:${10 + n},000 --> 00:00:${10 + n},900\nDe vloed komt op, regel ${n}.\n`
const SRT = new TextEncoder().encode(Array.from({ length: 40 }, (_, n) => cue(n)).join("\n"))

const lines = existsSync(LEDGER) ? readFileSync(LEDGER, "utf8").split("\n") : []
let day = 0
let used = 0
let untilMs = 0
for (const line of lines) {
  const [what, value] = line.split(" ")
  if (what === "until") untilMs = Number(value)
  if (what !== "fetch") continue
  if (Number(value) > day) used = 0
  day = Number(value)
  used += 1
}

const fetchOne = Effect.suspend(() => {
  const nowMs = Date.now()
  if (used >= PER_DAY && nowMs < untilMs) {
    appendFileSync(LEDGER, `refused ${day}\n`)
    const detail = `${used} of ${PER_DAY} downloads of today are used`
    return Effect.fail(new ProviderQuota({ provider: "Quota", detail, untilMs }))
  }
  if (used >= PER_DAY) {
    day += 1
    used = 0
  }
  used += 1
  appendFileSync(LEDGER, `fetch ${day}\n`)
  if (used === PER_DAY) {
    untilMs = nowMs + DAY_MS
    appendFileSync(LEDGER, `until ${untilMs}\n`)
  }
  return Effect.succeed({ _tag: "File", bytes: SRT, fileName: "subtitle.srt" } as const)
})

const source: SubtitleSource = {
  id: "quota",
  name: "Quota",
  unsuited: () => Effect.succeed(null),
  search: ({ languages, release }) =>
    Effect.sync(() => {
      appendFileSync(LEDGER, "search\n")
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

const started = await startServer(readConfig(process.argv.slice(2), process.env), {
  terminal: (line) => console.log(line),
  wire: (wiring) => ({ ...wiring, subtitleSources: Layer.succeed(SubtitleSources, [source]) }),
})
if (started._tag === "Refused") {
  console.error(started.reason)
  process.exit(1)
}
