import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { layer } from "../../../adapters/sync_tool/subtitle_sync.ts"
import { SubtitleSync } from "../../../core/ports/mod.ts"
import { subtitleSyncContract } from "../../contracts/subtitle_sync.ts"

/** A program of this name that runs these lines of shell. */
const program = (name: string, script: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "oncue-tool-"))
      const tool = join(folder, name)
      writeFileSync(tool, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
      return { folder, tool, video: join(folder, "film.mkv"), layer: layer({ folder: join(folder, "sync") }) }
    }),
    ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true, force: true })),
  )
const align = (tool: string, video: string) =>
  SubtitleSync.use((sync) => sync.align(tool, video, "x")).pipe(
    Effect.provide(layer({ folder: join(dirname(tool), "sync") })),
  )

subtitleSyncContract("alass", (hears) =>
  program("alass", hears ? `sed 's/00:00:01/00:00:09/' "$3" > "$4"` : "exit 0"),
)
subtitleSyncContract("ffsubsync", (hears) =>
  program("ffsubsync", hears ? `[ "$2" = -i ] && sed 's/00:00:01/00:00:09/' "$3" > "$5"` : "exit 0"),
)

describe("a tool for the timing", () => {
  it.live("that fails or is not there is named with what it said", () =>
    Effect.gen(function* () {
      const { folder, tool, video } = yield* program("alass", "echo no sound >&2; exit 3")
      assert.strictEqual((yield* Effect.flip(align(tool, video))).detail, "it ended with 3: no sound")
      assert.strictEqual((yield* Effect.flip(align(join(folder, "ffs"), video))).detail, "it is not there")
      const plain = join(folder, "ffsubsync")
      writeFileSync(plain, "no program", { mode: 0o600 })
      assert.match((yield* Effect.flip(align(plain, video))).detail, /it cannot be started/)
    }).pipe(Effect.scoped),
  )

  it.live("that says what is wrong where alass does is quoted", () =>
    Effect.gen(function* () {
      const script =
        "echo extracting...; echo 'error: processing failed'; echo 'caused by: no ffmpeg'; echo; echo not: more; exit 1"
      const { tool, video } = yield* program("alass", script)
      assert.strictEqual(
        (yield* Effect.flip(align(tool, video))).detail,
        "it ended with 1: error: processing failed; caused by: no ffmpeg",
      )
    }).pipe(Effect.scoped),
  )

  it.live("sees nothing of our own environment", () =>
    Effect.gen(function* () {
      const { tool, video } = yield* program("alass", `env > "$4"`)
      process.env.ONCUE_SECRET_KEY = "hidden-from-tools"
      try {
        const seen = yield* align(tool, video)
        assert.include(seen, "PATH=")
        assert.notInclude(seen, "hidden-from-tools")
      } finally {
        delete process.env.ONCUE_SECRET_KEY
      }
    }).pipe(Effect.scoped),
  )

  it.live("finds its folder empty of what was left there", () =>
    Effect.gen(function* () {
      const { folder, tool, video } = yield* program("alass", `cp "$3" "$4"`)
      mkdirSync(join(folder, "sync", "one-left"), { recursive: true })
      yield* align(tool, video)
      assert.deepStrictEqual(readdirSync(join(folder, "sync")), [])
    }).pipe(Effect.scoped),
  )

  it.live("is stopped when nobody waits any more, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const { folder, tool, video } = yield* program(
        "alass",
        `echo $$ > "$(dirname "$2")/pid"; exec sleep 60`,
      )
      const fiber = yield* Effect.forkChild(align(tool, video))
      while (!readdirSync(folder).includes("pid")) yield* Effect.sleep(10)
      yield* Fiber.interrupt(fiber)
      yield* Effect.sleep(200)
      assert.deepStrictEqual(readdirSync(join(folder, "sync")), [])
    }).pipe(Effect.scoped),
  )
})
