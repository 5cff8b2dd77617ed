import { enableCompileCache } from "node:module"
import { fileURLToPath } from "node:url"
import { cacheFolder } from "./server_bundle.mjs"

/**
 * The server from its sources. TypeScript is turned into JavaScript as it is loaded; what comes of it is kept beside the
 * packages, which from the second start on saves half of the start-up time and 30 MB of memory. A folder that cannot be
 * written costs nothing but that. `npm start` goes by `start.mjs`, which is faster still.
 */
enableCompileCache(cacheFolder(fileURLToPath(new URL("..", import.meta.url))))
const { serve } = await import("./serve.ts")
await serve()
