import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"
import { expect } from "vitest"

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** Waits until a view has its title and nothing in it is still being filled. */
async function untilFilled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).first().waitFor()
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" })
}

/** Opens an address, as a reload would. */
export async function opened(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await untilFilled(page)
}

/** Goes to another view of the page that is open, as a click on a link would: without loading the page anew. */
export async function gone(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    const { history, requestAnimationFrame } = globalThis as any
    history.pushState(null, "", to)
    // The view changes with the next picture; until then the one before is still there.
    return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }, path)
  await untilFilled(page)
}

/** Makes axe ready. It is put in from outside, since the page itself runs no foreign script. */
export async function withAxe(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send("Page.setBypassCSP", { enabled: true })
  await page.evaluate(AXE)
}

/** What axe finds that keeps somebody out, and what is outside of every landmark; with `rules` only these are looked at. */
export async function seriousFindings(
  page: Page,
  rules: ReadonlyArray<string> | null = null,
): Promise<ReadonlyArray<string>> {
  const options = {
    resultTypes: ["violations"],
    ...(rules === null ? {} : { runOnly: { type: "rule", values: rules } }),
  }
  const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as any
  return found.violations
    .filter((one: any) => ["serious", "critical"].includes(one.impact) || one.id === "region")
    .map((one: any) => `${one.id}: ${one.nodes.map((node: any) => node.html).join(" | ")}`)
}

/** Adds up what moves by itself in every view that is loaded from now on. */
export const watchShifts = (page: Page) =>
  page.addInitScript(`
    window.shifted = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value
    }).observe({ type: "layout-shift", buffered: true })`)

/** How far what somebody looks at has moved by itself since the load: the Cumulative Layout Shift. */
export const shifted = (page: Page) =>
  page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(window.shifted))))",
  ) as Promise<number>

/** By how many pixels the view is wider than its window. */
export const surplusWidth = (page: Page) =>
  page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  ) as Promise<number>

/** Asks again until it is so. */
export const becomes = <A>(ask: () => A | Promise<A>, wanted: A) =>
  expect.poll(ask, { timeout: 30_000, interval: 50 }).toEqual(wanted)
