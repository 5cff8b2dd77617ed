import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as memoryLedger } from "../../../adapters/memory/subtitle_ledger.ts"
import { earlierSubtitle } from "../../../core/library/earlier_subtitle.ts"
import type { NewPlacedSubtitle } from "../../../core/placed/placed.ts"
import { Journal, SubtitleLedger } from "../../../core/ports/mod.ts"
import type { Language } from "../../../core/subtitles/language.ts"
import { placedRecord } from "../../contracts/subtitle_ledger.ts"
import { libraryWorld } from "../../support/library_world.ts"
import { film, part, SINTEL_FILE, subtitle } from "../../support/plex_items.ts"

const ITEM = film({ addedAt: 500 })
const JOB = 3
const AT_MS = 1_000_000

const records = (...placed: ReadonlyArray<Partial<NewPlacedSubtitle>>) =>
  Effect.gen(function* () {
    const ledger = yield* SubtitleLedger
    for (const one of placed)
      yield* ledger.add(
        placedRecord({ ...ITEM.ref, jobId: JOB, atMs: AT_MS, language: "en" as Language, ...one }),
      )
  })

const ports = () => Layer.mergeAll(libraryWorld().ports, memoryLedger)

describe("earlierSubtitle()", () => {
  it.effect("is what this job has placed before, and nothing that another one has", () =>
    Effect.gen(function* () {
      assert.isNull(yield* earlierSubtitle(JOB, ITEM))
      yield* records({ jobId: JOB - 1 }, { jobId: null }, { state: "refused" })
      assert.isNull(yield* earlierSubtitle(JOB, ITEM))
      yield* records({})
      const found = yield* earlierSubtitle(JOB, ITEM)
      assert.deepStrictEqual(found, { isUpgrade: false, isFirst: true, isFirstWanted: true })
    }).pipe(Effect.provide(ports())),
  )

  it.effect("tells an upgrade, another language, and a subtitle that was there before", () =>
    Effect.gen(function* () {
      yield* records({ replaces: 1, language: "fr" as Language })
      const before = film({ addedAt: 500 }, [part(SINTEL_FILE, { streams: [subtitle()] })])
      assert.deepStrictEqual(yield* earlierSubtitle(JOB, before), {
        isUpgrade: true,
        isFirst: false,
        isFirstWanted: false,
      })
    }).pipe(Effect.provide(ports())),
  )

  it.effect("is nothing once the date was set, also when the process ended before it was written down", () =>
    Effect.gen(function* () {
      yield* records({})
      assert.isNull(yield* earlierSubtitle(JOB, film({ addedAt: AT_MS / 1_000 })))
      const journal = yield* Journal
      yield* journal.write({ kind: "added_date", text: "set", jobId: JOB, ...ITEM.ref })
      assert.isNull(yield* earlierSubtitle(JOB, ITEM))
    }).pipe(Effect.provide(ports())),
  )
})
