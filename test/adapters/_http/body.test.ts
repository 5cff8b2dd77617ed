import { describe, expect, it } from "@effect/vitest"
import { readWhole } from "../../../adapters/_http/body.ts"

async function* pieces(sizes: ReadonlyArray<number>, ended: { early: boolean }) {
  ended.early = true
  for (const size of sizes) yield new Uint8Array(size).fill(7)
  ended.early = false
}

describe("readWhole()", () => {
  it("joins the pieces up to the limit", async () => {
    const bytes = await readWhole(pieces([3, 0, 4], { early: false }), 7)
    expect(bytes?.equals(Buffer.alloc(7, 7))).toBe(true)
  })

  it("is null for more, and leaves the rest unread", async () => {
    const ended = { early: false }
    expect(await readWhole(pieces([4, 4, 1_000], ended), 7)).toBeNull()
    expect(ended.early).toBe(true)
  })
})
