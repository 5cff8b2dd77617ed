import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest"
import { BROWSER_TEST_MS, describeInBrowser } from "../../support/browser.ts"
import { type PageWorld, pageWorld } from "../../support/page_world.ts"
import { API_KEY } from "../../support/server.ts"
import { signedInConfig } from "../../support/signed_in_config.ts"

describeInBrowser("the settings", () => {
  vi.setConfig({ testTimeout: 2 * BROWSER_TEST_MS })
  let world: PageWorld
  beforeAll(async () => {
    world = await pageWorld({ config: signedInConfig })
  }, 180_000)
  afterAll(() => world?.close())
  afterEach(() => expect(world.complaints.splice(0)).toEqual([]))

  const saved = () => readFileSync(join(world.folder, "config.yaml"), "utf8")

  it("a second Radarr is tested, saved beside the first, and known by the end of its key", async () => {
    const page = await world.enteredPage()
    await page.goto(`${world.address()}/settings/arr`)
    const radarr = page.locator("section", {
      has: page.getByRole("heading", { name: "Radarr", exact: true }),
    })
    await radarr.getByRole("button", { name: "Add a Radarr" }).click()
    const [record] = [radarr.locator("[class*=record]")]
    const key = world.simulator.world.radarr[0]?.apiKey ?? ""
    await page.getByText("An address begins with http:// or https://").waitFor()
    await record.getByRole("textbox", { name: "Address" }).fill(world.simulator.urls.radarr[0] ?? "")
    await record.getByLabel("API key", { exact: true }).fill(key)
    await record.getByRole("button", { name: "Test", exact: true }).click()
    await record.getByText(/^Radarr \d.*film/).waitFor()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()
    await world.restart()
    await page.reload()
    await record.getByText(`set, ends in …${key.slice(-2)}`).waitFor()
    expect(await record.getByRole("textbox", { name: "Name" }).isDisabled()).toBe(true)
    // Tested once more with the key that only the server knows now.
    await record.getByRole("button", { name: "Test", exact: true }).click()
    await record.getByText(/^Radarr \d.*film/).waitFor()
    expect(saved()).toContain("radarr-4k")
    // The configuration came with the first one's key as plain text; what is saved from the page is sealed.
    expect(saved().slice(saved().indexOf("radarr-4k"))).not.toContain(key)
    await record.getByRole("button", { name: "Remove" }).click()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()
    expect(saved()).not.toContain("radarr-4k")
    await page.context().close()
  })

  it("a notification is tried before it is saved, and its address is not shown again", async () => {
    const got: Array<string> = []
    const home = createServer((request, response) => {
      let body = ""
      request.on("data", (part) => {
        body += part
      })
      request.on("end", () => {
        got.push(body)
        response.end("ok")
      })
    }).listen(0, "127.0.0.1")
    const page = await world.enteredPage()
    try {
      await page.goto(`${world.address()}/settings/notifications`)
      await page.getByText("Nobody is told").waitFor()
      await page.getByRole("button", { name: "Add a notification" }).click()
      await page.getByLabel("Kind").selectOption("Webhook")
      await page.getByLabel("Name").fill("home")
      await page
        .getByLabel("Address", { exact: true })
        .fill(`http://127.0.0.1:${(home.address() as AddressInfo).port}/hook-1234`)
      await page.getByRole("button", { name: "Send a test" }).click()
      await page.getByText("Sent. Has it arrived?").waitFor()
      expect(got[0]).toContain("This is a test")
      await page.getByRole("button", { name: "Save" }).click()
      await page.getByText("Saved").waitFor()
      expect(saved()).not.toContain("hook-1234")
      await page.reload()
      await page.getByText("set", { exact: true }).waitFor()
      await page.getByRole("button", { name: "Send a test" }).click()
      await page.getByText("Sent. Has it arrived?").waitFor()
      expect(got.length).toBe(2)
    } finally {
      home.close()
      await page.context().close()
    }
  })

  it("a profile of languages is for the libraries that are chosen", async () => {
    const page = await world.enteredPage()
    await page.goto(`${world.address()}/settings/languages`)
    await page.getByRole("button", { name: "Add a profile" }).click()
    const second = page.locator("section").last()
    await second.getByLabel("Add a language").selectOption({ label: "German" })
    await second.getByRole("checkbox", { name: "TV Shows" }).check()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()
    await page.reload()
    expect(await second.getByRole("checkbox", { name: "TV Shows" }).isChecked()).toBe(true)
    expect(saved()).toMatch(/libraries: *\n? *(?:\[ *|- )["']?c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00\/2/)
    await page.context().close()
  })

  it("a second server is used beside the first, made the primary one, and removed", async () => {
    const page = await world.enteredPage()
    await page.goto(`${world.address()}/setup/server`)
    await page.getByRole("button", { name: "Use Shed as well" }).click()
    await expect.poll(() => page.getByText("in use").count(), { timeout: 30_000 }).toBe(2)
    await page.goto(`${world.address()}/settings/plex`)
    const shed = page.locator("section", { has: page.getByRole("heading", { name: /^Shed/ }) })
    await shed.getByText(/reached: local/).waitFor()
    await shed.getByRole("button", { name: "Make it the primary one" }).click()
    await shed.getByText("primary", { exact: true }).waitFor()
    await page.goto(`${world.address()}/library`)
    await page.getByRole("heading", { name: "Shed" }).waitFor()
    await page.goto(`${world.address()}/settings/plex`)
    await shed.getByRole("button", { name: "Remove" }).first().click()
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click()
    await expect.poll(() => shed.count()).toBe(0)
    expect(saved()).not.toContain("Shed")
    await page.context().close()
  })

  it("a subtitle is refused in its story, another is searched, and the refusal is taken back", async () => {
    const page = await world.enteredPage()
    await world.simulator.play({
      item: "1003",
      urls: [`${world.address()}/api/webhooks/plex?apikey=${API_KEY}`],
    })
    await page.goto(`${world.address()}/activity`)
    await page
      .getByRole("link", { name: /Big Buck Bunny/ })
      .first()
      .click()
    await page.getByRole("button", { name: "Not this one" }).first().click()
    const before = page.url()
    await page.getByRole("dialog").getByRole("button", { name: "Not this one" }).click()
    await page.waitForURL((url) => url.pathname.startsWith("/activity/") && url.toString() !== before)
    await page.getByText(/not to be taken again/).click()
    await page.getByRole("button", { name: "Allow it again" }).click()
    await expect.poll(() => page.getByText(/not to be taken again/).count()).toBe(0)
    await page.context().close()
  })
})
