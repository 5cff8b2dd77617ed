import { DatabaseSync } from "node:sqlite"
import * as Exit from "effect/Exit"
import { describe, expect, it } from "vitest"
import { Commits } from "../../../adapters/sqlite/_commits.ts"
import type { Wal } from "../../../adapters/sqlite/_wal.ts"

/** The order of commits, syncs and answers, with a disk that answers when it is told to. */
function world() {
  const disk: Array<(error: Error | null) => void> = []
  let now = 0
  const wal: Wal = { sync: (done) => void disk.push(done), syncNow: () => void now++, close: () => {} }
  const db = new DatabaseSync(":memory:")
  const commits = new Commits(db, wal)
  const told: Array<string> = []
  const step = (name: string, survives: "power" | "process") =>
    commits.add({
      survives,
      run: () => name,
      done: (exit) => told.push(`${name} ${Exit.isSuccess(exit) ? exit.value : "failed"}`),
    })
  return { commits, disk, step, told, syncedAtOnce: () => now }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe("Commits", () => {
  it("answers what must survive a power cut only after the disk has it, and everything else at once", async () => {
    const { commits, disk, step, told } = world()
    step("job", "power")
    step("note", "process")
    await turn()
    expect([commits.made, told]).toEqual([1, ["note note"]])
    disk.shift()?.(null)
    expect(told).toEqual(["note note", "job job"])
  })

  it("lets what comes while the disk is busy share the next commit and the next sync", async () => {
    const { commits, disk, step, told } = world()
    step("a", "power")
    await turn()
    for (const name of ["b", "c", "d"]) {
      step(name, "power")
      await turn()
    }
    expect([commits.made, commits.syncs]).toEqual([1, 1])
    disk.shift()?.(null)
    expect([commits.made, commits.syncs, told]).toEqual([2, 2, ["a a"]])
    disk.shift()?.(null)
    expect(told).toEqual(["a a", "b b", "c c", "d d"])
  })

  it("never takes a sync that began before a commit for one of it", async () => {
    const { disk, step, told } = world()
    step("a", "power")
    await turn()
    step("b", "power")
    step("note", "process")
    await turn()
    expect(told).toEqual(["note note"])
    disk.shift()?.(null)
    expect(told).toEqual(["note note", "a a"])
    disk.shift()?.(null)
    expect(told).toEqual(["note note", "a a", "b b"])
  })

  it("says that nothing was kept when the disk fails, and goes on", async () => {
    const { disk, step, told } = world()
    step("a", "power")
    await turn()
    disk.shift()?.(Object.assign(new Error("EIO"), { code: "EIO", syscall: "fdatasync" }))
    step("b", "power")
    await turn()
    disk.shift()?.(null)
    expect(told).toEqual(["a failed", "b b"])
  })

  it("answers everything when it is closed, also what the disk was busy with", async () => {
    const { commits, disk, step, syncedAtOnce, told } = world()
    step("a", "power")
    await turn()
    step("b", "power")
    commits.close()
    expect([told, syncedAtOnce()]).toEqual([["a a", "b b"], 1])
    disk.shift()?.(null)
    step("late", "power")
    expect(told).toEqual(["a a", "b b", "late failed"])
  })
})
