import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { BrowserContextOptions, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest"
import { smallWorld } from "../../simulator/mod.ts"
import type { StockedSubtitle } from "../../simulator/world/stock.ts"
import { BROWSER_TEST_MS, describeInBrowser } from "../../support/browser.ts"
import { becomes, gone, opened, surplusWidth } from "../../support/page_steps.ts"
import { type PageWorld, PHONE, pageWorld } from "../../support/page_world.ts"
import { API_KEY, configurationFor } from "../../support/server.ts"

const FILE = "/data/media/movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mp4"

const bunny = (id: number, more: Partial<StockedSubtitle> = {}): StockedSubtitle => ({
  id,
  kind: "movie",
  title: "Big Buck Bunny",
  year: 2008,
  imdbId: "tt1254207",
  tmdbId: 10_378,
  providers: ["subdl"],
  language: "de",
  release: "Big.Buck.Bunny.2008.720p.HDTV.x264-OTHER",
  text: `1\n00:00:01,000 --> 00:00:03,000\nNummer ${id}\n`,
  ...more,
})

const clock = (ms: number) => new Date(Math.round(ms)).toISOString().slice(11, 23).replace(".", ",")

/** Lines every four seconds of a film of 888 s, as they are in a version that runs at 25 frames a second and not at 24. */
const PAL: StockedSubtitle = {
  id: 210,
  kind: "movie",
  title: "Sintel",
  year: 2010,
  imdbId: "tt1727587",
  tmdbId: 45_745,
  providers: ["openSubtitles"],
  language: "it",
  release: "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
  fps: 25,
  text: Array.from({ length: 200 }, (_, n) => {
    const startMs = ((n + 1) * 4_000 * 24) / 25
    return `${n + 1}\n${clock(startMs)} --> ${clock(startMs + 900)}\nBattuta ${n}\n`
  }).join("\n"),
}

/** The title of a film. */
const LONG_WORD = `Donau${"dampfschifffahrt".repeat(6)}`

describeInBrowser("a story", () => {
  vi.setConfig({ testTimeout: 2 * BROWSER_TEST_MS })
  let world: PageWorld
  beforeAll(async () => {
    const outside = smallWorld({ connections: "live" })
    for (const library of outside.servers[0]?.libraries ?? [])
      for (const item of [...library.items.values()].flat())
        if (item.ratingKey === "7002") item.title = LONG_WORD
    outside.stock.push(PAL, bunny(201), bunny(202, { downloads: 3 }))
    world = await pageWorld({
      world: outside,
      config: (simulator) =>
        configurationFor(
          simulator,
          [
            "  set_movie_added: true",
            "subdl: { api_key: EXAMPLEsubdlKEY }",
            "oncue:",
            "  event_stream: false",
            "  plex_search: false",
            "  opensubtitles_api_key: EXAMPLEopensubtitlesKEY",
            "  languages: [{ name: all, languages: [{ language: de }, { language: it }] }]",
          ].join("\n"),
        ),
    })
  }, 180_000)
  afterAll(() => world?.close())
  afterEach(() => expect(world.complaints.splice(0)).toEqual([]))

  const beside = (item: string, name: string) =>
    readFileSync(join(dirname(world.simulator.pathOf(item)), name), "utf8")
  const german = () => beside("1003", "Big Buck Bunny (2008).de.srt")
  const italian = () => beside("1001", "Sintel (2010) [Bluray-1080p].it.srt")

  /** Plays something, and opens its story once that is over. */
  async function played(item: string, title: RegExp, on?: BrowserContextOptions): Promise<Page> {
    const page = await world.enteredPage(on)
    await world.simulator.play({
      item,
      urls: [`${world.address()}/api/webhooks/plex?apikey=${API_KEY}`],
      via: "webhook",
    })
    await opened(page, `${world.address()}/activity`)
    await page.getByRole("link", { name: title }).first().click()
    await page.getByRole("heading", { name: title, level: 1 }).waitFor()
    await page.getByText("Done", { exact: true }).waitFor()
    await page.getByRole("heading", { name: "Its subtitles" }).waitFor()
    return page
  }

  it("has the undo of the added date, which gives the film its place back", async () => {
    const { addedAt } = world.simulator.item("1003")
    const page = await played("1003", /Big Buck Bunny/)
    expect(world.simulator.item("1003").addedAt).toBeGreaterThan(addedAt)
    await page.getByRole("button", { name: "Undo added date" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Undo added date" }).click()
    await page.getByText(/^Added date is .* again\.$/).waitFor()
    expect(world.simulator.item("1003").addedAt).toBe(addedAt)
    // It is the last word of the story, also for whoever comes later.
    await page.reload()
    await page
      .locator("ol > li")
      .last()
      .getByText(/^set back to /)
      .waitFor()
    await page.getByText(/^Added date is .* again\.$/).waitFor()
    expect(await page.getByRole("button", { name: "Undo added date" }).count()).toBe(0)
    await page.context().close()
  })

  it("searches again at once, and keeps each run apart", async () => {
    const page = await played("1003", /Big Buck Bunny/)
    await page.getByText(/^Plex webhook, playback$/).waitFor()
    expect(await page.getByText("First run").count()).toBe(0)
    const held = Promise.withResolvers<void>()
    await page.route("**/retry", (route) => held.promise.then(() => route.continue()))
    await page.getByRole("button", { name: "Search again" }).click()
    await page.locator("main header").getByText("Searching").waitFor()
    held.resolve()
    const second = page.locator("section", { has: page.getByRole("heading", { name: "Run 2" }) })
    await second.getByText("Asked for once more").waitFor()
    await page.getByText("Done", { exact: true }).waitFor()
    await second.getByText(/took \d/).waitFor()
    const first = page.getByRole("group").filter({ hasText: "First run" })
    expect(await first.getByText(/owner_user plays/).isVisible()).toBe(false)
    await first.getByText("First run").click()
    await first.getByText(/^Plex's webhook · owner_user plays/).waitFor()
    await page.context().close()
  })

  it("that is not there says so, and leads back", async () => {
    const page = await world.enteredPage()
    await opened(page, `${world.address()}/activity/999999`)
    await page.getByRole("heading", { name: "There is no entry 999999", level: 1 }).waitFor()
    await page.getByRole("link", { name: "Go to Activity" }).click()
    await page.getByRole("heading", { name: "Activity", level: 1 }).waitFor()
    await page.context().close()
  })

  it("looks for a better one and goes back to the one before, for good", async () => {
    const page = await played("1003", /Big Buck Bunny/)
    const before = german()
    world.simulator.world.stock.push(
      bunny(203, {
        providers: ["openSubtitles"],
        release: "Big.Buck.Bunny.2008.1080p.BluRay.x264-EXAMPLE",
        madeFor: [FILE],
      }),
    )
    expect(await page.getByRole("button", { name: "Back to the one before" }).count()).toBe(0)
    await page.getByRole("button", { name: "Look for a better one" }).click()
    await page.getByText(/takes the place of/).waitFor()
    expect(german()).toContain("Nummer 203")
    await page.getByRole("button", { name: "Back to the one before" }).click()
    await page.getByText(/not to be taken again/).waitFor()
    expect(german()).toBe(before)
    expect(await page.getByRole("button", { name: "Back to the one before" }).count()).toBe(0)
    await page.context().close()
  })

  it("has “not this one”, after which another is searched, and takes the refusal back", async () => {
    const page = await played("1003", /Big Buck Bunny/)
    const before = page.url()
    await page.getByRole("button", { name: "Not this one" }).first().click()
    await page.getByRole("dialog").getByRole("button", { name: "Not this one" }).click()
    await page.waitForURL((url) => url.pathname.startsWith("/activity/") && url.toString() !== before)
    await page.getByText(/^2 not to be taken again/).click()
    await page.getByRole("button", { name: "Allow it again" }).first().click()
    await page.getByText(/^1 not to be taken again/).waitFor()
    await page.getByRole("button", { name: "Allow it again" }).click()
    await becomes(() => page.getByText(/not to be taken again/).count(), 0)
    await page.context().close()
  })

  it("offers to mend the timing, moves it by hand, checks it, and puts the original back", async () => {
    const page = await played("1001", /Sintel/)
    const original = italian()
    const ours = page.getByRole("listitem").filter({ hasText: /^Italian/ })
    const first = (text: string) => /^\d\d:\d\d:\d\d,\d{3}/m.exec(text)?.[0]
    await ours.getByText("it is for 25 frames a second, and the file has 24").first().waitFor()
    await ours.getByRole("button", { name: "Fix the timing" }).click()
    await ours.getByText("Its times were moved: 4.2 % longer.").waitFor()
    expect(first(italian())).toBe("00:00:04,000")

    await ours.getByText("Move it by hand").click()
    await ours.getByLabel("Seconds").fill("a lot")
    await ours.getByText("A number of seconds from -1800 to 1800").waitFor()
    expect(await ours.getByRole("button", { name: "Move the times" }).isDisabled()).toBe(true)
    await ours.getByLabel("Seconds").fill("-1,5")
    await ours.getByRole("button", { name: "Move the times" }).click()
    await ours.getByText("Its times were moved: 4.2 % longer, 1.5 s earlier.").waitFor()
    expect(first(italian())).toBe("00:00:02,500")

    await ours.getByRole("button", { name: "Put the original back" }).click()
    await ours.getByRole("button", { name: "Check the timing" }).waitFor()
    expect(italian()).toBe(original)

    await ours.getByLabel("Speed").selectOption({ label: "By a ratio of my own" })
    await ours.getByLabel("Ratio").fill("9")
    await ours.getByText("A number from 0.75 to 1.35").waitFor()
    await ours.getByLabel("Ratio").fill("1.25")
    await ours.getByRole("button", { name: "Move the times" }).click()
    await ours.getByText("Its times were moved: 25 % longer.").waitFor()
    expect(first(italian())).toBe("00:00:04,800")
    await ours.getByRole("button", { name: "Put the original back" }).click()
    await ours.getByRole("button", { name: "Check the timing" }).click()
    await ours.getByText("Nothing seems wrong with its timing.").waitFor()
    expect(italian()).toBe(original)
    await page.context().close()
  })

  it("and everything else stands on a phone with a word that is wider than it", async () => {
    const { machineIdentifier } = world.simulator.world.servers[0]!
    const page = await world.enteredPage(PHONE)
    await world.simulator.play({
      item: "7002",
      urls: [`${world.address()}/api/webhooks/plex?apikey=${API_KEY}`],
      via: "webhook",
    })
    await opened(page, `${world.address()}/`)
    for (const path of ["/activity", `/library/${machineIdentifier}/1?kind=movie`, "/"]) {
      await gone(page, path)
      await page.getByText(LONG_WORD).first().waitFor()
      expect([path, await surplusWidth(page)]).toEqual([path, 0])
    }
    await gone(page, "/activity")
    await page.getByRole("link", { name: LONG_WORD }).click()
    await page.getByRole("heading", { name: LONG_WORD, level: 1 }).waitFor()
    expect(await surplusWidth(page)).toBe(0)
    await page.context().close()
  })
})
