/** What the texts of some settings must look like to be of use. The page asks the same while they are typed. */

/** Longest name of an installation, in characters: it goes into headers and into the webhook's address. */
export const INSTANCE_NAME_CHARS_MAX = 100
/** Longest name of a host, in characters (RFC 1035). */
const HOST_CHARS_MAX = 253
/** Longest key that goes into a header, in characters. */
const KEY_CHARS_MAX = 4_096

const LABEL = /^[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?$/u

function isIpv4(text: string): boolean {
  const parts = text.split(".")
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

const isIpv6 = (text: string) =>
  text.includes(":") && /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`)

/** An address of IPv4 or IPv6, the latter without brackets. */
export const isIpAddress = (text: string) => isIpv4(text) || isIpv6(text)

/**
 * A host alone, without scheme, port and path: an address, or a name that DNS could know.
 *
 * @example
 * ```ts
 * assert.deepStrictEqual(["nas.lan", "192.168.1.2", "::1", "[fd00::1]"].map(isHost), [true, true, true, true])
 * assert.deepStrictEqual(["nowhere!", "300.1.1.1", "http://nas", "nas:80", ""].map(isHost), Array(5).fill(false))
 * ```
 */
export function isHost(text: string): boolean {
  const bare = /^\[(.*)\]$/.exec(text)?.[1]
  if (bare !== undefined) return isIpv6(bare)
  if (isIpAddress(text)) return true
  const labels = text.replace(/\.$/, "").split(".")
  // A name that ends in a number is an address that was mistyped.
  return (
    text.length <= HOST_CHARS_MAX &&
    labels.every((one) => LABEL.test(one)) &&
    !/^\d+$/.test(labels.at(-1) ?? "")
  )
}

/** Where to listen: every address as Bazarr writes it (`*` or nothing), or one of this machine, with its zone. */
export const isListenAddress = (text: string) =>
  text === "" || text === "*" || isHost(text.replace(/%[\w.-]+$/, ""))

/** An address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.trim().split("/")
  if (!isIpAddress(address) || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (address.includes(":") ? 128 : 32))
}

/** A whole address, `http://nas:8989/sonarr`, without credentials, query and fragment. */
export function isHttpUrl(text: string): boolean {
  const url = /^https?:\/\/[^\s\\]+$/i.test(text.trim()) ? URL.parse(text.trim()) : null
  return (
    url !== null &&
    url.username === "" &&
    url.password === "" &&
    /^[^?#@]+$/.test(text) &&
    isHost(url.hostname)
  )
}

/** The path of OnCue behind a reverse proxy. Other characters would mean something to those who match addresses. */
export const isOwnPath = (text: string) =>
  /^[a-z0-9._~/-]*$/i.test(text) &&
  !text.includes("//") &&
  !text.split("/").some((part) => /^\.+$/.test(part))

/** The path of another program. */
export const isUrlBase = (text: string) => !/[\s?#\\]|:\/\//.test(text)

/** A host as Bazarr's `hostname` may have it: with a port, or as a whole address. */
export const isHostAnyhow = (text: string) =>
  isHttpUrl(text) || isHost(text) || isHost(text.replace(/:\d{1,5}$/, ""))

/** A name of an installation. */
export const isInstanceName = (text: string) =>
  text.trim() !== "" && text.length <= INSTANCE_NAME_CHARS_MAX && !/\p{Cc}/u.test(text)

/** A path from the root, as POSIX or Windows writes it. */
export const isAbsolutePath = (text: string) => /^(\/|[a-z]:([\\/]|$)|\\\\[^\\/])/i.test(text)

/** A mapping of paths: both are absolute. Two empty ones are a line that nobody has filled in. */
export const isPathPair = ([from, to]: readonly [string, string]) =>
  (from === "" && to === "") || (isAbsolutePath(from) && isAbsolutePath(to))

/** A key that a header can carry; empty: there is none. */
export const isHeaderKey = (text: string) => text.length <= KEY_CHARS_MAX && /^[\x21-\x7e]*$/.test(text)

/** The name of a webhook event, as Plex writes them: `media.play`, `library.new`. */
export const isWebhookEvent = (text: string) => /^[a-z]+(\.[a-z]+)+$/.test(text)
