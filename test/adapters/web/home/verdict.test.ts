import { describe, expect, it } from "vitest"
import { verdictOf } from "../../../../adapters/web/home/verdict.ts"

type Streams = Parameters<typeof verdictOf>[2]

const stream = (state: Streams[number]["state"]): Streams => [
  { serverId: "a", serverName: "Attic", state, sinceMs: 0, lastEventMs: null, lostReason: null },
]
const CONNECTED = stream({ _tag: "Connected", via: "websocket" })
const LOST = stream({ _tag: "Waiting", reason: "the connection was refused", untilMs: 5_000 })

describe("verdictOf()", () => {
  it("is never better than what is known", () => {
    expect(verdictOf(true, [], CONNECTED)).toBe("working")
    expect(verdictOf(true, [], [])).toBe("working")
    expect(verdictOf(true, [{ _tag: "Unprotected" }], CONNECTED)).toBe("working")
    expect(verdictOf(true, [], LOST)).toBe("reconnecting")
    expect(verdictOf(true, [{ _tag: "TokenRejected" }], LOST)).toBe("needs_you")
    expect(
      verdictOf(true, [{ _tag: "SettingsRejected", line: 3, key: null, expected: "a mapping" }], CONNECTED),
    ).toBe("needs_you")
    expect(verdictOf(false, [], CONNECTED)).toBe("away")
  })
})
