import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { assert, describe, it } from "vitest"
import { applyPatch, DEFAULT_SETTINGS } from "../../core/settings/settings.ts"

/**
 * Examples in the comments of the core are run as they stand, with the module's exports and `assert` in scope, and the
 * settings that so many of them begin with.
 */
const COMMON = { applyPatch, DEFAULT_SETTINGS }

const core = resolve(dirname(fileURLToPath(import.meta.url)), "../../core")

function filesBelow(folder: string): ReadonlyArray<string> {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : entry.name.endsWith(".ts") ? [path] : []
  })
}

function examplesOf(path: string): ReadonlyArray<string> {
  const comments = readFileSync(path, "utf8").match(/\/\*\*[\s\S]*?\*\//g) ?? []
  return comments
    .filter((comment) => comment.includes("@example"))
    .flatMap((comment) => [...comment.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? ""))
    .map((example) => example.replace(/^\s*\* ?/gm, "").replace(/ as const\b/g, ""))
}

describe("examples in comments", () => {
  for (const path of filesBelow(core)) {
    const examples = examplesOf(path)
    if (examples.length === 0) continue
    it(path.slice(core.length + 1), async () => {
      const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
      for (const example of examples) {
        assert.include(example, "assert.", "an example asserts something")
        const scope = { ...COMMON, ...module, assert }
        new Function(...Object.keys(scope), example)(...Object.values(scope))
      }
    })
  }
})
