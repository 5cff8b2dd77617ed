import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..")
const TOP_LEVEL = ["adapters", "app", "config", "core", "test"]
/** Folders of adapters that are asked from outside instead of implementing a port. */
const INBOUND = ["http", "web"]
/** Folders of adapters whose name starts with an underscore are shared by their neighbours and implement no port. */
const isShared = (path: string) => (path.split("/")[1] ?? "").startsWith("_")
const LINES_MAX = 300

interface Source {
  readonly path: string
  readonly text: string
  readonly imports: ReadonlyArray<string>
}

function filesBelow(folder: string): ReadonlyArray<string> {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory())
      return entry.name === "dist" || entry.name === "node_modules" ? [] : filesBelow(path)
    return /\.(ts|tsx)$/.test(entry.name) ? [path] : []
  })
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^"'`;]*?\bfrom\s+"([^"]+)"|(?:^|[^.\w])import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g

function source(path: string): Source {
  const text = readFileSync(join(root, path), "utf8")
  const imports = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? "")
  return { path, text, imports }
}

const sources = ["core", "adapters", "app"].flatMap(filesBelow).map(source)
const inFolder = (folder: string) => sources.filter((file) => file.path.startsWith(`${folder}/`))
const target = (file: Source, specifier: string) =>
  relative(root, resolve(root, dirname(file.path), specifier))
const local = (file: Source) =>
  file.imports.filter((one) => one.startsWith(".")).map((one) => target(file, one))
/** The code without comments and texts, so that a word in a sentence is no offence. */
const code = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/.*$/gm, "")
    .replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""')

describe("architecture", () => {
  it("the top level holds five folders, root files and dot folders", () => {
    const folders = readdirSync(root).filter(
      (name) => !name.startsWith(".") && statSync(join(root, name)).isDirectory(),
    )
    const unexpected = folders.filter((name) => ![...TOP_LEVEL, "node_modules", "screenshots"].includes(name))
    expect(unexpected).toEqual([])
  })

  it("core imports core and effect only, and effect by module", () => {
    const offences = inFolder("core").flatMap((file) =>
      file.imports
        .filter((one) =>
          one.startsWith(".") ? !target(file, one).startsWith("core/") : !/^effect\/\w/.test(one),
        )
        .map((one) => `${file.path} imports ${one}`),
    )
    expect(offences).toEqual([])
  })

  it("adapters import core and their own kind, never app or test", () => {
    const offences = inFolder("adapters").flatMap((file) =>
      local(file)
        .filter((path) => !path.startsWith("core/") && !path.startsWith("adapters/"))
        .map((path) => `${file.path} imports ${path}`),
    )
    expect(offences).toEqual([])
  })

  it("one outgoing adapter never imports another's folder", () => {
    const folderOf = (path: string) => path.split("/")[1] ?? ""
    const offences = inFolder("adapters").flatMap((file) =>
      local(file)
        .filter((path) => path.startsWith("adapters/") && folderOf(path) !== folderOf(file.path))
        .filter((path) => !isShared(path))
        .filter(() => !INBOUND.includes(folderOf(file.path)))
        .map((path) => `${file.path} imports ${path}`),
    )
    expect(offences).toEqual([])
  })

  it("nothing that runs imports from test", () => {
    const offences = sources.flatMap((file) =>
      local(file)
        .filter((path) => path.startsWith("test/"))
        .map(() => file.path),
    )
    expect(offences).toEqual([])
  })

  it("an adapter file has the basename of the port it implements", () => {
    const ports = filesBelow("core/ports").map((path) => basename(path))
    const offences = inFolder("adapters")
      .filter(
        (file) => !INBOUND.includes(file.path.split("/")[1] ?? "") && !basename(file.path).startsWith("_"),
      )
      .filter((file) => !isShared(file.path))
      .filter((file) => !ports.includes(basename(file.path)))
      .map((file) => file.path)
    expect(offences).toEqual([])
  })

  it("every port that has an implementation has a memory one, and a contract suite for all of them", () => {
    const names = (folder: string) => filesBelow(folder).map((path) => basename(path))
    const outgoing = inFolder("adapters").filter((file) => !INBOUND.includes(file.path.split("/")[1] ?? ""))
    const implemented = new Set(outgoing.map((file) => basename(file.path)))
    const ports = names("core/ports").filter((name) => implemented.has(name))
    const memory = names("adapters/memory")
    const contracts = names("test/contracts")
    expect(ports.filter((name) => !memory.includes(name)).map((name) => `adapters/memory/${name}`)).toEqual(
      [],
    )
    expect(ports.filter((name) => !contracts.includes(name)).map((name) => `test/contracts/${name}`)).toEqual(
      [],
    )
  })

  it("a file that starts with an underscore is imported from its own folder only", () => {
    const offences = sources.flatMap((file) =>
      local(file)
        .filter((path) => basename(path).startsWith("_") && dirname(path) !== dirname(file.path))
        .map((path) => `${file.path} imports ${path}`),
    )
    expect(offences).toEqual([])
  })

  it("there are no import cycles", () => {
    const graph = new Map(sources.map((file) => [file.path, local(file)]))
    const done = new Set<string>()
    const cycles: Array<string> = []
    const visit = (path: string, trail: ReadonlyArray<string>) => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "))
        return
      }
      if (done.has(path)) return
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const file of sources) visit(file.path, [])
    expect(cycles).toEqual([])
  })

  it("core has no clock, randomness, process, console, throw or async function of its own", () => {
    const banned =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bprocess\b\.|\bconsole\b\.|\bthrow\b|\basync\b|(?<!\.)\bawait\b|\bsetTimeout\b|\bsetInterval\b|(?<![.\w])fetch\(/
    const offences = inFolder("core").flatMap((file) => {
      const found = code(file.text).match(banned)
      return found === null ? [] : [`${file.path}: ${found[0]}`]
    })
    expect(offences).toEqual([])
  })

  it("effect is imported by module everywhere, since the barrel costs start-up time and memory", () => {
    const offences = sources.filter((file) => file.imports.includes("effect")).map((file) => file.path)
    expect(offences).toEqual([])
  })

  it("no file is longer than a reader's patience", () => {
    const offences = sources
      .map((file) => ({ path: file.path, lines: file.text.split("\n").length }))
      .filter((file) => file.lines > LINES_MAX)
      .map((file) => `${file.path}: ${file.lines} lines`)
    expect(offences).toEqual([])
  })
})
