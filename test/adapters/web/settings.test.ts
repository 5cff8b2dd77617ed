import { readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest"
import { smallWorld } from "../../simulator/mod.ts"
import { BROWSER_TEST_MS, describeInBrowser } from "../../support/browser.ts"
import { becomes, gone, opened } from "../../support/page_steps.ts"
import { type PageWorld, pageWorld } from "../../support/page_world.ts"
import { signedInConfig } from "../../support/signed_in_config.ts"

/** Attic by http, and Shed by an https address alone, whose certificate nobody vouches for. */
function withoutTrust() {
  const world = smallWorld({ connections: "live" })
  const shed = world.servers[1]
  if (shed !== undefined) shed.connections = [{ kind: "https", local: true }]
  return world
}

describeInBrowser("the settings", () => {
  vi.setConfig({ testTimeout: 2 * BROWSER_TEST_MS })
  let world: PageWorld
  beforeAll(async () => {
    world = await pageWorld({
      config: signedInConfig,
      world: withoutTrust(),
      env: { NODE_EXTRA_CA_CERTS: "" },
    })
  }, 180_000)
  afterAll(() => world?.close())
  afterEach(() => expect(world.complaints.splice(0)).toEqual([]))

  const saved = () => readFileSync(join(world.folder, "config.yaml"), "utf8")

  it("what is changed is saved together, taken back before, and survives a restart; keys are known by their end", async () => {
    const page = await world.enteredPage()
    await opened(page, `${world.address()}/settings/general`)
    await page.getByLabel("Instance name").fill("Den")
    await page.getByLabel("Log level").selectOption("WARNING")
    await page.getByText("2 changes").waitFor()
    await page.getByText("was OnCue").waitFor()
    await page.getByLabel("Address for Plex").fill("192.168.1.10")
    await page
      .getByText(/^An address begins with http:\/\/ or https:\/\//)
      .first()
      .waitFor()
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true)
    await page.getByRole("button", { name: "Undo this change" }).nth(1).click()
    await page.getByText("2 changes").waitFor()

    // What would keep it from starting again is refused; the bar leads to the field, also where that is folded away.
    await page.getByText("Advanced").click()
    await page.getByLabel("Port").isDisabled()
    await page.getByText("Set at the start by --port; config.yaml has 6868.").waitFor()
    await page.getByLabel("Trusted proxies").fill("10.0.0.1, 300.1.1.1")
    await page
      .getByText(/^300.1.1.1 is neither an address nor a network/)
      .first()
      .waitFor()
    await page.getByText("Advanced").click()
    await page.getByLabel("Trusted proxies").waitFor({ state: "hidden" })
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true)
    await page.getByRole("button", { name: "Trusted proxies" }).click()
    await page.getByLabel("Trusted proxies").waitFor()
    await page.locator("textarea:focus").waitFor()
    await page.getByLabel("Trusted proxies").fill("")
    await page.getByLabel("Instance name").fill("")
    await page.getByText("A name is needed, of at most 100 characters").first().waitFor()
    await page.getByLabel("Instance name").fill("Den")

    // A way out asks first, and what was typed is still there.
    await page.getByRole("link", { name: "Library", exact: true }).first().click()
    const leave = page.getByRole("dialog", { name: "Leave without saving your changes?" })
    await leave.getByRole("button", { name: "Stay" }).click()
    await leave.waitFor({ state: "detached" })
    expect(new URL(page.url()).pathname).toBe("/settings/general")
    await page.getByText("2 changes").waitFor()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Saved")

    await page.getByText("What changed and when").click()
    const entry = page.getByRole("listitem").filter({ hasText: "at this page" }).first()
    await entry.getByText("OnCue → Den").waitFor()
    await entry.getByText("INFO → WARNING").waitFor()

    await gone(page, "/settings/providers")
    const gestdown = page.locator("section", { has: page.getByRole("heading", { name: /Gestdown/ }) })
    await gestdown.getByRole("button", { name: "Test", exact: true }).click()
    await gestdown.getByText(/^It answers, and needs no account \(\d+ ms\)$/).waitFor()
    await gestdown.getByText(/^Answered/).waitFor()
    const openSubtitles = page.locator("section", {
      has: page.getByRole("heading", { name: /OpenSubtitles/ }),
    })
    await openSubtitles.getByLabel("API key", { exact: true }).fill("made-up")
    await openSubtitles.getByText("Save first: the test asks with what is saved.").waitFor()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()
    await openSubtitles.getByText("Not asked yet").waitFor()
    await openSubtitles.getByRole("button", { name: "Test", exact: true }).click()
    await openSubtitles
      .getByText(/refuses the account or key/)
      .first()
      .waitFor()
    await openSubtitles.getByRole("button", { name: "Remove" }).click()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()

    await gone(page, "/settings/plex")
    await page.getByRole("button", { name: "Test all addresses now" }).click()
    await page
      .getByText(/^\d+ of \d+ address(es)? answered$/)
      .first()
      .waitFor()
    await page
      .getByText(/^local, http, \d+ ms$/)
      .first()
      .waitFor()

    await gone(page, "/settings/arr")
    const radarr = page.locator("section", {
      has: page.getByRole("heading", { name: "Radarr", exact: true }),
    })
    await radarr.getByRole("button", { name: "Add a Radarr" }).click()
    const [record] = [radarr.locator("[class*=record]")]
    const key = world.simulator.world.radarr[0]?.apiKey ?? ""
    // Nothing is red before somebody has typed; the bar says what is missing.
    await page
      .getByRole("status")
      .getByText(/An address begins with http:\/\//)
      .waitFor()
    expect(await record.locator("[aria-invalid=true]").count()).toBe(0)
    await record.getByRole("textbox", { name: "Address" }).fill(world.simulator.urls.radarr[0] ?? "")
    await record.getByLabel("API key", { exact: true }).fill(key)
    await record.getByRole("button", { name: "Test", exact: true }).click()
    await record.getByText(/^Radarr \d.*film/).waitFor()
    await record.getByRole("button", { name: "Add a path", exact: true }).click()
    await record.getByLabel("Their path 1").fill("/movies")
    await record.getByLabel("Here 1").fill("/mnt/uhd")
    await record.getByRole("button", { name: "Test", exact: true }).click()
    await record.getByText(/^\/movies\S* → \/mnt\/uhd/).waitFor()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()
    await world.restart()
    await page.reload()
    await record.getByText(`set, ends in …${key.slice(-2)}`).waitFor()
    expect(await record.getByRole("textbox", { name: "Name" }).isDisabled()).toBe(true)
    // Tested once more with the key that only the server knows now.
    await record.getByRole("button", { name: "Test", exact: true }).click()
    await record.getByText(/^Radarr \d.*film/).waitFor()
    await record.getByText(/^\/movies\S* → \/mnt\/uhd/).waitFor()
    expect(await record.getByLabel("Here 1").inputValue()).toBe("/mnt/uhd")
    expect(saved()).toContain("radarr-4k")
    // The configuration came with the first one's key as plain text; what is saved from the page is sealed.
    expect(saved().slice(saved().indexOf("radarr-4k"))).not.toContain(key)
    await record.getByRole("button", { name: "Remove", exact: true }).click()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()
    expect(saved()).not.toContain("radarr-4k")

    await gone(page, "/settings/general")
    expect(await page.getByLabel("Instance name").inputValue()).toBe("Den")
    expect(await page.getByLabel("Log level").inputValue()).toBe("WARNING")
    expect(saved()).toContain("instance_name: Den")
    await page.getByLabel("Log level").selectOption("INFO")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()
    await page.context().close()
  })

  it("an address that is pasted whole is taken apart, a wrong host is named, and a folder that is not here begins a mapping", async () => {
    const page = await world.enteredPage()
    await opened(page, `${world.address()}/settings/arr`)
    const sonarr = page.locator("section", {
      has: page.getByRole("heading", { name: "Sonarr", exact: true }),
    })
    const on = sonarr.getByRole("switch", { name: "Use Sonarr" })
    if (!(await on.isChecked())) await on.check({ force: true })
    const host = sonarr.getByRole("textbox", { name: "Host" })
    await host.fill("http://user@@bad host")
    await sonarr.getByText("A name or an IP address, such as 192.168.1.20 or sonarr").waitFor()
    await page.getByRole("button", { name: "Sonarr: Host" }).click()
    await host.fill("https://192.168.1.2:8990/sonarr/")
    await host.blur()
    await sonarr.getByText("Taken apart: host 192.168.1.2, port 8990, URL base /sonarr, https.").waitFor()
    expect(await host.inputValue()).toBe("192.168.1.2")
    expect(await sonarr.getByRole("textbox", { name: "Port" }).inputValue()).toBe("8990")
    expect(await sonarr.getByRole("textbox", { name: "URL base" }).inputValue()).toBe("/sonarr")
    expect(await sonarr.getByRole("switch", { name: "https" }).isChecked()).toBe(true)

    await host.fill(world.simulator.urls.sonarr[0] ?? "")
    await host.blur()
    await sonarr.getByRole("button", { name: "Replace" }).click()
    await sonarr.getByLabel("API key", { exact: true }).fill(world.simulator.world.sonarr[0]?.apiKey ?? "")
    await sonarr.getByRole("button", { name: "Test", exact: true }).click()
    await sonarr
      .getByText(/Say below what the folder is called here/)
      .first()
      .waitFor()
    await sonarr
      .getByRole("button", { name: /^Begin a mapping for/ })
      .first()
      .click()
    const theirs = await sonarr.getByRole("textbox", { name: "Their path 1" }).inputValue()
    expect(theirs).not.toBe("")
    await page
      .getByText(/Each line has two whole paths/)
      .first()
      .waitFor()
    await sonarr.getByRole("textbox", { name: "Here 1" }).fill(world.folder)
    await sonarr.getByRole("button", { name: "Test", exact: true }).click()
    await sonarr.getByText(`${theirs} → ${world.folder}`).first().waitFor()
    await page.getByRole("button", { name: "Discard" }).click()
    await page.context().close()
  })

  it("a sign-in that ends while something is changed costs nothing but the secrets", async () => {
    const page = await world.openPage()
    await page.goto(`${world.address()}/settings/general`)
    await page.getByRole("button", { name: "Set up OnCue" }).click()
    await page.getByLabel("Instance name").fill("Typed before")
    await page.getByText("1 change").waitFor()
    await page.context().clearCookies()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText(/^You were signed out/).waitFor()
    await page.getByRole("button", { name: "Set up OnCue" }).click()
    await page.getByText("1 change").waitFor()
    expect(await page.getByLabel("Instance name").inputValue()).toBe("Typed before")
    await page.getByRole("button", { name: "Discard" }).click()
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click()
    await page.getByRole("button", { name: "Set up OnCue" }).waitFor()
    expect(await page.getByText(/^You were signed out/).count()).toBe(0)
    await page.context().close()
  })

  it("an edit by hand that cannot be read is shown on Home with what to do, until it can", async () => {
    const page = await world.enteredPage()
    await opened(page, `${world.address()}/`)
    const good = saved()
    const file = join(world.folder, "config.yaml")
    writeFileSync(file, `${good}broken: [\n`)
    const notice = page.getByRole("listitem").filter({ hasText: "config.yaml cannot be read" })
    await notice.getByText(/It was edited, line \d+.*stay in force, and nothing can be saved/).waitFor()
    await page.getByRole("link", { name: "Needs you", exact: true }).waitFor()
    await notice.getByRole("link", { name: "Show the copies" }).click()
    await page.getByRole("heading", { name: "System", level: 1 }).waitFor()
    await gone(page, "/settings/general")
    await page.getByLabel("Instance name").fill("Not saved")
    await page.getByRole("button", { name: "Save" }).click()
    await page
      .getByRole("alert")
      .getByText(/Cannot save .*config\.yaml:\d+/)
      .waitFor()
    expect(saved()).toBe(`${good}broken: [\n`)
    await page.getByRole("button", { name: "Discard" }).click()
    await gone(page, "/")
    await notice.waitFor()
    writeFileSync(file, good)
    await notice.waitFor({ state: "detached" })
    await gone(page, "/activity?show=events")
    await page.getByText("config.yaml can be read again and is in force").first().waitFor()
    await page.context().close()
  })

  it("the webhook is added, tested and removed, and other programs' are left alone", async () => {
    const before = world.simulator.world.accounts[0]?.webhooks.length
    const page = await world.enteredPage()
    await opened(page, `${world.address()}/settings/general`)
    await page.getByLabel("Address for Plex").fill(world.address().replace("localhost", "127.0.0.1"))
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved").waitFor()
    await gone(page, "/settings/plex")
    await page.getByRole("button", { name: "Add the webhook" }).click()
    await page.getByText("Added", { exact: true }).waitFor()
    expect(world.simulator.world.accounts[0]?.webhooks.length).toBe((before ?? 0) + 1)
    await page.getByRole("button", { name: "Test", exact: true }).click()
    await page.getByText(/A test event came back/).waitFor()
    const hooks = page.locator("section", { hasText: "Webhook" }).last()
    await hooks.getByRole("button", { name: "Remove" }).click()
    const sure = page.getByRole("dialog", { name: "Remove the webhook?" })
    await sure.getByRole("button", { name: "Cancel" }).click()
    await page.getByText("Added", { exact: true }).waitFor()
    await hooks.getByRole("button", { name: "Remove" }).click()
    await sure.getByRole("button", { name: "Remove" }).click()
    await page.getByText("Not added.").waitFor()
    expect(await page.getByText(/A test event came back/).count()).toBe(0)
    expect(world.simulator.world.accounts[0]?.webhooks.length).toBe(before)
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
      await page.getByText("No notifications yet").waitFor()
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

  it("a configuration with an API key is migrated and rolled back from the page", async () => {
    const beside = await pageWorld({
      beside: world,
      config: ({ urls }) => {
        const pms = new URL(urls.pms[0] ?? "")
        return [
          "general: { use_plex: true }",
          "plex:",
          "  apikey: EXAMPLEaccountTOKEN01",
          `  ip: ${pms.hostname}`,
          `  port: ${pms.port}`,
          "  disable_auto_migration: true",
          "",
        ].join("\n")
      },
    })
    try {
      const page = await beside.enteredPage()
      await opened(page, `${beside.address()}/settings/plex`)
      const panel = page.locator("section", {
        has: page.getByRole("heading", { name: "Migration and rollback" }),
      })
      await panel.getByText(/signs in with an API key/).waitFor()
      await panel.getByRole("button", { name: "Show what would change" }).click()
      await panel.getByText("plex.auth_method").waitFor()
      await panel.getByRole("button", { name: "Migrate now" }).click()
      await page.getByRole("dialog").getByRole("button", { name: "Migrate now" }).click()
      await panel.getByText(/^Migrated from the API key to OAuth, with/).waitFor()
      await panel.getByRole("button", { name: "Roll back" }).click()
      await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click()
      await panel.getByRole("button", { name: "Migrate now" }).waitFor()
      expect(readFileSync(join(beside.folder, "config.yaml"), "utf8")).toContain("EXAMPLEaccountTOKEN01")
      await page.context().close()
    } finally {
      await beside.close()
    }
  })

  it("a profile of languages is for the libraries that are chosen", async () => {
    const page = await world.enteredPage()
    await opened(page, `${world.address()}/settings/languages`)
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

  it("a second server's certificate is accepted for it alone, and the server is used, made the primary one, and removed", async () => {
    const page = await world.enteredPage()
    await opened(page, `${world.address()}/setup/server`)
    const shed = page.locator("[class*=pick]", { has: page.getByRole("radio", { name: /^Shed/ }) })
    await page.getByRole("button", { name: "Test again" }).waitFor()
    expect(await shed.getByRole("radio").isDisabled()).toBe(true)
    await shed.getByRole("button", { name: "Accept this certificate" }).click()
    const dialog = page.getByRole("dialog")
    const fingerprint = (await dialog.locator("code").textContent()) ?? ""
    expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    await dialog.getByRole("button", { name: "Accept this certificate" }).click()
    await becomes(() => saved().includes(fingerprint), true)
    await becomes(() => shed.getByRole("radio").isDisabled(), false)
    await shed.getByText("in use").waitFor()

    await page.getByRole("button", { name: "Use Attic as well" }).click()
    await becomes(() => page.getByText("in use").count(), 2)
    await gone(page, "/settings/plex")
    const server = (name: RegExp) =>
      page.locator("section", { has: page.getByRole("heading", { name, level: 2 }) })
    await server(/^Shed/)
      .getByText(/reached: local/)
      .waitFor()
    await server(/^Attic/)
      .getByRole("button", { name: "Make primary" })
      .click()
    await server(/^Attic/)
      .getByText("primary", { exact: true })
      .waitFor()
    await gone(page, "/library")
    await page.getByRole("heading", { name: "Shed" }).waitFor()
    await gone(page, "/settings/plex")
    await server(/^Shed/).getByRole("button", { name: "Remove" }).first().click()
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click()
    await becomes(() => server(/^Shed/).count(), 0)
    await becomes(() => saved().includes("Shed"), false)
    await page.context().close()
  })
})
