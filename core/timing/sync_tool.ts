/** The programs whose arguments are known. Any other is not started, whatever the settings say. */
const TOOLS: Readonly<Record<string, "ffsubsync" | "alass">> = {
  ffsubsync: "ffsubsync",
  ffs: "ffsubsync",
  alass: "alass",
  "alass-cli": "alass",
}

/** Longest path of a tool, in characters. */
const TOOL_PATH_CHARS_MAX = 1_000

/**
 * Which of the known tools a path is, by the file's name; null when it is none, or no absolute path.
 *
 * @example
 * ```ts
 * assert.strictEqual(toolOf("/usr/local/bin/ffsubsync"), "ffsubsync")
 * assert.strictEqual(toolOf("C:\\Tools\\alass-cli.exe"), "alass")
 * assert.strictEqual(toolOf("/bin/sh"), null)
 * assert.strictEqual(toolOf("alass"), null)
 * ```
 */
export function toolOf(path: string): "ffsubsync" | "alass" | null {
  if (path.length > TOOL_PATH_CHARS_MAX || !/^(\/|[a-z]:[\\/])/i.test(path)) return null
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)
  const known = name.toLowerCase().replace(/\.exe$/, "")
  return Object.hasOwn(TOOLS, known) ? (TOOLS[known] ?? null) : null
}

/** What a tool is started with: the video, the subtitle and where to write, all of them absolute paths. */
export function toolArguments(
  tool: "ffsubsync" | "alass",
  video: string,
  input: string,
  output: string,
): ReadonlyArray<string> {
  return tool === "ffsubsync" ? [video, "-i", input, "-o", output] : ["--no-split", video, input, output]
}
