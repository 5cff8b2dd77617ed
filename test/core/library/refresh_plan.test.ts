import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import {
  adviseScan,
  FOLDER_SCAN_EVERY_MS,
  FOLDERS_REMEMBERED_MAX,
  type LibraryMemory,
  learned,
  NOTHING_REMEMBERED,
  planStages,
  pollPausesMs,
  REFRESH_STAGES,
  readMemory,
  SECTION_SCAN_EVERY_MS,
  STAGE_KEPT_MS,
  STAGE_WINDOW_MS,
  scanned,
} from "../../../core/library/refresh_plan.ts"

const remembering = (name: (typeof REFRESH_STAGES)[number], atMs = 0): LibraryMemory => ({
  ...NOTHING_REMEMBERED,
  stage: { name, atMs },
})

describe("planStages()", () => {
  it("begins with the cheapest when nothing is remembered", () => {
    assert.deepStrictEqual(planStages(NOTHING_REMEMBERED, 0, true), [...REFRESH_STAGES])
  })

  it("begins with the remembered stage until that is too old", () => {
    assert.deepStrictEqual(planStages(remembering("folder_scan"), STAGE_KEPT_MS - 1, true), [
      "folder_scan",
      "item_refresh",
      "section_scan",
    ])
    assert.deepStrictEqual(planStages(remembering("folder_scan"), STAGE_KEPT_MS, true), [...REFRESH_STAGES])
  })

  it("only reads where the library may not be changed", () => {
    assert.deepStrictEqual(planStages(remembering("section_scan"), 1, false), ["read"])
  })
})

describe("pollPausesMs()", () => {
  for (const stage of REFRESH_STAGES)
    it(`fills the window of ${stage} and no more`, () => {
      const pauses = pollPausesMs(stage)
      const sum = pauses.reduce((total, pause) => total + pause, 0)
      assert.strictEqual(sum, STAGE_WINDOW_MS[stage])
      assert.isTrue(pauses.every((pause) => pause > 0))
    })
})

describe("adviseScan()", () => {
  const folder = "/data/tv/Show/Season 01"
  const memory = scanned(scanned(NOTHING_REMEMBERED, folder, 1_000), null, 1_000)

  it("asks for what was never scanned", () => {
    assert.strictEqual(adviseScan(NOTHING_REMEMBERED, folder, 500, 900), "ask")
    assert.strictEqual(adviseScan(memory, "/data/tv/Other", 500, 1_100), "ask")
  })

  it("shares a scan that was begun after the file was written", () => {
    assert.strictEqual(adviseScan(memory, folder, 999, 1_100), "shared")
    assert.strictEqual(adviseScan(memory, null, 999, 1_100), "shared")
  })

  it("waits between two scans, longer for a library than for a folder", () => {
    assert.deepStrictEqual(adviseScan(memory, folder, 1_000, 1_000), { waitMs: FOLDER_SCAN_EVERY_MS })
    assert.strictEqual(adviseScan(memory, folder, 1_000, 1_000 + FOLDER_SCAN_EVERY_MS), "ask")
    assert.deepStrictEqual(adviseScan(memory, null, 2_000, 1_001), { waitMs: SECTION_SCAN_EVERY_MS - 1 })
    assert.strictEqual(adviseScan(memory, null, 2_000, 1_000 + SECTION_SCAN_EVERY_MS), "ask")
  })

  it("does not believe a scan from the future, which a clock that was set back leaves behind", () => {
    assert.strictEqual(adviseScan(memory, folder, 500, 900), "ask")
  })
})

describe("scanned()", () => {
  it("remembers the newest folders up to the limit", () => {
    let memory = NOTHING_REMEMBERED
    for (let at = 0; at <= FOLDERS_REMEMBERED_MAX; at += 1) memory = scanned(memory, `/f${at}`, at)
    assert.strictEqual(Object.keys(memory.folderScans).length, FOLDERS_REMEMBERED_MAX)
    assert.strictEqual(memory.folderScans["/f0"], undefined)
  })
})

describe("learned()", () => {
  it("keeps the time at which a stage was first found, so that it is doubted in the end", () => {
    const memory = remembering("read", 5)
    assert.strictEqual(learned(memory, "read", 1_000), memory)
    assert.deepStrictEqual(learned(memory, "read", STAGE_KEPT_MS + 5).stage, {
      name: "read",
      atMs: STAGE_KEPT_MS + 5,
    })
    assert.deepStrictEqual(learned(memory, "item_refresh", 9).stage, { name: "item_refresh", atMs: 9 })
  })
})

describe("readMemory()", () => {
  it.prop("is total", [Schema.Unknown], ([value]) => {
    assert.isObject(readMemory(value))
  })
})
