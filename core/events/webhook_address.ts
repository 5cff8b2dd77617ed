import * as Redacted from "effect/Redacted"
import type { Settings } from "../settings/settings.ts"

/** The path that Plex's webhook is posted to, below the address at which Plex reaches us. */
export const WEBHOOK_PATH = "/api/webhooks/plex"

/** Where Plex can reach us, and which setting says so. */
export interface PublicBase {
  /** Scheme, host, port and path prefix, without a trailing slash. */
  readonly base: string
  readonly from: "general.public_url" | "general.hostname"
}

const trimSlashes = (text: string) => text.replace(/^\/+|\/+$/g, "")

/** `/oncue`, or nothing. */
function prefixOf(baseUrl: string): string {
  const prefix = trimSlashes(baseUrl.trim())
  return prefix === "" ? "" : `/${prefix}`
}

/** A text as an http or https address; null when it is none or holds credentials. */
function httpUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const isHttp = url.protocol === "http:" || url.protocol === "https:"
  return isHttp && url.hostname !== "" && url.username === "" && url.password === "" ? url : null
}

/** A host with or without a port, as people type it: a name, an IPv4 address, an IPv6 address with or without brackets. */
function hostUrl(hostname: string, port: number | null): URL | null {
  const isBareIpv6 = (hostname.match(/:/g)?.length ?? 0) > 1 && !hostname.startsWith("[")
  const host = isBareIpv6 ? `[${hostname}]` : hostname
  if (/[/?#@\s\\]/.test(host)) return null
  const url = httpUrl(`http://${host}`)
  if (url === null) return null
  if (url.port === "" && !/:\d+$/.test(host)) url.port = String(port ?? "")
  return url
}

/**
 * The address at which Plex can reach us: `general.public_url` as it is, else `general.hostname` with the port on which
 * we really listen and `general.base_url`. Never anything from a request: a Host header is whatever a client makes it.
 * Else the reason, which names the setting.
 *
 * @example
 * ```ts
 * const general = { public_url: "", hostname: "nas.lan", base_url: "/oncue/" }
 * assert.deepStrictEqual(publicBase(general, 6868), { base: "http://nas.lan:6868/oncue", from: "general.hostname" })
 * assert.match(publicBase({ ...general, hostname: "" }, 6868), /set general.public_url/)
 * ```
 */
export function publicBase(
  general: Pick<Settings["general"], "public_url" | "hostname" | "base_url">,
  port: number | null,
): PublicBase | string {
  const publicUrl = general.public_url.trim()
  if (publicUrl !== "") {
    const url = httpUrl(publicUrl)
    if (url === null || url.search !== "" || url.hash !== "")
      return "general.public_url is not an address like http://192.168.1.10:6868: set it to the one at which Plex can reach OnCue"
    return { base: `${url.origin}${prefixOf(url.pathname)}`, from: "general.public_url" }
  }
  const hostname = general.hostname.trim()
  if (hostname === "")
    return "it is not known at which address Plex can reach OnCue: set general.public_url, for example to http://192.168.1.10:6868"
  const url = httpUrl(hostname) ?? hostUrl(hostname, port)
  if (url === null || url.search !== "" || url.hash !== "")
    return "general.hostname is no host: set general.public_url to the address at which Plex can reach OnCue"
  const prefix = url.pathname === "/" ? prefixOf(general.base_url) : prefixOf(url.pathname)
  return { base: `${url.origin}${prefix}`, from: "general.hostname" }
}

/** The address that is stored at plex.tv. Clients recognise theirs by `instance`. */
export function webhookUrl(base: string, key: Redacted.Redacted, instance: string): Redacted.Redacted {
  const secret = encodeURIComponent(Redacted.value(key))
  return Redacted.make(`${base}${WEBHOOK_PATH}?apikey=${secret}&instance=${encodeURIComponent(instance)}`, {
    label: "webhook address",
  })
}

/** An address without what may be a secret in it: what logs, the journal and the page show. */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return "…"
  const url = new URL(text)
  if (!url.pathname.endsWith(WEBHOOK_PATH)) {
    // Other programs put their keys into the path as well.
    return url.pathname === "/" && url.search === "" ? url.origin : `${url.origin}/…`
  }
  const instance = url.searchParams.get("instance")
  const shown = instance === null ? "" : `&instance=${encodeURIComponent(instance)}`
  return `${url.origin}${url.pathname}?apikey=…${shown}`
}

/** Whose hook it is. `stale`: one that we, or the Bazarr whose settings we took over, once made and that helps nobody now. */
export type HookOwner = "current" | "stale" | "other"

/** What we know ourselves by. */
export interface OurHooks {
  /** The address that would be made now; null when it cannot be told. */
  readonly current: Redacted.Redacted | null
  /** The keys that open our receiver. */
  readonly keys: ReadonlyArray<Redacted.Redacted>
  /** Addresses made earlier, masked. */
  readonly made: ReadonlyArray<string>
}

/**
 * Whose an address in the account's list is. An address that differs from ours only in its query is a stale one of ours,
 * as is one that carries one of our keys, or that we once made. Bazarr's own forms (without `instance`, without a port,
 * with the whole API key) are among them when its key is ours.
 */
export function ownerOf(text: string, ours: OurHooks): HookOwner {
  const current = ours.current === null ? null : Redacted.value(ours.current)
  if (text === current) return "current"
  if (!URL.canParse(text)) return "other"
  const url = new URL(text)
  if (!url.pathname.endsWith(WEBHOOK_PATH)) return "other"
  const key = url.searchParams.get("apikey") ?? ""
  const hasOurKey = key !== "" && ours.keys.some((one) => Redacted.value(one) === key)
  const isOurAddress =
    current !== null && new URL(current).origin === url.origin && new URL(current).pathname === url.pathname
  return hasOurKey || isOurAddress || ours.made.includes(maskUrl(text)) ? "stale" : "other"
}
