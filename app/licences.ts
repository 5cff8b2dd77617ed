import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/**
 * `npm run licences`: the packages that OnCue runs with (`-- --all`: and those it is built and tested with), and under
 * which licence each is. From the lock file, so that it tells of what is installed anywhere.
 */

interface Locked {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
}

const lock = fileURLToPath(new URL("../package-lock.json", import.meta.url))
const { packages } = JSON.parse(readFileSync(lock, "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>
}

const wanted = Object.entries(packages)
  .filter(([path, one]) => path !== "" && (process.argv.includes("--all") || one.dev !== true))
  .map(([path, { license = "unknown", version = "" }]) => ({
    name: path.replace(/^.*node_modules\//, ""),
    version,
    license,
  }))
  .sort((a, b) => (a.name < b.name ? -1 : 1))

const width = Math.max(...wanted.map(({ name, version }) => name.length + version.length + 1))
for (const { license, name, version } of wanted)
  console.log(`${`${name}@${version}`.padEnd(width)}  ${license}`)
