import { PassThrough, Writable } from "node:stream"
import { describe, expect, it } from "vitest"
import { TERMINAL_WAITING_BYTES_MAX, terminalLines } from "../../app/terminal.ts"

describe("terminalLines", () => {
  it("says once that nobody reads any more, and goes on", async () => {
    const out = new Writable({ write: (_chunk, _encoding, done) => done(new Error("write EPIPE")) })
    const reasons: Array<string> = []
    const write = terminalLines(out, (reason) => reasons.push(reason))
    write("one")
    write("two")
    await new Promise((resolve) => setImmediate(resolve))
    write("three")
    out.emit("error", new Error("again"))
    expect(reasons).toEqual(["write EPIPE"])
  })

  it("leaves out what a slow reader keeps waiting, and says how much that was", () => {
    const out = new PassThrough({ highWaterMark: 1 })
    const write = terminalLines(out, () => {})
    const line = "x".repeat(TERMINAL_WAITING_BYTES_MAX / 4)
    for (let n = 0; n < 6; n++) write(line)
    expect(out.writableLength + out.readableLength).toBeLessThanOrEqual(
      TERMINAL_WAITING_BYTES_MAX + line.length,
    )
    for (let read = 0; read < 4; read++) out.read()
    write("the last")
    let rest = ""
    for (let chunk = out.read(); chunk !== null; chunk = out.read()) rest += chunk
    expect(rest).toMatch(/^\(\d lines are left out here; the log file has them\)\nthe last\n$/)
  })
})
