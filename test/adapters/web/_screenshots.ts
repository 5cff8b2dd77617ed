/**
 * `npm run screenshots`: every view in both colours, wide and on a phone, of the real server before a simulated outside,
 * into the ignored folder `screenshots/`. For looking at, not for comparing.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Page } from "playwright-core"
import { smallWorld, type World } from "../../simulator/mod.ts"
import type { StockedSubtitle } from "../../simulator/world/stock.ts"
import { type PageWorld, PHONE, pageWorld, WIDE } from "../../support/page_world.ts"
import { writePastMonth } from "../../support/past_month.ts"
import { API_KEY } from "../../support/server.ts"
import { signedInConfig } from "../../support/signed_in_config.ts"

const FOLDER = fileURLToPath(new URL("../../../screenshots", import.meta.url))
const VIEWS = {
  home: "/",
  activity: "/activity",
  story: "/activity/1",
  library: "/library",
  section: "/library/c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00/1?kind=movie",
  settings_general: "/settings/general",
  settings_plex: "/settings/plex",
  settings_arr: "/settings/arr",
  settings_languages: "/settings/languages",
  settings_providers: "/settings/providers",
  settings_subtitles: "/settings/subtitles",
  settings_notifications: "/settings/notifications",
  library_missing: "/library?missing=1",
  system_status: "/system/status",
  system_logs: "/system/logs",
  system_diagnostics: "/system/diagnostics",
  system_backups: "/system/backups",
  setup_plex: "/setup/plex",
  setup_server: "/setup/server",
  setup_libraries: "/setup/libraries",
  setup_arr: "/setup/arr",
  setup_languages: "/setup/languages",
  setup_hearing: "/setup/hearing",
  setup_try: "/setup/try",
} as const
/** How long, in milliseconds, a view may take to become quiet. */
const QUIET_MS = 6_000

async function quiet(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).first().waitFor()
  for (let waited = 0; waited < QUIET_MS; waited += 200) {
    const busy = await page.locator("[aria-busy=true], [role=status]").count()
    if (busy === 0 && waited > 600) return
    await page.waitForTimeout(200)
  }
}

const EMPTY_VIEWS = {
  home: "/",
  activity: "/activity",
  library: "/library",
  settings_plex: "/settings/plex",
  system_status: "/system/status",
}
/** Every address of every server is dead. */
const LOST_VIEWS = {
  home: "/",
  diagnostics: "/system/diagnostics",
  library: "/library",
  system_status: "/system/status",
  settings_plex: "/settings/plex",
  setup_server: "/setup/server",
}
/** plex.tv refuses the token, a provider has used its quota up, and config.yaml was edited into something else. */
const REJECTED_VIEWS = {
  diagnostics: "/system/diagnostics",
  home: "/",
  settings_providers: "/settings/providers",
  settings_plex: "/settings/plex",
  setup_plex: "/setup/plex",
  story: "/activity/1",
}
/** How long, in milliseconds, a server has been lost before Home says so, and a little more. */
const LOST_MS = 75_000

/** A subtitle of a film of the small world that one provider alone has. */
const stocked = (
  id: number,
  film: Pick<StockedSubtitle, "title" | "year" | "imdbId" | "tmdbId">,
  provider: StockedSubtitle["providers"][number],
): StockedSubtitle => ({
  id,
  kind: "movie",
  ...film,
  providers: [provider],
  language: "nl",
  release: `${film.title?.replaceAll(" ", ".")}.${film.year}.1080p.BluRay.x264-EXAMPLE`,
  text: "1\n00:00:01,000 --> 00:00:03,000\nGoedenavond\n",
})
const BUNNY = { title: "Big Buck Bunny", year: 2008, imdbId: "tt1254207", tmdbId: 10_378 }
const SINTEL = { title: "Sintel", year: 2010, imdbId: "tt1727587", tmdbId: 45_745 }

/** Pictures of some views in both colours, wide and on a phone. */
async function take(
  world: PageWorld,
  views: Readonly<Record<string, string>>,
  suffix: string,
  schemes: ReadonlyArray<"dark" | "light"> = ["dark", "light"],
) {
  for (const colorScheme of schemes) {
    for (const [size, options] of Object.entries({ wide: WIDE, phone: PHONE })) {
      const page = await world.enteredPage({ ...options, colorScheme })
      for (const [name, path] of Object.entries(views)) {
        await page.goto(`${world.address()}${path}`)
        await quiet(page)
        await page.screenshot({
          path: `${FOLDER}/${name}${suffix}.${colorScheme}.${size}.png`,
          // The buttons of a step stay at the bottom of the window, which a whole page has none of.
          fullPage: size === "wide" && !path.startsWith("/setup"),
        })
      }
      await page.context().close()
    }
  }
  for (const complaint of world.complaints) console.log(`The browser complained: ${complaint}`)
}

/** Titles in letters for which many machines that take pictures have no font. */
function readable(world: World): void {
  for (const library of world.servers[0]?.libraries ?? []) {
    if (/[^\u0000-\u024f]/u.test(library.title)) library.title = "Anime"
    for (const item of [...library.items.values()].flat())
      if (/[^\u0000-\u024f]/u.test(item.title)) item.title = "Paper Cranes"
  }
}

const named = (simulator: Parameters<typeof signedInConfig>[0]) => {
  readable(simulator.world)
  return signedInConfig(simulator).replace(
    "  server_machine_id:",
    "  server_name: Attic\n  server_machine_id:",
  )
}

/** Every provider has its key, and the added date is set. */
const withProviders = (simulator: Parameters<typeof signedInConfig>[0]) =>
  named(simulator)
    .replace("oncue: {", "oncue: { opensubtitles_api_key: EXAMPLEopensubtitlesKEY,")
    .replace("plex:\n", "subdl: { api_key: EXAMPLEsubdlKEY }\nplex:\n  set_movie_added: true\n")

/** A picture of one view as somebody has made it: a dialog that is open, fields that were changed. */
async function takeAs(
  world: PageWorld,
  name: string,
  path: string,
  act: (page: Page) => Promise<void>,
): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    for (const [size, options] of Object.entries({ wide: WIDE, phone: PHONE })) {
      const page = await world.enteredPage({ ...options, colorScheme })
      await page.goto(`${world.address()}${path}`)
      await quiet(page)
      await act(page)
      await page.waitForTimeout(300)
      await page.screenshot({ path: `${FOLDER}/${name}.${colorScheme}.${size}.png` })
      await page.context().close()
    }
  }
}

const webhookOf = (world: PageWorld) => `${world.address()}/api/webhooks/plex?apikey=${API_KEY}`

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER, { recursive: true })

// The server is lost first, since it takes a minute until that is worth a word.
const lost = await pageWorld({ config: named, world: smallWorld({ connections: "live" }) })
await lost.simulator.stopServer(0)
await lost.simulator.stopServer(1)
const lostAtMs = Date.now()

const outside = smallWorld()
outside.openSubtitles.downloadsLeft = 0
outside.stock.push(stocked(301, BUNNY, "openSubtitles"), stocked(302, SINTEL, "subdl"))
const world = await pageWorld({ config: withProviders, world: outside })
try {
  await world.restart(() => writePastMonth(world.folder))
  for (const item of ["2013", "1003", "2012", "1001"])
    await world.simulator.play({ item, urls: [webhookOf(world)], via: "webhook" })
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
  for (const [size, options] of Object.entries({ wide: WIDE, phone: PHONE })) {
    const page = await world.openPage({ ...options, colorScheme: "dark" })
    await page.goto(world.address())
    await quiet(page)
    await page.screenshot({ path: `${FOLDER}/access.dark.${size}.png` })
    await page.context().close()
  }
  await take(world, VIEWS, "")
  await takeAs(world, "settings_changed", "/settings/general", async (page) => {
    await page.getByLabel("Instance name").fill("Den")
    await page.getByLabel("Log level").selectOption("WARNING")
  })
  const story = async (page: Page) => {
    await page.getByRole("link", { name: "Sintel" }).first().click()
    await page.getByRole("heading", { name: "Its subtitles" }).waitFor()
  }
  await takeAs(world, "story_sure", "/activity?show=jobs", async (page) => {
    await story(page)
    await page.getByRole("button", { name: "Not this one" }).first().click()
  })
  await takeAs(world, "story_open", "/activity?show=jobs", async (page) => {
    await story(page)
    await page.getByText("Why this one").first().click()
    await page.getByText("Move it by hand").first().click()
  })
  world.simulator.tokens.revoke("EXAMPLEaccountTOKEN01")
  const config = join(world.folder, "config.yaml")
  writeFileSync(config, `${readFileSync(config, "utf8")}languages: [\n`)
  await take(world, REJECTED_VIEWS, "_rejected")
} finally {
  await world.close()
}

const fresh = await pageWorld()
try {
  await take(fresh, EMPTY_VIEWS, "_empty")
  await takeAs(fresh, "setup_code", "/setup/plex", async (page) => {
    await page.getByRole("button", { name: "Use a code on another device" }).click()
    await page.getByRole("img", { name: /QR code/ }).waitFor()
  })
} finally {
  await fresh.close()
}

try {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, lostAtMs + LOST_MS - Date.now())))
  await take(lost, LOST_VIEWS, "_lost")
} finally {
  await lost.close()
}
console.log(`The pictures are in ${FOLDER}`)
