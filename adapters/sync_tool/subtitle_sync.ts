import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { isAbsolute, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SUBTITLE_BYTES_MAX, SubtitleSync, SyncFailed } from "../../core/ports/mod.ts"
import { toolArguments, toolOf } from "../../core/timing/sync_tool.ts"

/** How long a tool may take, in milliseconds: it reads the whole sound of a film. */
export const TOOL_TIMEOUT_MS = 8 * 60_000
/** Characters of what a tool says that are passed on when it fails. */
const DETAIL_CHARS_MAX = 200
/** Most bytes of what a tool says. */
const SAID_BYTES_MAX = 4 * 1024 * 1024

const CONFINED =
  "OnCue was started confined and without this tool: start it again, now that the settings name it"

/** What a tool may know of our surroundings: nothing that is ours, keys above all. */
const surroundings = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("ONCUE_")))

/** The last thing it said; alass says what is wrong where others say how far they are, with hints behind it. */
function lastWords(stdout: string, stderr: string): string {
  const lines = (text: string) =>
    text
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .filter((line) => line !== "")
  const errors = lines(stdout).filter((line) => /^(error|caused by):/.test(line))
  const words = lines(stderr).at(-1) ?? (errors.length > 0 ? errors.join("; ") : lines(stdout).at(-1))
  return words?.slice(0, DETAIL_CHARS_MAX) ?? ""
}

/** Why a tool could not be started at all; null: it was. */
function notStarted(code: unknown): string | null {
  switch (code) {
    case "ENOENT":
      return "it is not there"
    case "EACCES":
      return "it cannot be started (EACCES): it is no program, or not for this user"
    case "ERR_ACCESS_DENIED":
      return CONFINED
    default:
      return null
  }
}

function run(tool: string, args: ReadonlyArray<string>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = {
      timeout: TOOL_TIMEOUT_MS,
      signal,
      maxBuffer: SAID_BYTES_MAX,
      windowsHide: true,
      env: surroundings(),
    }
    execFile(tool, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve()
      const code = "code" in error ? error.code : undefined
      const said = lastWords(stdout, stderr)
      const why = error.killed === true ? "it took too long" : `it ended with ${code ?? "an error"}`
      const detail = notStarted(code) ?? (said === "" ? why : `${why}: ${said}`)
      reject(new SyncFailed({ tool, detail }))
    })
  })
}

async function align(folder: string, tool: string, video: string, srt: string, signal: AbortSignal) {
  const kind = toolOf(tool)
  if (kind === null) throw new SyncFailed({ tool, detail: "it is none of the programs that are known" })
  if (!isAbsolute(video)) throw new SyncFailed({ tool, detail: "the video is not known here" })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const place = await mkdtemp(join(folder, "one-"))
  try {
    const [input, output] = [join(place, "in.srt"), join(place, "out.srt")]
    await writeFile(input, srt, { mode: 0o600 })
    await run(tool, toolArguments(kind, video, input, output), signal)
    const size = await stat(output).then(
      (found) => found.size,
      () => 0,
    )
    if (size === 0 || size > SUBTITLE_BYTES_MAX) throw new SyncFailed({ tool, detail: "it wrote nothing" })
    return await readFile(output, "utf8")
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

export interface SyncToolOptions {
  /** For what a tool reads and writes. It is emptied at the start, of what a process left there that did not end well. */
  readonly folder: string
}

/** What a tool failed with, in words; `execFile` itself throws where the process may start none. */
function failure(tool: string, error: unknown): SyncFailed {
  if (error instanceof SyncFailed) return error
  const code = error instanceof Error && "code" in error ? error.code : undefined
  const detail = notStarted(code) ?? (error instanceof Error ? error.message : "it failed")
  return new SyncFailed({ tool, detail })
}

/** ffsubsync or alass, where one of them is installed. */
export const layer = ({ folder }: SyncToolOptions): Layer.Layer<SubtitleSync> =>
  Layer.effect(
    SubtitleSync,
    Effect.as(
      Effect.promise(() => rm(folder, { recursive: true, force: true }).catch(() => {})),
      {
        align: (tool, videoPath, srt) =>
          Effect.tryPromise({
            try: (signal) => align(folder, tool, videoPath, srt, signal),
            catch: (error) => failure(tool, error),
          }),
      } satisfies SubtitleSync["Service"],
    ),
  )
