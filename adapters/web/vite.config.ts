import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"
import { defineConfig, type Plugin } from "vite"
import { NONCE_MARK } from "../http/page.ts"

const brotli = promisify(brotliCompress)
const squeeze = promisify(gzip)
/** Files below this size, in bytes, gain nothing from compression. */
const COMPRESSED_FROM_BYTES = 1_000

/** Compresses every text file once, so that the server never has to. */
function compressed(): Plugin {
  let folder = ""
  return {
    name: "oncue-compressed",
    configResolved: (config) => {
      folder = config.build.outDir
    },
    closeBundle: async () => {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(?:js|css|svg|webmanifest)$/.test(entry.name)) continue
        const path = join(entry.parentPath, entry.name)
        const bytes = await readFile(path)
        if (bytes.length < COMPRESSED_FROM_BYTES) continue
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
        await writeFile(`${path}.br`, await brotli(bytes, quality))
        await writeFile(`${path}.gz`, await squeeze(bytes, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  // Relative, since the prefix of a reverse proxy is known only when the page is served.
  base: "./",
  html: { cspNonce: NONCE_MARK },
  build: {
    outDir: process.env.ONCUE_PAGE_DIR ?? fileURLToPath(new URL("dist", import.meta.url)),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    target: "es2022",
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
    rolldownOptions: {
      // React's marks for servers, which mean nothing to a bundle of a browser.
      onLog: (level, log, tell) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") tell(level, log)
      },
    },
  },
  plugins: [compressed()],
})
