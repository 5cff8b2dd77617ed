/** What Sonarr and Radarr have in common: keys, base path, errors, system calls. */

import { type Answer, empty, html, json } from "../http/answer.ts"
import { makeRouter } from "../http/router.ts"
import type { Call, Handler } from "../http/service.ts"
import type { ArrInstance } from "../world/arr.ts"
import { notificationRoutes } from "./notifications.ts"
import { radarrRoutes } from "./radarr.ts"
import { sonarrRoutes } from "./sonarr.ts"

const LANGUAGES = [
  { id: 1, name: "English", nameLower: "english" },
  { id: 2, name: "French", nameLower: "french" },
  { id: 8, name: "Japanese", nameLower: "japanese" },
]

function systemStatus(instance: ArrInstance) {
  return {
    appName: instance.app,
    instanceName: instance.instanceName,
    version: instance.version,
    buildTime: "2025-08-01T00:00:00Z",
    isDebug: false,
    isProduction: true,
    isAdmin: false,
    isUserInteractive: false,
    startupPath: "/app/bin",
    appData: "/config",
    osName: "ubuntu",
    osVersion: "22.04",
    isNetCore: true,
    isLinux: true,
    isOsx: false,
    isWindows: false,
    isDocker: true,
    mode: "console",
    branch: "main",
    authentication: "forms",
    migrationVersion: 217,
    urlBase: instance.urlBase,
    runtimeVersion: "8.0.0",
    runtimeName: ".NET",
    startTime: "2025-08-12T00:00:00Z",
    packageUpdateMechanism: "docker",
    databaseVersion: "3.45.0",
    databaseType: "sqLite",
  }
}

/** The web interface answers every path that is not the API's, with 200. */
function webInterface(instance: ArrInstance): Answer {
  return html(
    `<!doctype html><html><head><title>${instance.app}</title></head><body><div id="root"></div></body></html>`,
  )
}

function hasKey(instance: ArrInstance, call: Call): boolean {
  const sent =
    call.query.get("apikey") ??
    call.headers["x-api-key"] ??
    (call.headers.authorization ?? "").replace(/^Bearer /, "")
  return sent === instance.apiKey
}

export function makeArrService(instance: ArrInstance): Handler {
  const common = makeRouter({
    "GET /system/status": () => json(systemStatus(instance)),
    "GET /rootfolder": () =>
      json(
        instance.rootFolders.map((folder) => ({
          path: folder.path,
          accessible: folder.accessible,
          freeSpace: folder.accessible ? 1_000_000_000_000 : 0,
          unmappedFolders: [],
          id: folder.id,
        })),
      ),
    "GET /tag": () => json(instance.tags),
    "GET /language": () => json(LANGUAGES),
    "GET /remotepathmapping": () => json([]),
    ...notificationRoutes(instance),
  })
  const own = makeRouter(instance.app === "Sonarr" ? sonarrRoutes(instance) : radarrRoutes(instance))

  return (call) => {
    const base = instance.urlBase
    if (base !== "" && call.path !== base && !call.path.startsWith(`${base}/`)) {
      return empty(307, { Location: `${base}${call.path}` })
    }
    const path = call.path.slice(base.length)
    if (path === "/ping") return json({ status: "OK" })
    if (path === "/api") return json({ current: "v3", deprecated: [] })
    if (!path.startsWith("/api/v3/")) return webInterface(instance)
    if (!hasKey(instance, call)) return empty(401)
    const inner = { ...call, path: path.slice("/api/v3".length) }
    return common(inner) ?? own(inner) ?? json({ message: "NotFound" }, 404)
  }
}
