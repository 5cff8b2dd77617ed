import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import type { PageBuild } from "../adapters/http/page.ts"

const ROOT = fileURLToPath(new URL("..", import.meta.url))
const SOURCE = join(ROOT, "adapters/web")
/** Where the built page lies. */
export const PAGE_FOLDER = join(SOURCE, "dist")
const VITE = join(ROOT, "node_modules/vite/bin/vite.js")
/** What the page was built of, inside the folder of the build. */
const MARK = ".built-of"
/** Longest build, in milliseconds; a slow single-board computer takes a minute. */
const BUILD_WAIT_MS = 10 * 60_000
/** Lines of vite's complaint that are shown. */
const COMPLAINT_LINES = 12

async function filesBelow(folder: string): Promise<ReadonlyArray<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/^dist/.test(relative(SOURCE, path)))
}

/** A hash over everything that the page is made of; null where there are no sources, as in a package. */
export async function pageSources(): Promise<string | null> {
  if (!existsSync(join(SOURCE, "vite.config.ts"))) return null
  const hash = createHash("sha256")
  const files = [
    ...(await filesBelow(SOURCE)),
    ...(await filesBelow(join(ROOT, "core"))),
    join(ROOT, "package-lock.json"),
  ]
  for (const path of files.sort()) {
    hash
      .update(relative(ROOT, path))
      .update("\0")
      .update(await readFile(path))
      .update("\0")
  }
  return hash.digest("hex")
}

async function isCurrent(sources: string | null): Promise<boolean> {
  if (!existsSync(join(PAGE_FOLDER, "index.html"))) return false
  if (sources === null) return true
  const mark = await readFile(join(PAGE_FOLDER, MARK), "utf8").catch(() => "")
  return mark === sources
}

/** Runs vite in a process of its own, so that the server goes on undisturbed. Fails with vite's own words. */
function runVite(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [VITE, "build", "--config", join(SOURCE, "vite.config.ts"), "--logLevel", "warn"],
      {
        cwd: ROOT,
        env: { ...process.env, ONCUE_PAGE_DIR: folder, NODE_ENV: "production" },
        stdio: ["ignore", "pipe", "pipe"],
        timeout: BUILD_WAIT_MS,
      },
    )
    // A server that stops takes its build along.
    const end = () => child.kill()
    process.once("exit", end)
    let said = ""
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-20_000)
    }
    child.stdout.on("data", hear)
    child.stderr.on("data", hear)
    child.once("error", reject)
    child.once("close", (code) => {
      process.off("exit", end)
      if (code === 0) return resolve()
      const lines = said.trim().split("\n").slice(0, COMPLAINT_LINES).join("\n")
      reject(new Error(lines === "" ? `vite ended with code ${code}` : lines))
    })
  })
}

/** Builds beside the page that is there and puts the new one in its place, so that it is never half there. */
async function build(sources: string): Promise<void> {
  const next = `${PAGE_FOLDER}-${process.pid}`
  const old = `${next}-old`
  try {
    await runVite(next)
    await writeFile(join(next, MARK), sources)
    if (existsSync(PAGE_FOLDER)) await rename(PAGE_FOLDER, old)
    await rename(next, PAGE_FOLDER)
  } finally {
    for (const folder of [next, old]) await rm(folder, { recursive: true, force: true })
  }
}

/** The page of a server that is starting. */
export interface PageBuilder {
  /** How it is doing, for who asks for the page meanwhile. */
  readonly state: () => PageBuild
  /** Builds the page when it is missing or older than its sources; never fails, the state says how it went. */
  readonly ensure: () => Promise<PageBuild>
}

export function pageBuilder(): PageBuilder {
  let state: PageBuild = { _tag: "Idle" }
  return {
    state: () => state,
    ensure: async () => {
      try {
        const sources = await pageSources()
        if (!(await isCurrent(sources)) && sources !== null) {
          if (!existsSync(VITE)) throw new Error("vite is not installed: run “npm ci” without --omit=dev.")
          state = { _tag: "Building", sinceMs: Date.now() }
          await build(sources)
        }
        state = { _tag: "Idle" }
      } catch (error) {
        state = { _tag: "Failed", reason: error instanceof Error ? error.message : String(error) }
      }
      return state
    },
  }
}

if (import.meta.main) {
  const begun = performance.now()
  const state = await pageBuilder().ensure()
  if (state._tag === "Failed") {
    console.error(`The page could not be built: ${state.reason}`)
    process.exit(1)
  }
  console.log(
    `${relative(dirname(ROOT), PAGE_FOLDER)} is up to date (${((performance.now() - begun) / 1_000).toFixed(1)} s)`,
  )
}
