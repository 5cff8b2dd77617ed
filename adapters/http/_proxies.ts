import type { IncomingMessage } from "node:http"
import { BlockList, isIP } from "node:net"

/** Addresses of `X-Forwarded-For` that are looked at, from the nearest proxy outwards. */
const HOPS_MAX = 20

/** An IPv6 socket shows IPv4 clients as `::ffff:192.168.1.30`. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, "")

const familyOf = (address: string) => (isIP(address) === 6 ? ("ipv6" as const) : ("ipv4" as const))

function readList(texts: ReadonlyArray<string>): BlockList {
  const list = new BlockList()
  for (const text of texts) {
    const [address = "", prefix, ...more] = text.trim().split("/")
    const family = isIP(address)
    if (family === 0 || more.length > 0) continue
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix)
    if (!Number.isInteger(bits) || bits < 0 || bits > (family === 6 ? 128 : 32)) continue
    list.addSubnet(address, bits, familyOf(address))
  }
  return list
}

let known: { readonly texts: ReadonlyArray<string>; readonly list: BlockList } | null = null

/** The list is read once for each value of the setting. */
function listOf(texts: ReadonlyArray<string>): BlockList {
  if (known?.texts !== texts) known = { texts, list: readList(texts) }
  return known.list
}

/** Where a request comes from, as far as the chain of trusted proxies vouches for it. */
export interface Origin {
  /** Empty when it is not known. */
  readonly address: string
  /** The Host that the browser asked for. */
  readonly host: string
}

/**
 * The client's address and host. What a proxy says counts when the connection comes from one that is trusted; of the
 * addresses in `X-Forwarded-For` the last that is no trusted proxy is the client, since everything before it may have
 * been made up by the client itself.
 */
export function originOf(
  incoming: IncomingMessage | undefined,
  host: string,
  trusted: ReadonlyArray<string>,
): Origin {
  const peer = plain(incoming?.socket.remoteAddress ?? "")
  if (incoming === undefined || trusted.length === 0) return { address: peer, host }
  const list = listOf(trusted)
  const isTrusted = (address: string) => isIP(address) !== 0 && list.check(address, familyOf(address))
  if (!isTrusted(peer)) return { address: peer, host }
  const forwarded = String(incoming.headers["x-forwarded-for"] ?? "").split(",")
  const hops = forwarded
    .slice(-HOPS_MAX)
    .map((one) => plain(one.trim().replace(/^\[(.+)\](?::\d+)?$|^(\d+(?:\.\d+){3}):\d+$/, "$1$2")))
  let address = peer
  for (const hop of hops.reverse()) {
    if (isIP(hop) === 0) break
    address = hop
    if (!isTrusted(hop)) break
  }
  const named = String(incoming.headers["x-forwarded-host"] ?? "").split(",", 1)[0]
  return { address, host: named?.trim().toLowerCase() || host }
}
