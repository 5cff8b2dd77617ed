import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { memoryKey, planStages, readMemory } from "../../../core/library/refresh_plan.ts"
import { verifyWriting } from "../../../core/library/verify_writing.ts"
import {
  PlexLibrary,
  PlexUnreachable,
  ShelfUnavailable,
  StateStore,
  SubtitleShelf,
} from "../../../core/ports/mod.ts"
import { libraryWorld, passing, section } from "../../support/library_world.ts"
import { film, part, SERVER_ID, SINTEL_FILE, subtitle } from "../../support/plex_items.ts"

const item = film({ addedAt: 1_000 })

const world = () => {
  const made = libraryWorld()
  made.attic.sections = [section("1", "movie")]
  made.add(made.attic, item)
  made.disk.files.set(SINTEL_FILE, { bytes: new Uint8Array(1), modifiedMs: 0 })
  return made
}

const gone = new PlexUnreachable({
  where: "Attic",
  fault: "reset",
  status: null,
  retryAfterSeconds: null,
  detail: "the connection was reset",
})

const lines = (
  findings: ReadonlyArray<{ readonly step: string; readonly result: string; readonly detail: string }>,
) => findings.map(({ step, result, detail }) => `${step} ${result}: ${detail}`)

describe("verifyWriting()", () => {
  it.effect("leaves nothing behind", () => {
    const made = world()
    return Effect.gen(function* () {
      const findings = yield* passing(verifyWriting(made.access, item))
      assert.notInclude(
        findings.map(({ step }) => step),
        "Clean-up",
      )
      assert.deepStrictEqual([...made.disk.files.keys()], [SINTEL_FILE])
      assert.strictEqual(made.attic.items.get("1001")?.addedAt, 1_000)
    }).pipe(Effect.provide(made.ports))
  })

  it.effect("teaches the item's library which stage to begin with", () => {
    const made = world()
    const listing = film({ addedAt: 1_000 }, [
      part(SINTEL_FILE, { streams: [subtitle({ languageTag: "fi" })] }),
    ])
    made.attic.onCall = (call) =>
      Effect.sync(() => {
        if (call.startsWith("refresh")) made.add(made.attic, listing)
      })
    return Effect.gen(function* () {
      const found = lines(yield* passing(verifyWriting(made.access, item)))
      assert.match(found[0] ?? "", /^Refresh works: a new sidecar is listed after "item_refresh"/)
      const state = yield* StateStore
      const kept = yield* state.list("")
      assert.deepStrictEqual(
        kept.map(({ key }) => key),
        [memoryKey(SERVER_ID, "1")],
      )
      const memory = readMemory(yield* state.get(memoryKey(SERVER_ID, "1")))
      assert.deepStrictEqual(planStages(memory, 60_000, true), ["item_refresh", "section_scan"])
    }).pipe(Effect.provide(made.ports))
  })

  it.effect("names the probe that it could not take away", () => {
    const made = world()
    return Effect.gen(function* () {
      const shelf = yield* SubtitleShelf
      const refusing = {
        ...shelf,
        remove: () =>
          Effect.fail(
            new ShelfUnavailable({ path: "/data", reason: "not_writable", detail: "it became read-only" }),
          ),
      }
      const tried = verifyWriting(made.access, item).pipe(Effect.provideService(SubtitleShelf, refusing))
      const found = lines(yield* passing(tried)).find((line) => line.startsWith("Clean-up"))
      assert.match(
        found ?? "",
        /^Clean-up fails: The probe "Sintel \(2010\) \[Bluray-1080p\]\.fi\.srt" is still beside the video .*read-only/,
      )
    }).pipe(Effect.provide(made.ports))
  })

  it.effect("says when the added date is not what it was", () => {
    const made = world()
    return Effect.gen(function* () {
      const library = yield* PlexLibrary
      let edits = 0
      const failing = {
        ...library,
        setAddedAt: (...call: Parameters<typeof library.setAddedAt>) =>
          Effect.suspend(() => {
            edits += 1
            return edits === 1 ? library.setAddedAt(...call) : Effect.fail(gone)
          }),
      }
      const tried = verifyWriting(made.access, item).pipe(Effect.provideService(PlexLibrary, failing))
      const found = lines(yield* passing(tried))
      assert.include(found, "Added date works: unix seconds are taken and shown")
      assert.include(
        found.at(-1) ?? "",
        "Clean-up fails: The added date is a second later than it was (1000): Cannot reach Attic",
      )
    }).pipe(Effect.provide(made.ports))
  })
})
