/** plex.tv (and clients.plex.tv): accounts, sign-in, servers, webhooks. */

import type { Simulation } from "../context.ts"
import { type Answer, empty, json, text } from "../http/answer.ts"
import { makeRouter, type RouteHandler } from "../http/router.ts"
import type { Call, Handler } from "../http/service.ts"
import { userBody } from "./account.ts"
import { type DeviceKeys, makeDeviceKeys } from "./device_keys.ts"
import { linkPage } from "./pages.ts"
import { makePins, type Pins } from "./pins.ts"
import {
  isAnswer,
  missingClient,
  plexError,
  plexHeader,
  reply,
  type SignedIn,
  signedIn,
  wantsJson,
} from "./reply.ts"
import { legacyResources, resources } from "./resources.ts"
import { getWebhooks, postWebhooks } from "./webhooks.ts"

export interface PlexTv {
  readonly handler: Handler
  readonly pins: Pins
  readonly deviceKeys: DeviceKeys
}

export function makePlexTv(simulation: Simulation): PlexTv {
  const pins = makePins(simulation)
  const deviceKeys = makeDeviceKeys(simulation)

  const withUser =
    (run: (call: Call, who: SignedIn) => Answer): RouteHandler =>
    (call) => {
      const who = signedIn(simulation, call)
      return isAnswer(who) ? who : run(call, who)
    }

  const v2 = makeRouter({
    "POST /api/v2/pins": (call) => pins.create(call),
    "PUT /api/v2/pins/link": withUser((call, who) => {
      const code = new URLSearchParams(call.body.toString("utf8")).get("code") ?? call.query.get("code") ?? ""
      const pin = pins.find(code)
      // Only the four-character code may be typed in by hand.
      if (pin === undefined || pin.strong) return plexError(call, 404, 1020, "Code not found or expired")
      pins.approve(pin.id, who.account.username)
      return empty(204)
    }),
    "GET /api/v2/pins/:id": (call, { id }) => pins.poll(call, id!),
    "GET /api/v2/user": withUser((call, who) => reply(call, "user", userBody(who.account, who.token.token))),
    "GET /api/v2/resources": withUser((call, who) => resources(simulation, call, who.account)),
    "GET /api/v2/user/webhooks": withUser((call, who) => getWebhooks(call, who.account)),
    "POST /api/v2/user/webhooks": withUser((call, who) => postWebhooks(call, who.account)),
    "GET /api/v2/ping": withUser((call) =>
      wantsJson(call)
        ? json({ pong: true })
        : { status: 200, headers: { "Content-Type": "application/xml" }, body: "<pong>true</pong>" },
    ),
    "DELETE /api/v2/users/signout": withUser((_call, who) => {
      simulation.tokens.revoke(who.token.token)
      return empty(204)
    }),
    "POST /api/v2/auth/jwk": withUser((call, who) => deviceKeys.register(call, who)),
    "GET /api/v2/auth/nonce": () => deviceKeys.nonce(),
    "POST /api/v2/auth/token": (call) => deviceKeys.exchange(call),
    "GET /api/v2/auth/keys": () => deviceKeys.keys(),
  })
  const other = makeRouter({
    "GET /pms/resources": withUser((call, who) => legacyResources(simulation, call, who.account)),
    "GET /api/resources": withUser((call, who) => legacyResources(simulation, call, who.account)),
    "GET /link": (call) => linkPage(call.query.get("pin") ?? ""),
    "POST /link/approve": (call) => {
      const form = new URLSearchParams(call.body.toString("utf8"))
      const pin = pins.find((form.get("code") ?? "").toUpperCase())
      if (pin === undefined || pin.strong) return text("That code is not valid", 404)
      pins.approve(pin.id, simulation.world.accounts[0]!.username)
      return text("Linked")
    },
  })

  return {
    pins,
    deviceKeys,
    handler: (call) => {
      if (call.path.startsWith("/api/v2/")) {
        if (plexHeader(call, "X-Plex-Client-Identifier") === undefined) return missingClient(call)
        const answer = v2(
          call.path.endsWith(".json")
            ? {
                ...call,
                path: call.path.slice(0, -5),
                headers: { ...call.headers, accept: "application/json" },
              }
            : call,
        )
        return answer ?? plexError(call, 404, 1002, "Not found")
      }
      return other(call) ?? plexError(call, 404, 1002, "Not found")
    },
  }
}
