/** The server as it is, with one provider that takes its time and has everything. For tests of what happens meanwhile. */

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readConfig } from "../../app/config.ts"
import { startServer } from "../../app/startup.ts"
import { type SubtitleSource, SubtitleSources } from "../../core/ports/mod.ts"

/** How long, in milliseconds, one search takes. */
const SEARCH_MS = Number(process.env.ONCUE_TEST_SEARCH_MS || 0)

const two = (n: number) => String(n).padStart(2, "0")
const cue = (n: number) =>
  `${n + 1}\r\n00:${two(n % 60)}:01,000 --> 00:${two(n % 60)}:03,500\r\nThe tide is turning, line ${n}.\r\n`
const SRT = new TextEncoder().encode(Array.from({ length: 40 }, (_, n) => cue(n)).join("\r\n"))

const source: SubtitleSource = {
  id: "slow",
  name: "A provider that takes its time",
  test: () => Effect.succeed({ told: "it answers", downloads: null }),
  unsuited: () => Effect.succeed(null),
  search: ({ languages, release }) =>
    Effect.delay(
      Effect.succeed(
        languages.map((language) => ({
          provider: "slow",
          id: `${release.title} ${release.season} ${release.episode}`,
          language,
          forced: false,
          hearingImpaired: false,
          releases: release.names.slice(0, 1),
          matchedBy: ["tvdb"] as const,
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
        })),
      ),
      SEARCH_MS,
    ),
  fetch: () => Effect.succeed({ _tag: "File", bytes: SRT, fileName: "subtitle.srt" }),
}

const started = await startServer(readConfig(process.argv.slice(2), process.env), {
  terminal: (line) => console.log(line),
  wire: (wiring) => ({ ...wiring, subtitleSources: Layer.succeed(SubtitleSources, [source]) }),
})
if (started._tag === "Refused") {
  console.error(started.reason)
  process.exit(1)
}
