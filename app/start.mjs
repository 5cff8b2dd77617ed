// Plain JavaScript on purpose: see server_bundle.mjs.
import { spawnSync } from "node:child_process"
import { accessSync, constants, existsSync } from "node:fs"
import { enableCompileCache, flushCompileCache } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { cacheFolder, currentBundle } from "./server_bundle.mjs"

/**
 * What `npm start` runs: the server from its bundle, which is put together first when sources or packages have changed,
 * or from its sources where that cannot be. What is compiled is kept beside the bundle for the next start.
 */

const ROOT = fileURLToPath(new URL("..", import.meta.url))
/** When what was compiled for the start is written, in milliseconds after it: later than anybody waits for it. */
const FLUSH_AFTER_MS = 10_000
/** Longest time, in milliseconds, for putting the server together; a single-board computer takes half a minute. */
const BUILD_WAIT_MS = 120_000

/** @param {string} reason */
const fromSources = (reason) =>
  console.error(`The server starts from its sources, which takes longer: ${reason}`)

/** Puts the server together and says so, since it takes some seconds. */
function build() {
  // It could not write the outcome; whoever confines the server puts it together before.
  if (process.permission !== undefined) return fromSources("it was started confined")
  try {
    if (!existsSync(join(ROOT, "node_modules/vite"))) return fromSources("vite is not installed")
    accessSync(join(ROOT, "node_modules"), constants.W_OK)
    console.log("Putting the server together, once after a change …")
    const { status } = spawnSync(process.execPath, [join(ROOT, "app/build_server.ts")], {
      stdio: ["ignore", "inherit", "inherit"],
      timeout: BUILD_WAIT_MS,
    })
    if (status !== 0) fromSources("it could not be put together")
  } catch (error) {
    fromSources(error instanceof Error ? error.message : String(error))
  }
}

/** @returns {Promise<{ readonly serve: () => Promise<never> }>} */
async function load() {
  let bundle = currentBundle(ROOT)
  if (bundle === null) {
    build()
    bundle = currentBundle(ROOT)
  }
  try {
    if (bundle !== null) return await import(bundle)
  } catch (error) {
    fromSources(`${bundle} cannot be loaded: ${error}`)
  }
  return import("./serve.ts")
}

enableCompileCache(cacheFolder(ROOT))
setTimeout(flushCompileCache, FLUSH_AFTER_MS).unref()
const { serve } = await load()
await serve()
