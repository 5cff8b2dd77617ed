/**
 * `npm run screenshots`: every view in both colours, wide and on a phone, of the real server before a simulated outside,
 * into the ignored folder `screenshots/`. For looking at, not for comparing.
 */

import { mkdirSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Page } from "playwright-core"
import { PHONE, pageWorld, WIDE } from "../../support/page_world.ts"
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

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER, { recursive: true })
const world = await pageWorld({ config: signedInConfig })
try {
  for (const item of ["2013", "1003", "2012"]) {
    await world.simulator.play({ item, urls: [`${world.address()}/api/webhooks/plex?apikey=${API_KEY}`] })
  }
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
  for (const colorScheme of ["dark", "light"] as const) {
    for (const [size, options] of Object.entries({ wide: WIDE, phone: PHONE })) {
      const outside = await world.openPage({ ...options, colorScheme })
      await outside.goto(world.address())
      await quiet(outside)
      await outside.screenshot({ path: `${FOLDER}/access.${colorScheme}.${size}.png` })
      await outside.context().close()
      const page = await world.enteredPage({ ...options, colorScheme })
      for (const [name, path] of Object.entries(VIEWS)) {
        await page.goto(`${world.address()}${path}`)
        await quiet(page)
        await page.screenshot({ path: `${FOLDER}/${name}.${colorScheme}.${size}.png` })
      }
      await page.context().close()
    }
  }
  console.log(`The pictures are in ${FOLDER}`)
  for (const complaint of world.complaints) console.log(`The browser complained: ${complaint}`)
} finally {
  await world.close()
}
