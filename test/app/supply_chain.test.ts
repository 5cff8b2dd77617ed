import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const read = (name: string) => JSON.parse(readFileSync(`${ROOT}${name}`, "utf8"))

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly license?: string
  readonly hasInstallScript?: boolean
}

const packages: ReadonlyArray<readonly [string, Locked]> = Object.entries<Locked>(
  read("package-lock.json").packages,
).filter(([path]) => path !== "")

/** Licences under which a package may be used here: none of them asks anything of who uses OnCue. */
const LICENCES = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "Unlicense",
  "(MIT OR CC0-1.0)",
  "MIT OR Apache-2.0",
]

describe("the packages", () => {
  it("all have their checksum in the lock file", () => {
    const without = packages.filter(([, one]) => !one.integrity?.startsWith("sha512-")).map(([path]) => path)
    expect(without).toEqual([])
    expect(packages.length).toBeGreaterThan(50)
  })

  it("none runs a script when it is installed, so that npm ci --ignore-scripts is enough", () => {
    expect(packages.filter(([, one]) => one.hasInstallScript === true).map(([path]) => path)).toEqual([])
    const { scripts } = read("package.json")
    for (const hook of ["preinstall", "install", "postinstall", "prepare"])
      expect(scripts).not.toHaveProperty(hook)
  })

  it("come from a registry, never from a repository or a file", () => {
    const elsewhere = packages.filter(
      ([, one]) => one.resolved !== undefined && !/^https:\/\//.test(one.resolved),
    )
    expect(elsewhere).toEqual([])
  })

  it("are asked for in exactly one version", () => {
    const { dependencies, devDependencies, optionalDependencies } = read("package.json")
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies }
    const loose = Object.entries<string>(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    expect(loose).toEqual([])
  })

  it("are under licences that may be used", () => {
    const others = packages.filter(([, one]) => !LICENCES.includes(one.license ?? "")).map(([path]) => path)
    expect(others).toEqual([])
  })
})

describe("npm run licences and npm run sbom", () => {
  it("list every package that runs", () => {
    const { status, stdout } = spawnSync(process.execPath, [`${ROOT}app/licences.ts`], { encoding: "utf8" })
    expect(status).toBe(0)
    const { dependencies } = read("package.json")
    for (const [name, version] of Object.entries(dependencies))
      expect(stdout).toMatch(new RegExp(`^${name}@${version} +\\S`, "m"))
    expect(stdout).not.toContain("unknown")
  })

  it("the second as a CycloneDX document", () => {
    const [command = "", ...args] = read("package.json").scripts.sbom.split(" ")
    const { stdout } = spawnSync(command, args, { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
    const document = JSON.parse(stdout)
    expect(document.bomFormat).toBe("CycloneDX")
    const names = document.components.map(({ purl }: { purl: string }) => purl)
    const { dependencies } = read("package.json")
    for (const [name, version] of Object.entries<string>(dependencies))
      expect(names).toContain(`pkg:npm/${name.replace("@", "%40")}@${version}`)
  }, 120_000)
})
