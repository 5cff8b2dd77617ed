/**
 * `npm run screenshots`: every view in both colours, wide and on a phone, of the real server before a simulated outside,
 * into the ignored folder `screenshots/`. For looking at, not for comparing.
 */

import { mkdirSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Page } from "playwright-core"
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
  setup_hearing: "/setup/hearing",
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

const EMPTY_VIEWS = { home: "/", activity: "/activity", library: "/library", settings_plex: "/settings/plex" }
const FAILING_VIEWS = {
  home: "/",
  diagnostics: "/system/diagnostics",
  library: "/library",
  setup_server: "/setup/server",
}

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
          fullPage: size === "wide",
        })
      }
      await page.context().close()
    }
  }
  for (const complaint of world.complaints) console.log(`The browser complained: ${complaint}`)
}

const named = (simulator: Parameters<typeof signedInConfig>[0]) => {
  // Many machines that take pictures have no font for it.
  for (const library of simulator.world.servers[0]?.libraries ?? [])
    if (/[^\u0000-\u024f]/u.test(library.title)) library.title = "Anime"
  return signedInConfig(simulator).replace(
    "  server_machine_id:",
    "  server_name: Attic\n  server_machine_id:",
  )
}

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER, { recursive: true })
const world = await pageWorld({ config: named })
try {
  await world.restart(() => writePastMonth(world.folder))
  for (const item of ["2013", "1003", "2012"]) {
    await world.simulator.play({ item, urls: [`${world.address()}/api/webhooks/plex?apikey=${API_KEY}`] })
  }
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
  for (const [size, options] of Object.entries({ wide: WIDE, phone: PHONE })) {
    const outside = await world.openPage({ ...options, colorScheme: "dark" })
    await outside.goto(world.address())
    await quiet(outside)
    await outside.screenshot({ path: `${FOLDER}/access.dark.${size}.png` })
    await outside.context().close()
  }
  await take(world, VIEWS, "")
} finally {
  await world.close()
}

const fresh = await pageWorld()
try {
  await take(fresh, EMPTY_VIEWS, "_empty", ["dark"])
} finally {
  await fresh.close()
}

const lost = await pageWorld({
  config: (simulator) => named(simulator).replace(/server_url: .*/, "server_url: 'http://127.0.0.1:9'"),
})
try {
  await take(lost, FAILING_VIEWS, "_failing", ["light"])
} finally {
  await lost.close()
}
console.log(`The pictures are in ${FOLDER}`)
