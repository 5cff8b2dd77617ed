/** A Plex Media Server: its routes, and who may take them. */

import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import type { Simulation } from "../context.ts"
import { type Answer, errorPage } from "../http/answer.ts"
import { makeRouter, type Params, type RouteHandler } from "../http/router.ts"
import type { Call, Handler } from "../http/service.ts"
import { cancelScan, listActivities, refreshItems, scanSection } from "./background.ts"
import { getChildren, getLeaves, getMatches, getMetadata } from "./metadata.ts"
import { makeNotificationHub } from "./notifications.ts"
import { forbiddenPage, notFoundPage, unauthorizedPage, type Visitor, visitorOf } from "./permission.ts"
import { getPicture } from "./picture.ts"
import type { PmsContext } from "./pms_context.ts"
import { container, listed } from "./reply.ts"
import { allItems, editSection, findLibrary, libraries, sectionItems } from "./sections.ts"
import { accounts, getPrefs, getRoot, identity, providers, putPrefs } from "./server_info.ts"
import { listSessions } from "./sessions.ts"
import {
  deleteStream,
  downloadSubtitle,
  getStream,
  searchSubtitles,
  selectStream,
  uploadSubtitle,
} from "./subtitles.ts"

export interface Pms {
  readonly context: PmsContext
  readonly handler: Handler
  readonly upgrade: (call: Call, request: IncomingMessage, socket: Duplex) => void
}

type VisitorHandler = (call: Call, params: Params, visitor: Visitor) => Answer

const STREAM_PATHS = new Set(["/:/websockets/notifications", "/:/websocket/notifications"])

export function makePms(simulation: Simulation, index: number): Pms {
  const context: PmsContext = {
    simulation,
    index,
    server: simulation.world.servers[index]!,
    hub: makeNotificationHub(simulation.scope),
    sessions: new Map(),
    activities: new Map(),
    scans: new Map(),
    candidates: new Map(),
    nextSessionKey: 91,
  }

  const user =
    (run: VisitorHandler): RouteHandler =>
    (call, params) => {
      const visitor = visitorOf(context, call)
      return visitor === undefined ? unauthorizedPage() : run(call, params, visitor)
    }
  const admin = (run: VisitorHandler): RouteHandler =>
    user((call, params, visitor) => (visitor.admin ? run(call, params, visitor) : forbiddenPage()))

  const thumb = user((call, { key }) => getPicture(context, call, key!))
  const router = makeRouter({
    "GET /": user((call) => getRoot(context, call)),
    "GET /media/providers": user((call) => providers(context, call)),
    "GET /:/prefs": admin((call) => getPrefs(context, call)),
    "PUT /:/prefs": admin((call) => putPrefs(context, call)),
    "GET /activities": user((call) => container(call, listed("Activity", listActivities(context)))),
    "GET /accounts": admin((call) => accounts(context, call)),
    "GET /status/sessions": admin((call) => container(call, listed("Metadata", listSessions(context)))),
    "GET /:/eventsource/notifications": admin((call) => context.hub.eventStream(call)),
    "GET /library/sections": user((call) => libraries(context, call)),
    "GET /library/sections/all": user((call) => libraries(context, call)),
    "GET /library/all": user((call, _, visitor) => allItems(context, call, visitor)),
    "GET /library/sections/:key/all": user((call, { key }, visitor) =>
      sectionItems(context, call, visitor, key!),
    ),
    "PUT /library/sections/:key/all": admin((call, { key }) => editSection(context, call, key!)),
    "GET /library/sections/:key/refresh": admin((call, { key }) => scanSection(context, call, key!)),
    "POST /library/sections/:key/refresh": admin((call, { key }) => scanSection(context, call, key!)),
    "DELETE /library/sections/:key/refresh": admin((_call, { key }) => cancelScan(context, key!)),
    "GET /library/sections/:key": user((call, { key }) =>
      findLibrary(context, key!) === undefined
        ? notFoundPage()
        : container(call, { size: 1, content: "secondary", Directory: [{ key: "all", title: "All" }] }),
    ),
    "GET /library/metadata/:keys": user((call, { keys }, visitor) =>
      getMetadata(context, call, visitor, keys!),
    ),
    "GET /library/metadata/:key/children": user((call, { key }, visitor) =>
      getChildren(context, call, visitor, key!),
    ),
    "GET /library/metadata/:key/allLeaves": user((call, { key }, visitor) =>
      getLeaves(context, call, visitor, key!),
    ),
    "GET /library/metadata/:key/grandchildren": user((call, { key }, visitor) =>
      getLeaves(context, call, visitor, key!),
    ),
    "GET /library/metadata/:key/matches": admin((call, { key }) => getMatches(context, call, key!)),
    "PUT /library/metadata/:keys/refresh": admin((_call, { keys }) => refreshItems(context, keys!)),
    "PUT /library/metadata/:keys/analyze": admin((_call, { keys }) => refreshItems(context, keys!)),
    "GET /library/metadata/:key/subtitles": admin((call, { key }) => searchSubtitles(context, call, key!)),
    "PUT /library/metadata/:key/subtitles": admin((call, { key }) => downloadSubtitle(context, call, key!)),
    "POST /library/metadata/:key/subtitles": admin((call, { key }) => uploadSubtitle(context, call, key!)),
    "GET /library/metadata/:key/thumb": thumb,
    "GET /library/metadata/:key/thumb/:version": thumb,
    "GET /photo/:/transcode": (call) =>
      thumb(call, { key: (call.query.get("url") ?? "").split("/")[3] ?? "" }),
    "GET /library/metadata/:key/art/:version": thumb,
    "GET /library/streams/:name": user((_call, { name }) => getStream(context, name!)),
    "DELETE /library/streams/:name": admin((_call, { name }) => deleteStream(context, name!)),
    "PUT /library/parts/:id": user((call, { id }, visitor) => selectStream(context, call, visitor, id!)),
  })

  const refuse = (socket: Duplex, status: number, reason: string) =>
    socket.end(
      `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    )

  return {
    context,
    handler: (call) => {
      if (context.server.state === "starting") return errorPage(503, "Service Unavailable")
      if (call.method === "GET" && call.path === "/identity") return identity(context, call)
      return router(call) ?? (visitorOf(context, call) === undefined ? unauthorizedPage() : notFoundPage())
    },
    upgrade: (call, request, socket) => {
      if (context.server.state === "starting") return refuse(socket, 503, "Service Unavailable")
      if (!STREAM_PATHS.has(call.path)) return refuse(socket, 404, "Not Found")
      const visitor = visitorOf(context, call)
      if (visitor === undefined) return refuse(socket, 401, "Unauthorized")
      if (!visitor.admin) return refuse(socket, 403, "Forbidden")
      context.hub.attachWebSocket(request, socket)
    },
  }
}
