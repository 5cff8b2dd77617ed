import * as Redacted from "effect/Redacted"
import type { PlexUser } from "../../core/auth/token.ts"
import type { Connection, Server } from "../../core/servers/server.ts"
import { child, flag, isNode, list, type Node, number, text } from "./_tree.ts"

/** The names in a list that JSON writes as texts and XML as `<feature id="…"/>`. */
function names(node: Node, key: string, inner: string): ReadonlyArray<string> {
  const value = node[key]
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value
  return list(child(node, key), inner).flatMap((one) => text(one, "id") ?? [])
}

/** An allow-list: the answer also carries the token itself, tokens of other services and a hashed Home PIN. */
export function readUser(body: unknown): PlexUser | null {
  const root = isNode(body) ? (list(body, "user")[0] ?? body) : null
  const id = root === null ? null : text(root, "id")
  if (root === null || id === null) return null
  const subscription = child(root, "subscription")
  const profile = child(root, "profile")
  return {
    id,
    username: text(root, "username", "title", "friendlyName") ?? "",
    email: text(root, "email") ?? "",
    subtitleLanguage: text(profile, "defaultSubtitleLanguage"),
    audioLanguage: text(profile, "defaultAudioLanguage"),
    subscription: {
      active: flag(subscription, "active"),
      plan: text(subscription, "plan") ?? "",
      hasWebhooks: names(subscription, "features", "feature").includes("webhooks"),
    },
  }
}

function readConnection(node: Node): Connection | null {
  const uri = text(node, "uri")
  if (uri === null || !URL.canParse(uri)) return null
  const url = new URL(uri)
  if (url.protocol !== "http:" && url.protocol !== "https:") return null
  const protocol = url.protocol === "https:" ? "https" : "http"
  const fallback = protocol === "https" ? 443 : 80
  return {
    uri: url.origin + url.pathname.replace(/\/+$/, ""),
    protocol,
    address: text(node, "address") ?? url.hostname.replace(/^\[|\]$/g, ""),
    port: number(node, "port") ?? (Number(url.port) || fallback),
    local: flag(node, "local"),
    relay: flag(node, "relay"),
  }
}

/** One device of either list; null when it is no server, which the list of what it provides tells. */
function readServer(node: Node): Server | null {
  const provides = (text(node, "provides") ?? "").split(",").map((one) => one.trim())
  const machineIdentifier = text(node, "clientIdentifier")
  if (!provides.includes("server") || machineIdentifier === null) return null
  const token = text(node, "accessToken")
  // v2 in XML nests the list once more than in JSON; the legacy list has its connections directly inside.
  const nested = list(child(node, "connections"), "connection")
  const connections = nested.length > 0 ? nested : list(node, "connections", "Connection", "connection")
  return {
    name: text(node, "name") ?? machineIdentifier,
    machineIdentifier,
    owned: flag(node, "owned"),
    accessToken: token === null ? null : Redacted.make(token),
    version: text(node, "productVersion") ?? "",
    platform: text(node, "platform") ?? "",
    device: text(node, "device") ?? "",
    httpsRequired: flag(node, "httpsRequired"),
    publicAddressMatches: flag(node, "publicAddressMatches"),
    connections: connections.flatMap((one) => readConnection(one) ?? []),
  }
}

/** The servers in a list of devices, JSON or XML, `/api/v2/resources` or the legacy one; null when it is no such list. */
export function readServers(body: unknown): ReadonlyArray<Server> | null {
  if (Array.isArray(body)) return body.filter(isNode).flatMap((one) => readServer(one) ?? [])
  if (!isNode(body)) return null
  const root = list(body, "resources", "MediaContainer")[0]
  return root === undefined ? null : list(root, "resource", "Device").flatMap((one) => readServer(one) ?? [])
}

/** The account's webhook addresses in order; null when it is no such list. */
export function readWebhooks(body: unknown): ReadonlyArray<string> | null {
  if (Array.isArray(body)) return body.filter(isNode).flatMap((one) => text(one, "url") ?? [])
  const root = isNode(body) ? list(body, "webhooks")[0] : undefined
  return root === undefined ? null : list(root, "webhook").flatMap((one) => text(one, "url") ?? [])
}

/** What a PIN answer says; null when it is none. */
export function readPin(
  body: unknown,
): { readonly id: string; readonly code: string; readonly token: Redacted.Redacted | null } | null {
  const root = isNode(body) ? (list(body, "pin")[0] ?? body) : null
  const id = root === null ? null : text(root, "id")
  if (root === null || id === null) return null
  const token = text(root, "authToken", "auth_token")
  return { id, code: text(root, "code") ?? "", token: token === null ? null : Redacted.make(token) }
}
