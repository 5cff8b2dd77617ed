/** Runs the test world alone: `node test/simulator/main.ts`. */

import { startSimulator } from "./mod.ts"

const simulator = await startSimulator()
console.log(
  JSON.stringify({ urls: simulator.urls, env: simulator.env, mediaRoot: simulator.mediaRoot }, null, 2),
)
console.log(
  `API keys: Sonarr ${simulator.world.sonarr[0]?.apiKey}, Radarr ${simulator.world.radarr[0]?.apiKey}`,
)
console.log("Sign in at the address the application shows, or approve its PIN there. Ctrl-C ends the world.")

const stop = () => void simulator.close().then(() => process.exit(0))
process.on("SIGINT", stop)
process.on("SIGTERM", stop)
