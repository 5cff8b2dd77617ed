import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as fileReader } from "../../../adapters/files/subtitle_reader.ts"
import { layer as fileShelf } from "../../../adapters/files/subtitle_shelf.ts"
import { make as gestdown } from "../../../adapters/gestdown/subtitle_source.ts"
import { layer as releaseNames } from "../../../adapters/release_names/release_names.ts"
import { SubtitleSources } from "../../../core/ports/mod.ts"
import { findSubtitles } from "../../../core/subtitles/find_subtitles.ts"
import { episode } from "../../support/plex_items.ts"
import { Simulated, simulated } from "../../support/simulated.ts"
import { episodeQuery } from "../../support/subtitle_queries.ts"
import { subtitleWorld } from "../../support/subtitle_world.ts"
import { tempFolder } from "../../support/temp_folder.ts"

const NAME = "The.Harbor.Line.S01E03.1080p.WEB-DL.AAC2.0.H.264-EXAMPLE"

describe("findSubtitles() with Gestdown's protocol and real files", () => {
  for (const latencyMs of [0, 500]) {
    it.live(`places a subtitle of an episode when every answer takes ${latencyMs} ms`, () =>
      Effect.gen(function* () {
        const simulator = yield* Simulated
        simulator.setLatency(latencyMs)
        const folder = yield* tempFolder
        const path = join(folder, "films", `${NAME}.mkv`)
        mkdirSync(dirname(path))
        writeFileSync(path, "video")
        const world = subtitleWorld([])
        const layer = Layer.mergeAll(
          world.layer,
          releaseNames,
          fileReader,
          fileShelf({ backupsDir: join(folder, "backups") }),
          Layer.effect(
            SubtitleSources,
            Effect.all([gestdown({ url: simulator.urls.gestdown, userAgent: "OnCue v0" })]),
          ),
        )
        const item = episode()
        const { release } = episodeQuery({ path, releaseGroup: null, frameRate: null })
        const part = item.versions[0]?.parts[0] ?? null
        const request = { ...world.request, item, files: [{ ...world.file, part, release }] as const }
        const { results } = yield* Effect.provide(findSubtitles(request), layer)
        expect(results).toMatchObject([{ _tag: "Found", placement: { name: `${NAME}.en.srt` } }])
        expect(readdirSync(dirname(path)).sort()).toEqual([`${NAME}.en.srt`, `${NAME}.mkv`])
        expect(readFileSync(join(dirname(path), `${NAME}.en.srt`), "utf8")).toContain(" --> ")
      }).pipe(Effect.provide(simulated())),
    )
  }
})
