import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/sqlite/job_queue.ts"
import { JobQueue } from "../../../core/ports/mod.ts"
import { aJob, jobQueueContract } from "../../contracts/job_queue.ts"
import { tempFolder } from "../../support/temp_folder.ts"
import { inTempFolder } from "./_folder.ts"

jobQueueContract("sqlite", (limits) => inTempFolder((file) => layer({ file, ...limits })))

const SCRIPT = fileURLToPath(new URL("./_offer_until_killed.ts", import.meta.url))
const ROUNDS = 5

/** Starts the script, kills it some time after its first answer, and gives what it had said until then. */
async function offerUntilKilled(
  file: string,
  round: number,
  killAfterMs: number,
): Promise<ReadonlyArray<string>> {
  const child = spawn(process.execPath, [SCRIPT, file, `${round}`], { stdio: ["ignore", "pipe", "inherit"] })
  let said = ""
  child.stdout.on("data", (chunk: Buffer) => {
    if (said === "") setTimeout(() => child.kill("SIGKILL"), killAfterMs)
    said += chunk.toString()
  })
  await once(child, "close")
  return said.slice(0, said.lastIndexOf("\n")).split("\n")
}

describe("sqlite JobQueue, killed", () => {
  it.live(
    "offer() is kept when the process is killed at any moment, and what was settled stays settled",
    () =>
      Effect.gen(function* () {
        const file = join(yield* tempFolder, "oncue.db")
        const promised = new Map<number, string>()
        const settled = new Set<number>()
        for (let round = 0; round < ROUNDS; round++) {
          const lines = yield* Effect.promise(() => offerUntilKilled(file, round, 20 + Math.random() * 150))
          for (const [word, id, key] of lines.map((line) => line.split(" "))) {
            if (word === "offered") promised.set(Number(id), key!)
            if (word === "done") settled.add(Number(id))
          }
          yield* Effect.scoped(
            Effect.gen(function* () {
              const queue = yield* JobQueue
              for (const [id, key] of promised) {
                const job = yield* queue.get(id)
                assert.strictEqual(job.key, key)
                assert.include(settled.has(id) ? ["done"] : ["waiting", "done"], job.state)
              }
              assert.strictEqual((yield* queue.counts).running, 0)
              const [seen] = yield* queue.offer([
                aJob("x", { sighting: { key: [...promised.values()].at(-1)!, windowMs: 1 } }),
              ])
              assert.strictEqual(seen?.outcome, "seen")
            }).pipe(Effect.provide(layer({ file }), { local: true })),
          )
        }
        assert.isAtLeast(promised.size, ROUNDS)
        assert.isAbove(settled.size, 0)
      }),
    60_000,
  )
})
