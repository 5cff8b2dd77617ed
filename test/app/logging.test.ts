import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { layer as secretBox } from "../../adapters/memory/secret_box.ts"
import { tellingBox } from "../../app/known_secrets.ts"
import { openLog, SECRETS_KNOWN_MAX } from "../../app/logging.ts"
import { SecretBox } from "../../core/ports/mod.ts"

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "oncue-log-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function logged(tell: (log: ReturnType<typeof openLog>) => Promise<void>): Promise<string> {
  const shown: Array<string> = []
  const log = openLog({ level: "DEBUG", folder, terminal: (line) => shown.push(line) })
  await tell(log)
  await log.close()
  return `${readFileSync(join(folder, "oncue.log"), "utf8")}\n${shown.join("\n")}`
}

const say = (log: ReturnType<typeof openLog>, text: string) =>
  Effect.runPromise(Effect.provide(Effect.logInfo(text), log.layer))

describe("openLog()", () => {
  it("takes out whatever secret it was told of, also as it stands in an address", async () => {
    const text = await logged(async (log) => {
      log.addSecrets(["s3cret/with=signs"])
      await say(log, "GET /x?a=s3cret%2Fwith%3Dsigns and s3cret/with=signs")
    })
    expect(text).not.toMatch(/s3cret/)
    expect(text).toContain("GET /x?a=<redacted> and <redacted>")
  })

  it("leaves what it says about a token readable", async () => {
    const sentence = "plex.tv refuses the token: sign in again"
    expect(await logged((log) => say(log, sentence))).toContain(sentence)
  })

  it("takes out what looks like a credential although nobody told of it", async () => {
    const text = await logged((log) =>
      say(log, "X-Plex-Token=abcdefgh12345 and Authorization: Bearer zyxwvut98"),
    )
    expect(text).not.toMatch(/abcdefgh12345|zyxwvut98/)
  })

  it("lets no text from outside steer the terminal or look like a line of its own", async () => {
    const shown: Array<string> = []
    const log = openLog({ level: "DEBUG", folder, terminal: (line) => shown.push(line) })
    await say(log, "/x\u001b[31mred\u202e\n18:00:00 ERROR   forged\r\u009b2J.mkv")
    await log.close()
    const [line] = shown
    expect(line).toMatch(
      /INFO {4}\/x\\u001b\[31mred\\u202e\n {9}18:00:00 ERROR {3}forged\\u000d\\u009b2J\.mkv$/,
    )
    // The file is for programs, and its lines are JSON.
    expect(readFileSync(join(folder, "oncue.log"), "utf8").split("\n")).toHaveLength(2)
  })

  it("remembers so many secrets and no more, the latest of them", async () => {
    const text = await logged(async (log) => {
      for (let n = 0; n <= SECRETS_KNOWN_MAX; n++) log.addSecrets([`secret-number-${n}`])
      await say(log, `first secret-number-0. last secret-number-${SECRETS_KNOWN_MAX}.`)
    })
    expect(text).toContain("last <redacted>.")
    expect(text).toContain("first secret-number-0.")
  })
})

describe("tellingBox()", () => {
  it("tells the log of every secret that is opened or sealed", async () => {
    const program = (log: ReturnType<typeof openLog>) =>
      Effect.gen(function* () {
        const box = yield* SecretBox
        const keys = { signingKey: "signing", masterKey: "" }
        const stored = yield* box.seal(Redacted.make("sealed-secret-1"), keys, 0)
        yield* box.open(stored, keys, "a test")
        yield* box.open("plain-secret-2", keys, "a test")
      }).pipe(Effect.provide(tellingBox(secretBox(), log.addSecrets)))
    const text = await logged(async (log) => {
      await Effect.runPromise(program(log))
      await say(log, "sealed-secret-1 and plain-secret-2")
    })
    expect(text).toContain("<redacted> and <redacted>")
  })
})
