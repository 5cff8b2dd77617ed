import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { type Simulator, startSimulator, type World } from "../simulator/mod.ts"
import { builtPage, openBrowser } from "./browser.ts"
import { spawnServer } from "./server_process.ts"

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
  /** A page of a browser that came in at the machine. It is at no address yet. */
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
  /** Done to the configuration folder before the first start. */
  readonly prepare?: (folder: string, simulator: Simulator) => Promise<void>
  /** What is outside; default the small world. */
  readonly world?: World
  /** A world whose browser and outside are used as well; closing this one leaves them. */
  readonly beside?: PageWorld
  /** Further variables of the server's environment. */
  readonly env?: Record<string, string>
}

/** The session of a browser at the machine, made without the page so that it costs no load of it. */
async function sessionAt(address: string) {
  const answer = await fetch(`${address}/api/access/first`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: address },
    body: "{}",
  })
  const cookies = answer.headers.getSetCookie().map((line) => {
    const [name = "", ...value] = (line.split(";")[0] ?? "").split("=")
    return { name, value: value.join("="), url: address, httpOnly: true, sameSite: "Lax" as const }
  })
  if (cookies.length === 0)
    throw new Error(`No way in at the machine: ${answer.status} ${await answer.text()}`)
  return cookies
}

/**
 * A process of its own for the server, as people run it: so a test file loads the tests and not the whole server, and a
 * restart is a real one.
 */
export async function pageWorld(options: WorldOptions = {}): Promise<PageWorld> {
  await builtPage()
  const simulator =
    options.beside?.simulator ??
    (await startSimulator(options.world === undefined ? {} : { world: options.world }))
  const browser = options.beside?.browser ?? (await openBrowser())
  const folder = mkdtempSync(join(tmpdir(), "oncue-page-world-"))
  if (options.config !== undefined)
    writeFileSync(join(folder, "config.yaml"), options.config(simulator), { mode: 0o600 })
  await options.prepare?.(folder, simulator)
  const complaints: Array<string> = []
  let port = 0
  let session: Awaited<ReturnType<typeof sessionAt>> | null = null

  const start = async () => {
    const started = await spawnServer(folder, simulator, {
      port,
      ...(options.env === undefined ? {} : { env: options.env }),
    })
    port = Number(new URL(started.address).port)
    return started
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
    code: () => /one-time code is (\S+)/.exec(server.output())?.[1] ?? "",
    openPage,
    enteredPage: async (context) => {
      session ??= await sessionAt(address())
      const page = await openPage(context)
      await page.context().addCookies(session)
      return page
    },
    complaints,
    restart: async (meanwhile) => {
      await server.stop()
      meanwhile?.()
      server = await start()
    },
    close: async () => {
      if (options.beside === undefined) await browser.close()
      await server.stop()
      if (options.beside === undefined) await simulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
