import { once } from "node:events"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { BROWSER_TEST_MS, describeInBrowser } from "../../support/browser.ts"
import { type PageWorld, pageWorld } from "../../support/page_world.ts"
import { API_KEY } from "../../support/server.ts"
import { signedInConfig } from "../../support/signed_in_config.ts"

/** A reverse proxy as people have: it passes everything on and says for whom. */
function reverseProxy(port: () => string) {
  return createServer((incoming, outgoing) => {
    const passed = request(
      {
        host: "127.0.0.1",
        port: port(),
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, "x-forwarded-for": "192.168.1.30", "x-forwarded-proto": "http" },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    passed.on("error", () => outgoing.destroy())
    outgoing.on("close", () => passed.destroy())
    incoming.pipe(passed)
  }).listen(0, "127.0.0.1")
}

describeInBrowser("the page under a base path, behind a reverse proxy", () => {
  vi.setConfig({ testTimeout: BROWSER_TEST_MS })
  let world: PageWorld
  let proxy: ReturnType<typeof reverseProxy>
  beforeAll(async () => {
    world = await pageWorld({
      config: (simulator) => signedInConfig(simulator).replace("general: {", "general: { base_url: /oncue,"),
    })
    proxy = reverseProxy(() => new URL(world.address()).port)
    await once(proxy, "listening")
  }, 180_000)
  afterAll(async () => {
    proxy?.closeAllConnections()
    proxy?.close()
    await world?.close()
  })

  it("opens, is entered with the code, shows what happens live, and survives a reload of every view", async () => {
    const outside = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/oncue`
    const page = await world.openPage()
    const paths = new Set<string>()
    page.on("request", (one) => paths.add(new URL(one.url()).pathname))
    await page.goto(`${outside}/activity`)
    // Whoever comes through a proxy is never taken for somebody at the machine.
    await page.getByLabel("One-time code").fill(world.code())
    await page.getByRole("button", { name: "Continue" }).click()
    await page.getByRole("heading", { name: "Activity", level: 1 }).waitFor()
    await world.simulator.play({
      item: "2013",
      urls: [`${world.address()}/oncue/api/webhooks/plex?apikey=${API_KEY}`],
    })
    await page
      .getByRole("link", { name: /Slack Water|The Harbor Line/ })
      .first()
      .click()
    await page.getByText("Heard", { exact: true }).first().waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/oncue\/activity\/\d+$/)
    for (const view of ["settings/general", "system/logs", "library"]) {
      await page.goto(`${outside}/${view}`)
      await page.reload()
      await page.getByRole("heading", { level: 1 }).first().waitFor()
    }
    const posters = page.locator("img[src*='/api/plex/poster/']")
    await page.goto(`${outside}/`)
    await posters.first().waitFor()
    expect(
      await posters.first().evaluate((img: any) => img.decode().then(() => img.naturalWidth)),
    ).toBeGreaterThan(0)
    expect([...paths].filter((path) => !path.startsWith("/oncue"))).toEqual([])
    expect(world.complaints).toEqual([])
    await page.context().close()
  })
})
