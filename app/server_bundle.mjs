// Plain JavaScript on purpose: this runs at each start, before anything can turn TypeScript into JavaScript cheaply.
import { createHash } from "node:crypto"
import { existsSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

/**
 * The server put together into one file, which starts in half the time and needs a quarter less memory than its 800
 * source files. It is a cache: made by `build_server.ts`, used only while everything it was made of is as it was, and
 * never needed.
 */

/**
 * What a bundle was made of.
 *
 * @typedef {object} BundleRecord
 * @property {string} entry The file to start, relative to the folder of bundles.
 * @property {string} node The version of Node.
 * @property {ReadonlyArray<string>} sources Paths of our own sources, relative to the root.
 * @property {string} sourcesHash A hash over all that they hold.
 * @property {ReadonlyArray<readonly [path: string, bytes: number, changed: number]>} packages Files of packages, with
 *   size and time of change in unix seconds, since the layers of a container's image know no fractions.
 */

/**
 * Where what is made of the sources lies, beside the packages.
 *
 * @param {string} root
 */
export const cacheFolder = (root) => join(root, "node_modules/.cache/oncue")

/**
 * Where the bundles of this checkout lie; several may share their packages.
 *
 * @param {string} root
 */
export const bundlesFolder = (root) =>
  join(cacheFolder(root), `server-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`)

/**
 * A hash over the content of these files. Throws when one is gone.
 *
 * @param {string} root
 * @param {ReadonlyArray<string>} sources
 */
export function hashOf(root, sources) {
  const hash = createHash("sha256")
  for (const path of sources) hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  return hash.digest("hex")
}

/** @param {number} mtimeMs */
export const wholeSeconds = (mtimeMs) => Math.floor(mtimeMs / 1_000)

/**
 * @param {string} root
 * @param {BundleRecord} record
 */
function isCurrent(root, { entry, node, packages, sources, sourcesHash }) {
  if (node !== process.version || !existsSync(join(bundlesFolder(root), entry))) return false
  const isSame = packages.every(([path, bytes, changed]) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false })
    return stats !== undefined && stats.size === bytes && wholeSeconds(stats.mtimeMs) === changed
  })
  return isSame && hashOf(root, sources) === sourcesHash
}

/**
 * The address of the bundle that is what the sources are now; null when there is none.
 *
 * @param {string} root
 * @returns {string | null}
 */
export function currentBundle(root) {
  try {
    const folder = bundlesFolder(root)
    const record = JSON.parse(readFileSync(join(folder, "current.json"), "utf8"))
    return isCurrent(root, record) ? pathToFileURL(join(folder, record.entry)).href : null
  } catch {
    // None was made, or something it was made of is gone: the sources are there.
    return null
  }
}
