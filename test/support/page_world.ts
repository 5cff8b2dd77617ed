import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { readConfig } from "../../app/config.ts"
import { startServer } from "../../app/startup.ts"
import { type Simulator, startSimulator } from "../simulator/mod.ts"
import { builtPage, openBrowser } from "./browser.ts"

/** The real server before a simulated outside, and a browser before both. */
export interface PageWorld {
  readonly simulator: Simulator
  readonly browser: Browser
  readonly folder: string
  /** `http://localhost:…`, as somebody at the machine opens it. */
  readonly address: () => string
  /** The one-time code that was printed last. */
  readonly code: () => string
  /** A page that is not signed in. What the browser complains of is gathered in `complaints`. */
  readonly openPage: (options?: BrowserContextOptions) => Promise<Page>
  /** A page that came in at the machine. */
  readonly enteredPage: (options?: BrowserContextOptions) => Promise<Page>
  readonly complaints: Array<string>
  /** Stops the server and starts it again; `meanwhile` has its folder for itself. */
  readonly restart: (meanwhile?: () => void) => Promise<void>
  readonly close: () => Promise<void>
}

export const WIDE = { viewport: { width: 1280, height: 860 } } as const
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const
/** A click that leads nowhere fails after this many milliseconds. */
const ACTION_WAIT_MS = 30_000

export interface WorldOptions {
  /** The text of config.yaml before the first start. */
  readonly config?: (simulator: Simulator) => string
}

export async function pageWorld(options: WorldOptions = {}): Promise<PageWorld> {
  await builtPage()
  const simulator = await startSimulator()
  const browser = await openBrowser()
  const folder = mkdtempSync(join(tmpdir(), "oncue-page-world-"))
  if (options.config !== undefined)
    writeFileSync(join(folder, "config.yaml"), options.config(simulator), { mode: 0o600 })
  const complaints: Array<string> = []
  let code = ""
  let port = 0

  const start = async () => {
    const config = readConfig(
      ["--config", folder, "--host", "127.0.0.1", "--port", String(port)],
      simulator.env,
    )
    const server = await startServer(config, {
      terminal: (line) => {
        code = /one-time code is (\S+)/.exec(line)?.[1] ?? code
      },
    })
    if (server._tag === "Refused") throw new Error(server.reason)
    port = Number(new URL(server.address).port)
    return server
  }
  let server = await start()
  const address = () => `http://localhost:${port}`

  const openPage = async (context: BrowserContextOptions = {}) => {
    const opened = await browser.newContext({
      ...WIDE,
      colorScheme: "dark",
      reducedMotion: "reduce",
      ...context,
    })
    const page = await opened.newPage()
    page.setDefaultTimeout(ACTION_WAIT_MS)
    page.on("pageerror", (error) => complaints.push(`${error.message}\n${error.stack ?? ""}`))
    page.on("console", (message) => {
      // The browser itself writes a line for every answer that is no success; those are looked at where they matter.
      const isStatus = message.text().startsWith("Failed to load resource")
      if (message.type() === "error" && !isStatus) complaints.push(message.text())
    })
    return page
  }

  return {
    simulator,
    browser,
    folder,
    address,
    code: () => code,
    openPage,
    enteredPage: async (context) => {
      const page = await openPage(context)
      await page.goto(`${address()}/activity`)
      await page.getByRole("button", { name: "Set up OnCue" }).click()
      await page.getByRole("navigation", { name: "Main" }).waitFor()
      return page
    },
    complaints,
    restart: async (meanwhile) => {
      await server.stop()
      meanwhile?.()
      server = await start()
    },
    close: async () => {
      await browser.close()
      await server.stop()
      await simulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
