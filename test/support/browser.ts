import { createHash } from "node:crypto"
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Browser, chromium } from "playwright-core"
import { describe } from "vitest"
import { pageBuilder } from "../../app/build_page.ts"

/** Where Chromium usually is; ONCUE_CHROMIUM names another one. */
const PLACES = [
  process.env.ONCUE_CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
]
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

const executablePath = PLACES.find((path) => path !== "" && existsSync(path)) ?? null

/** Tests in a real browser; where there is none they are left out, loudly, unless ONCUE_REQUIRE_BROWSER=1. */
export function describeInBrowser(name: string, body: () => void): void {
  if (executablePath !== null) {
    describe(name, body)
    return
  }
  if (process.env.ONCUE_REQUIRE_BROWSER === "1")
    throw new Error("There is no Chromium, and ONCUE_REQUIRE_BROWSER=1")
  console.warn(
    `\n*** SKIPPED, since no Chromium is installed: ${name} (install it, or set ONCUE_CHROMIUM) ***\n`,
  )
  describe.skip(name, body)
}

/** Longest test in a browser, in milliseconds, on a machine that does other things as well. */
export const BROWSER_TEST_MS = 90_000

/** How long, in milliseconds, another process may take to build the page. */
const BUILD_WAIT_MS = 120_000
const lock = join(
  tmpdir(),
  `oncue-page-${createHash("sha256")
    .update(fileURLToPath(import.meta.url))
    .digest("hex")
    .slice(0, 12)}.lock`,
)

/** Builds the page unless it is up to date; of several test files at once one builds and the others wait. */
export async function builtPage(): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    try {
      mkdirSync(lock)
      break
    } catch {
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
      if (Date.now() - since > BUILD_WAIT_MS || waitedMs > BUILD_WAIT_MS)
        rmSync(lock, { recursive: true, force: true })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  try {
    const state = await pageBuilder().ensure()
    if (state._tag === "Failed") throw new Error(state.reason)
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** A browser with a profile of its own. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ ...(executablePath === null ? {} : { executablePath }), args: FLAGS })
}
