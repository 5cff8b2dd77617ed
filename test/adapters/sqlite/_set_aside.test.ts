import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { openDatabase } from "../../../adapters/sqlite/_file.ts"
import {
  forgetSetAside,
  pathAside,
  SET_ASIDE_DAYS,
  SET_ASIDE_MAX,
} from "../../../adapters/sqlite/_set_aside.ts"

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 10, 24, 12)

let folder = ""
let file = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "oncue-aside-"))
  file = join(folder, "oncue.db")
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const setAside = (daysAgo: number) => {
  const path = pathAside(file, NOW_MS - daysAgo * DAY_MS)
  for (const suffix of ["", "-wal"]) writeFileSync(path + suffix, "damaged")
  return path
}
const there = () => readdirSync(folder).map((name) => join(folder, name))

describe("forgetSetAside", () => {
  it("keeps the newest, with the log of each, and nothing else of theirs", () => {
    writeFileSync(file, "in use")
    writeFileSync(join(folder, "oncue.db.backup"), "somebody's own")
    const days = Array.from({ length: SET_ASIDE_MAX + 2 }, (_, n) => n + 1)
    const paths = days.map(setAside)
    forgetSetAside(file, NOW_MS)
    const kept = paths.slice(0, SET_ASIDE_MAX).flatMap((path) => [path, `${path}-wal`])
    expect(there().sort()).toEqual([file, join(folder, "oncue.db.backup"), ...kept].sort())
  })

  it("keeps none for longer than there is a reason to look into it", () => {
    const young = setAside(SET_ASIDE_DAYS - 1)
    setAside(SET_ASIDE_DAYS + 1)
    forgetSetAside(file, NOW_MS)
    expect(there()).toEqual([young, `${young}-wal`])
  })

  it("is done at each start, and never to the one that was set aside at it", () => {
    for (let daysAgo = 1; daysAgo <= SET_ASIDE_MAX; daysAgo++) setAside(daysAgo)
    writeFileSync(file, "no database at all, but long enough to be taken for one. ".repeat(40))
    const { damage, db } = openDatabase({ file, bytesMax: 2 ** 30, lockWaitMs: 100 }, NOW_MS)
    db.close()
    expect(damage?.path).toBe(pathAside(file, NOW_MS))
    expect(there()).toContain(damage?.path)
    expect(there().filter((path) => path.includes(".damaged-") && !path.endsWith("-wal"))).toHaveLength(
      SET_ASIDE_MAX,
    )
  })
})
