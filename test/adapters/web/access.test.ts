import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest"
import { BROWSER_TEST_MS, describeInBrowser } from "../../support/browser.ts"
import { type PageWorld, pageWorld } from "../../support/page_world.ts"

/** Largest first load, in bytes as they travel. */
const FIRST_LOAD_BYTES_MAX = 200_000

describeInBrowser("the page's access", () => {
  vi.setConfig({ testTimeout: BROWSER_TEST_MS })
  let world: PageWorld
  beforeAll(async () => {
    world = await pageWorld()
  }, 180_000)
  afterAll(() => world?.close())
  afterEach(() => expect(world.complaints.splice(0)).toEqual([]))

  it("somebody at the machine comes in, stays in after a reload, and goes out again", async () => {
    const page = await world.openPage()
    await page.goto(`${world.address()}/activity`)
    await page.getByRole("heading", { name: "Welcome to OnCue" }).waitFor()
    await page.getByRole("button", { name: "Set up OnCue" }).click()
    await page.getByRole("heading", { name: "Activity", level: 1 }).waitFor()
    await page.reload()
    await page.getByRole("heading", { name: "Activity", level: 1 }).waitFor()
    await world.restart()
    await page.reload()
    await page.getByRole("heading", { name: "Activity", level: 1 }).waitFor()
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByRole("heading", { name: "Welcome to OnCue" }).waitFor()
    await page.context().close()
  })

  it("the printed code lets a browser in from elsewhere, and a wrong one says why not", async () => {
    const page = await world.openPage({ extraHTTPHeaders: { "x-forwarded-for": "192.168.1.30" } })
    await page.goto(world.address())
    await page.getByLabel("One-time code").fill("AAAAA-AAAAA")
    await page.getByRole("button", { name: "Continue" }).click()
    await page.getByRole("alert").getByText("This is not the code that was printed last").waitFor()
    await page.getByLabel("One-time code").fill(world.code().toLowerCase())
    await page.getByRole("button", { name: "Continue" }).click()
    await page.getByRole("navigation", { name: "Main" }).waitFor()
    await page.context().close()
  })

  it("the first load is small, asks nobody but this server, and runs under the strict policy", async () => {
    const page = await world.enteredPage()
    let bytes = 0
    const hosts = new Set<string>()
    page.on("request", (request) => hosts.add(new URL(request.url()).host))
    const session = await page.context().newCDPSession(page)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", { cacheDisabled: true })
    session.on("Network.loadingFinished", (finished) => {
      bytes += finished.encodedDataLength
    })
    await page.goto(world.address())
    await page.getByRole("heading", { level: 1 }).waitFor()
    await page.waitForTimeout(500)
    expect([...hosts]).toEqual([new URL(world.address()).host])
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX)
    await page.context().close()
  })

  // The last one, since nobody else comes in with a code from this machine for a while.
  it("after too many wrong codes it says at once how long to wait, counts down, and takes none until then", async () => {
    // The code of the start before was used.
    await world.restart()
    const page = await world.openPage({ extraHTTPHeaders: { "x-forwarded-for": "192.168.1.31" } })
    await page.goto(world.address())
    const field = page.getByLabel("One-time code")
    for (let n = 0; n < 5; n++) {
      await field.fill(`AAAAA-AAAA${n}`)
      const answered = page.waitForResponse((one) => one.url().endsWith("/api/access/code"))
      await page.getByRole("button", { name: "Continue" }).click()
      await answered
    }
    const timer = page.getByRole("timer")
    const first = (await timer.textContent()) ?? ""
    expect(first).toMatch(/^Too many attempts from this device\. Try again in 1[45]:\d\d\.$/)
    expect(await field.isDisabled()).toBe(true)
    expect(await page.getByRole("alert").count()).toBe(0)
    await expect.poll(() => timer.textContent(), { timeout: 10_000 }).not.toBe(first)
    await page.context().close()
  })
})
