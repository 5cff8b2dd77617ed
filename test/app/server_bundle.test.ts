import { spawn } from "node:child_process"
import { once } from "node:events"
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { buildServer } from "../../app/build_server.ts"
import { currentBundle } from "../../app/server_bundle.mjs"

/** A program of two sources and a package, in a folder of its own. */

const REAL_ROOT = fileURLToPath(new URL("../../", import.meta.url))
let root = ""

const write = (path: string, text: string) => {
  mkdirSync(join(root, path, ".."), { recursive: true })
  writeFileSync(join(root, path), text)
}
const SERVE = `import { name } from "a-package"
import { greeting } from "../core/greeting.ts"
const home: string = new URL("..", import.meta.url).href
export async function serve() { console.log(\`\${greeting} \${name} \${home}\`) }
`
const greet = (word: string) => write("core/greeting.ts", `export const greeting: string = "${word}"\n`)

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "oncue-bundle-")))
  write("package.json", '{ "type": "module" }')
  write("package-lock.json", "{}")
  write("app/serve.ts", SERVE)
  greet("Hello")
  write(
    "node_modules/a-package/package.json",
    '{ "name": "a-package", "type": "module", "main": "index.js" }',
  )
  write("node_modules/a-package/index.js", 'export const name = "world"\n')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe("currentBundle", () => {
  it("is there once it was made, and only as long as sources and packages are what they were", async () => {
    expect(currentBundle(root)).toBe(null)
    await buildServer(root)
    const made = currentBundle(root)
    expect(made).toMatch(/serve\.mjs$/)
    greet("Good evening")
    expect(currentBundle(root)).toBe(null)
    greet("Hello")
    expect(currentBundle(root)).toBe(made)
    utimesSync(join(root, "node_modules/a-package/index.js"), 1, 1)
    expect(currentBundle(root)).toBe(null)
    await buildServer(root)
    expect(currentBundle(root)).not.toBe(null)
    rmSync(join(root, "core/greeting.ts"))
    expect(currentBundle(root)).toBe(null)
  })

  it("is none when its file is gone or its record is damaged", async () => {
    await buildServer(root)
    const made = fileURLToPath(currentBundle(root)!)
    writeFileSync(join(made, "../../current.json"), "{")
    expect(currentBundle(root)).toBe(null)
    await buildServer(root)
    rmSync(made)
    expect(currentBundle(root)).toBe(null)
  })
})

describe("npm start", () => {
  async function start(): Promise<string> {
    const child = spawn(process.execPath, [join(root, "app/start.mjs")], {
      stdio: ["ignore", "pipe", "pipe"],
    })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
    await once(child, "close")
    return output
  }
  const home = () => pathToFileURL(`${root}/`).href

  beforeEach(() => {
    for (const name of ["start.mjs", "server_bundle.mjs", "build_server.ts"])
      cpSync(join(REAL_ROOT, "app", name), join(root, "app", name))
  })

  it("puts the server together after a change, once, and every source keeps its address", async () => {
    symlinkSync(realpathSync(join(REAL_ROOT, "node_modules/vite")), join(root, "node_modules/vite"))
    expect(await start()).toMatch(/^Putting the server together.*\n.*\nHello world/)
    expect(await start()).toBe(`Hello world ${home()}\n`)
    greet("Good evening")
    expect(await start()).toMatch(/^Putting the server together.*\n.*\nGood evening world/)
    expect(await start()).toBe(`Good evening world ${home()}\n`)
  })

  it("starts from the sources where nothing can be put together, and says so", async () => {
    expect(await start()).toMatch(
      /^The server starts from its sources, which takes longer: vite is not installed\nHello world/,
    )
  })
})
