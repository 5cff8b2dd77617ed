import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest"
import type { Simulator } from "../../simulator/mod.ts"
import { makeBazarrDatabase, PROFILES } from "../../support/bazarr_files.ts"
import { BROWSER_TEST_MS, describeInBrowser } from "../../support/browser.ts"
import { becomes } from "../../support/page_steps.ts"
import { type PageWorld, PHONE, pageWorld } from "../../support/page_world.ts"

/** A film without subtitles, for which Plex's own search knows one. */
const FILM = { key: "1003", title: "Big Buck Bunny" }

async function lastCode(world: PageWorld): Promise<string> {
  return String(world.simulator.pins().at(-1)?.code)
}

/** A Bazarr that is signed in to the simulated Plex, brought along by the command for it. */
async function importBazarr(folder: string, simulator: Simulator): Promise<void> {
  const from = mkdtempSync(join(tmpdir(), "oncue-bazarr-"))
  try {
    const sample = new URL("../../samples/config/gen4-oauth-multi-library.yaml", import.meta.url)
    const sonarr = new URL(simulator.urls.sonarr[0] ?? "")
    const text = readFileSync(sample, "utf8")
      .replaceAll(/https:\/\/[\w.-]+plex\.direct:\d+/g, simulator.urls.pms[0] ?? "")
      .replace("  use_plex: true", "  use_plex: true\n  use_sonarr: true")
      .replace("  - TV Shows\n  - アニメ\n", "  - アニメ\n")
      .replace("  - '2'\n", "")
    const arr = `{ ip: ${sonarr.hostname}, port: ${sonarr.port}, base_url: '${sonarr.pathname}', ssl: false, apikey: '${simulator.world.sonarr[0]?.apiKey}' }`
    writeFileSync(join(from, "config.yaml"), `${text}sonarr: ${arr}\n`)
    makeBazarrDatabase(join(from, "bazarr.db"), PROFILES)
    const main = fileURLToPath(new URL("../../../app/cli/main.ts", import.meta.url))
    await promisify(execFile)(process.execPath, [main, "import", from, "--config", folder], {
      env: { ...process.env, ...simulator.env },
    })
  } finally {
    rmSync(from, { recursive: true, force: true })
  }
}

const step = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor()
const next = (page: Page) => page.getByRole("button", { name: "Continue" }).click()

describeInBrowser("the setup wizard", () => {
  vi.setConfig({ testTimeout: 2 * BROWSER_TEST_MS })
  let world: PageWorld
  beforeAll(async () => {
    world = await pageWorld()
  }, 180_000)
  afterAll(() => world?.close())
  afterEach(() => expect(world.complaints.splice(0)).toEqual([]))

  it("goes from nothing to the first subtitle", async () => {
    const page = await world.openPage()
    await page.goto(world.address())
    await page.getByRole("button", { name: "Set up OnCue" }).click()
    await step(page, "Sign in to Plex")

    // Nothing is said to be heard that cannot be.
    await page.goto(`${world.address()}/setup/try`)
    await page.getByText("Nobody is signed in to Plex").waitFor()
    expect(await page.getByText("Listening").count()).toBe(0)
    await page.getByRole("link", { name: "Sign in to Plex" }).click()
    await step(page, "Sign in to Plex")

    // By a window, which the page opens at the click and closes when it is done.
    const opened = page.waitForEvent("popup")
    await page.getByRole("button", { name: "Sign in with Plex" }).click()
    const popup = await opened
    await popup.waitForURL(/\/auth#\?/)
    await page.getByText("Waiting for your approval").waitFor()
    const closed = popup.waitForEvent("close")
    world.simulator.approvePin(await lastCode(world))
    await page.getByText("Signed in as owner_user").waitFor()
    await closed
    // What had the focus is gone; a keyboard goes on from what came in its place.
    expect(await page.evaluate("document.activeElement.textContent")).toContain("Signed in as owner_user")
    await next(page)

    await step(page, "Choose your server")
    expect(await page.evaluate("document.activeElement.tagName")).toBe("H1")
    await page.getByRole("button", { name: "Test again" }).waitFor()
    await page.getByText("local, http", { exact: true }).first().waitFor()
    await page
      .getByText(/http \S+:\d+: the connection was refused/)
      .first()
      .waitFor()
    expect(await page.getByRole("radio").count()).toBe(2)
    await page.getByRole("radio", { name: /Attic/ }).check()
    await next(page)

    await step(page, "Choose libraries")
    await page.getByRole("checkbox", { name: /^Movies 3 films/ }).check()
    await page.getByRole("checkbox", { name: /^TV Shows/ }).check()
    // What was ticked is not thrown away without a question.
    const question = page.getByRole("dialog", { name: "Leave without saving your changes?" })
    for (const leave of [
      () => page.getByRole("link", { name: "Leave setup" }).click(),
      () => page.evaluate("history.back()"),
    ]) {
      await leave()
      await question.getByRole("button", { name: "Stay" }).click()
      await question.waitFor({ state: "detached" })
      expect(await page.getByRole("checkbox", { name: /^TV Shows/ }).isChecked()).toBe(true)
    }
    await next(page)

    await step(page, "Connect Sonarr and Radarr")
    await page.getByRole("switch", { name: "Use Radarr" }).check({ force: true })
    const radarr = new URL(world.simulator.urls.radarr[0] ?? "")
    await page.getByText(/for example \/radarr behind/).waitFor()
    await page.getByRole("textbox", { name: "Port" }).fill("99999")
    await page.getByText("A whole number from 1 to 65535", { exact: true }).waitFor()
    await next(page)
    await page.getByRole("button", { name: "Radarr: Port" }).waitFor()
    await step(page, "Connect Sonarr and Radarr")
    expect(await page.getByText(/^was |Undo this change/).count()).toBe(0)
    await page.getByRole("link", { name: "Skip for now" }).click()
    await step(page, "Which subtitles do you want?")
    await page.getByRole("link", { name: "Back", exact: true }).click()
    await page.getByRole("switch", { name: "Use Radarr" }).check({ force: true })
    expect(await page.getByRole("textbox", { name: "Port" }).inputValue()).toBe("7878")
    await page.getByRole("textbox", { name: "Port" }).fill(radarr.port)
    await page.getByLabel("API key", { exact: true }).fill(world.simulator.world.radarr[0]?.apiKey ?? "")
    await page.getByRole("button", { name: "Test", exact: true }).click()
    await page.getByText(/^Radarr \d.*films?$/).waitFor()
    await next(page)

    await step(page, "Which subtitles do you want?")
    await page.getByLabel("Add a language").selectOption({ label: "English" })
    await next(page)

    await step(page, "How OnCue learns that something is played")
    await page.getByText("Connected (WebSocket)").waitFor()
    await page.getByRole("button", { name: "Add the webhook" }).click()
    // Nobody but the owner knows at which address Plex reaches this machine, since it is visited from itself.
    expect(await page.getByLabel("Address for Plex").inputValue()).toBe("")
    await page.getByLabel("Address for Plex").fill(world.address().replace("localhost", "127.0.0.1"))
    await page.getByRole("button", { name: "Save and add the webhook" }).click()
    await page.getByText(/^A test event came back within/).waitFor()
    await next(page)

    await step(page, "Play something in Plex now")
    await page.getByText("Listening").waitFor()
    await world.simulator.play({ item: FILM.key })
    await page.getByText("Heard", { exact: true }).waitFor()
    await page.getByText("Plex shows it", { exact: true }).waitFor({ timeout: 60_000 })
    expect(world.simulator.subtitlesListedBy(FILM.key).length).toBeGreaterThan(0)
    await page.getByRole("link", { name: "Follow the story" }).click()
    await page.getByRole("heading", { name: new RegExp(FILM.title), level: 1 }).waitFor()
    await page.getByText("Why this one").click()

    const saved = readFileSync(join(world.folder, "config.yaml"), "utf8")
    expect(saved).toContain("use_radarr: true")
    expect(saved).not.toContain(world.simulator.world.radarr[0]?.apiKey)
    await page.context().close()
  })

  it("what was set up survives a restart, and Home says that it works", async () => {
    await world.restart()
    const page = await world.openPage()
    await page.goto(world.address())
    // There is an owner now: the machine alone opens nothing any more.
    await page.getByRole("button", { name: "Sign in with Plex" }).click()
    await page.getByText("Waiting for your approval").waitFor()
    world.simulator.approvePin(await lastCode(world))
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor()
    await page.getByText(/^Working/).waitFor()
    await page.getByRole("link", { name: /^Attic · local/ }).waitFor()
    await page.getByText("stream connected").waitFor()
    await page
      .getByRole("link", { name: new RegExp(FILM.title) })
      .first()
      .waitFor()
    await page.context().close()
  })

  it("another account than the owner's stays outside", async () => {
    const page = await world.openPage()
    await page.goto(world.address())
    await page.getByRole("button", { name: "Sign in with Plex" }).click()
    await page.getByText("Waiting for your approval").waitFor()
    world.simulator.approvePin(await lastCode(world), "shared_user")
    await page.getByRole("alert").getByText("does not own this installation").waitFor()
    await page.context().close()
  })

  it("a window that the browser blocks leaves a link, and a code works without any", async () => {
    const other = await pageWorld({ beside: world })
    try {
      const page = await other.openPage()
      await page.addInitScript("window.open = () => null")
      await page.goto(other.address())
      await page.getByRole("button", { name: "Set up OnCue" }).click()
      await page.getByRole("button", { name: "Sign in with Plex" }).click()
      await page.getByText("Your browser did not open a window.").waitFor()
      await page.getByRole("link", { name: "Open plex.tv yourself" }).waitFor()
      await page.getByRole("button", { name: "Use a code on another device" }).click()
      await page.getByText("Open plex.tv/link on any device and enter").waitFor()
      const code = await lastCode(other)
      expect(code).toMatch(/^[A-Z0-9]{4}$/)
      await page.getByText(code, { exact: true }).waitFor()
      const picture = page.getByRole("img", { name: /QR code/ })
      const width = await picture.evaluate((img: any) => img.decode().then(() => img.naturalWidth))
      expect(width).toBeGreaterThan(20)
      // It ends at plex.tv: the page says so and offers to begin again.
      other.simulator.expirePin(code)
      await page.getByRole("alert").waitFor()
      await page.getByRole("button", { name: "Sign in with Plex" }).waitFor()
      expect(other.complaints).toEqual([])
    } finally {
      await other.close()
    }
  })

  it("a phone signs in in the same tab and comes back", async () => {
    const other = await pageWorld({ beside: world })
    try {
      const page = await other.openPage(PHONE)
      await page.goto(other.address())
      await page.getByRole("button", { name: "Set up OnCue" }).click()
      await page.getByRole("button", { name: "Sign in with Plex" }).click()
      await page.waitForURL(/\/auth#\?.*forwardUrl=/)
      const back = new URLSearchParams(new URL(page.url()).hash.replace("#?", "")).get("forwardUrl") ?? ""
      expect(back).toBe(`${other.address()}/setup/plex`)
      other.simulator.approvePin(await lastCode(other))
      await page.goto(back)
      await page.getByText("Signed in as owner_user").waitFor()
      expect(other.complaints).toEqual([])
    } finally {
      await other.close()
    }
  })

  it("what an imported Bazarr configuration says is there already", async () => {
    const other = await pageWorld({ beside: world, prepare: importBazarr })
    try {
      const page = await other.openPage()
      await page.goto(`${other.address()}/setup/plex`)
      // Bazarr's account owns the installation now.
      await page.getByRole("button", { name: "Sign in with Plex" }).click()
      await page.getByText("Waiting for your approval").waitFor()
      other.simulator.approvePin(await lastCode(other))
      await step(page, "Sign in to Plex")
      await page.getByText("Signed in as owner_user").waitFor()
      await next(page)
      await step(page, "Choose your server")
      await becomes(() => page.getByRole("radio", { name: /Attic/ }).isChecked(), true)
      await next(page)
      await step(page, "Choose libraries")
      const isChosen = (name: RegExp) => page.getByRole("checkbox", { name }).isChecked()
      await becomes(() => isChosen(/^Movies 3 films/), true)
      expect([await isChosen(/^Movies \(old agent\)/), await isChosen(/^TV Shows/)]).toEqual([true, false])
      await next(page)
      await step(page, "Connect Sonarr and Radarr")
      const sonarr = page.locator("section", { hasText: "Use Sonarr" })
      await becomes(() => page.getByRole("switch", { name: "Use Sonarr" }).isChecked(), true)
      const { port } = new URL(other.simulator.urls.sonarr[0] ?? "")
      expect(await sonarr.getByRole("textbox", { name: "Port" }).inputValue()).toBe(port)
      await sonarr.getByText(/set, ends in …/).waitFor()
      await sonarr.getByRole("button", { name: "Test", exact: true }).click()
      await sonarr.getByText(/^Sonarr \d/).waitFor()
      await next(page)
      await step(page, "Which subtitles do you want?")
      for (const language of ["Portuguese", "English"])
        await page.locator("li", { hasText: language }).first().waitFor()
      expect(other.complaints).toEqual([])
      await page.context().close()
    } finally {
      await other.close()
    }
  })
})
