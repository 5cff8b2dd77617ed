import { createHash, randomUUID } from "node:crypto"
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type BundleRecord, bundlesFolder, currentBundle, hashOf, wholeSeconds } from "./server_bundle.mjs"

/** Puts the server together (see `server_bundle.mjs`), when its sources or packages have changed since the last time. */

/** Bundles that stay for servers that still run from them. */
const BUNDLES_KEPT = 3
/** Packages that find files of their own beside them. */
const NOT_BUNDLED = ["node-unrar-js"]

const isOurs = (path: string) => !path.startsWith("..") && !path.startsWith("node_modules")

/** Every source keeps the address it has, so that it finds what lies beside it. */
const keepAddresses = (root: string) => ({
  name: "keep-addresses",
  enforce: "pre" as const,
  transform(code: string, id: string) {
    if (!isOurs(relative(root, id)) || !code.includes("import.meta.url")) return null
    return code.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href))
  },
})

interface Chunk {
  readonly isEntry?: boolean
  readonly fileName: string
  readonly code?: string
  readonly moduleIds?: ReadonlyArray<string>
}

async function chunksOf(root: string): Promise<ReadonlyArray<Chunk>> {
  const { build } = await import("vite")
  const built = await build({
    root,
    configFile: false,
    envFile: false,
    logLevel: "error",
    plugins: [keepAddresses(root)],
    ssr: { noExternal: true, external: NOT_BUNDLED },
    build: {
      ssr: join(root, "app/serve.ts"),
      target: "esnext",
      write: false,
      rolldownOptions: {
        // Names stay: they are in what is logged of an error.
        output: {
          minify: { compress: false, mangle: false, codegen: true },
          entryFileNames: "serve.mjs",
          chunkFileNames: "[name]-[hash].mjs",
        },
      },
    },
  })
  return (built as { readonly output: ReadonlyArray<Chunk> }).output
}

function recordOf(root: string, entry: string, chunks: ReadonlyArray<Chunk>): BundleRecord {
  const modules = chunks
    .flatMap(({ moduleIds = [] }) => moduleIds)
    .filter((id) => !id.startsWith("\0"))
    .map((id) => relative(root, id.replace(/[?#].*$/, "")))
  const paths = [...new Set(modules)].sort()
  const sources = [...paths.filter(isOurs), "package-lock.json"]
  const packages = paths
    .filter((path) => !isOurs(path))
    .map((path) => {
      const { mtimeMs, size } = statSync(join(root, path))
      return [path, size, wholeSeconds(mtimeMs)] as const
    })
  return { entry, node: process.version, sources, sourcesHash: hashOf(root, sources), packages }
}

function removeOld(folder: string): void {
  const bundles = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .map((path) => ({ path, madeMs: statSync(path).mtimeMs }))
    .sort((a, b) => b.madeMs - a.madeMs)
  for (const { path } of bundles.slice(BUNDLES_KEPT)) rmSync(path, { recursive: true, force: true })
}

/** Writes it beside what is there and puts the record in its place last, so that nothing half made is ever used. */
export async function buildServer(root: string): Promise<void> {
  const folder = bundlesFolder(root)
  mkdirSync(folder, { recursive: true })
  const chunks = await chunksOf(root)
  const hash = createHash("sha256")
  for (const { code = "" } of chunks) hash.update(code)
  const name = hash.digest("hex").slice(0, 12)
  const record = recordOf(root, `${name}/serve.mjs`, chunks)
  const next = join(folder, `.${randomUUID()}`)
  mkdirSync(next)
  for (const { code, fileName } of chunks) writeFileSync(join(next, fileName), code ?? "")
  rmSync(join(folder, name), { recursive: true, force: true })
  renameSync(next, join(folder, name))
  writeFileSync(`${next}.json`, JSON.stringify(record))
  renameSync(`${next}.json`, join(folder, "current.json"))
  removeOld(folder)
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("..", import.meta.url))
  if (currentBundle(root) === null) {
    const begun = performance.now()
    await buildServer(root)
    console.log(`The server is put together (${((performance.now() - begun) / 1_000).toFixed(1)} s)`)
  }
}
