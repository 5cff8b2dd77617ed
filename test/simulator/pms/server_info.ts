/** What a media server says about itself. */

import { type Answer, empty } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { accountOf } from "../world/world.ts"
import { badRequestPage } from "./permission.ts"
import type { PmsContext } from "./pms_context.ts"
import { container, listed } from "./reply.ts"

/** The one call that needs no token, and therefore proves nothing about one. */
export function identity(context: PmsContext, call: Call): Answer {
  const { server } = context
  return container(call, {
    size: 0,
    claimed: true,
    machineIdentifier: server.machineIdentifier,
    version: server.version,
  })
}

export function getRoot(context: PmsContext, call: Call): Answer {
  const { server, simulation } = context
  const owner = accountOf(simulation.world, server.owner)
  const pass = owner?.plexPass === true
  return container(call, {
    size: 23,
    allowMediaDeletion: server.allowMediaDeletion,
    allowSync: true,
    eventStream: true,
    friendlyName: server.name,
    machineIdentifier: server.machineIdentifier,
    myPlex: true,
    myPlexMappingState: "mapped",
    myPlexSigninState: "ok",
    myPlexSubscription: pass,
    myPlexUsername: owner?.email ?? "",
    ownerFeatures: pass ? "adaptive_bitrate,pass,sync,trailers,webhooks" : "",
    platform: server.platform,
    platformVersion: server.platformVersion,
    transcoderSubtitles: true,
    updatedAt: 1_755_000_000,
    version: server.version,
    Directory: [{ count: 1, key: "library", title: "library" }],
  })
}

export function providers(context: PmsContext, call: Call): Answer {
  const { server } = context
  return container(call, {
    size: 1,
    friendlyName: server.name,
    machineIdentifier: server.machineIdentifier,
    version: server.version,
    MediaProvider: [
      {
        identifier: "com.plexapp.plugins.library",
        title: "Library",
        types: "video,audio,photo",
        protocols: "stream,download",
        Feature: [
          { key: "/library/sections", type: "content" },
          { key: "/library/metadata", type: "metadata" },
          { key: "/library/streams", type: "subtitle" },
          { key: "/:/eventsource/notifications", type: "eventsource" },
        ],
      },
    ],
  })
}

function typeOfPref(value: string | number | boolean): string {
  if (typeof value === "boolean") return "bool"
  return typeof value === "number" ? "int" : "text"
}

export function getPrefs(context: PmsContext, call: Call): Answer {
  const settings = Object.entries(context.server.prefs).map(([id, value]) => ({
    id,
    label: id,
    summary: "",
    type: typeOfPref(value),
    default: value,
    value,
    hidden: false,
    advanced: false,
    group: "general",
  }))
  return container(call, { size: settings.length, Setting: settings })
}

export function putPrefs(context: PmsContext, call: Call): Answer {
  const { prefs } = context.server
  const changes = [...call.query].filter(([name]) => !name.startsWith("X-Plex-"))
  if (changes.some(([name]) => prefs[name] === undefined)) return badRequestPage()
  for (const [name, value] of changes) {
    const before = prefs[name]
    prefs[name] =
      typeof before === "boolean"
        ? value === "1" || value === "true"
        : typeof before === "number"
          ? Number(value)
          : value
  }
  return empty(200)
}

/** `GET /accounts`: everybody who uses the server, and an unnamed entry of its own. The owner is number 1. */
export function accounts(context: PmsContext, call: Call): Answer {
  const rows = context.simulation.world.accounts.map((account) => {
    const isOwner = account.username === context.server.owner
    const id = isOwner ? 1 : account.id
    return {
      id,
      key: `/accounts/${id}`,
      name: account.username,
      defaultAudioLanguage: "en",
      autoSelectAudio: true,
      defaultSubtitleLanguage: account.serverSubtitleLanguage ?? "",
      subtitleMode: account.subtitleMode,
      thumb: "",
    }
  })
  const nobody = { id: 0, key: "/accounts/0", name: "", defaultSubtitleLanguage: "", subtitleMode: 0 }
  return container(call, {
    ...listed("Account", [nobody, ...rows]),
    identifier: "com.plexapp.system.accounts",
  })
}
