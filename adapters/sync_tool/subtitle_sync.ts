import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { isAbsolute, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SUBTITLE_BYTES_MAX, SubtitleSync, SyncFailed } from "../../core/ports/mod.ts"
import { toolArguments, toolOf } from "../../core/subtitles/sync_tool.ts"

/** How long a tool may take, in milliseconds: it reads the whole sound of a film. */
export const TOOL_TIMEOUT_MS = 8 * 60_000
/** Characters of what a tool says that are passed on when it fails. */
const DETAIL_CHARS_MAX = 200

function run(tool: string, args: ReadonlyArray<string>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { timeout: TOOL_TIMEOUT_MS, signal, maxBuffer: 4 * 1024 * 1024, windowsHide: true }
    execFile(tool, args, options, (error, _stdout, stderr) => {
      if (error === null) return resolve()
      const said = stderr.trim().split("\n").at(-1)?.slice(0, DETAIL_CHARS_MAX) ?? ""
      const code = "code" in error ? String(error.code) : ""
      const why = error.killed === true ? "it took too long" : `it ended with ${code || "an error"}`
      reject(
        new SyncFailed({
          tool,
          detail: code === "ENOENT" ? "it is not there" : said === "" ? why : `${why}: ${said}`,
        }),
      )
    })
  })
}

async function align(tool: string, video: string, text: string, extension: string, signal: AbortSignal) {
  const kind = toolOf(tool)
  if (kind === null) throw new SyncFailed({ tool, detail: "it is none of the programs that are known" })
  if (!isAbsolute(video)) throw new SyncFailed({ tool, detail: "the video is not known here" })
  const folder = await mkdtemp(join(tmpdir(), "oncue-sync-"))
  try {
    const [input, output] = [join(folder, `in.${extension}`), join(folder, `out.${extension}`)]
    await writeFile(input, text, { mode: 0o600 })
    await run(tool, toolArguments(kind, video, input, output), signal)
    const size = await stat(output).then(
      (found) => found.size,
      () => 0,
    )
    if (size === 0 || size > SUBTITLE_BYTES_MAX) throw new SyncFailed({ tool, detail: "it wrote nothing" })
    return await readFile(output, "utf8")
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** ffsubsync or alass, where one of them is installed. */
export const layer: Layer.Layer<SubtitleSync> = Layer.succeed(SubtitleSync, {
  align: (tool, videoPath, { extension, text }) =>
    Effect.tryPromise({
      try: (signal) => align(tool, videoPath, text, extension, signal),
      catch: (error) =>
        error instanceof SyncFailed
          ? error
          : new SyncFailed({ tool, detail: error instanceof Error ? error.message : "it failed" }),
    }),
})
