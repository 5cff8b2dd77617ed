/** Who sent a request, as far as the connection and the headers tell. Nothing in it is a proof but `address`. */
export interface Visitor {
  /** The other end of the connection; empty when it is not known. */
  readonly address: string
  /** The Host header with its port, in lower case. */
  readonly host: string
  /** The Origin header, as browsers send it with every change; null when there is none. */
  readonly origin: string | null
  /** Something stands in between: a forwarding header, or HTTP/1.0 as proxies speak it by default. */
  readonly forwarded: boolean
  /** The browser came by https, as far as a proxy says so. */
  readonly secure: boolean
  /** The User-Agent header, cut to `AGENT_LENGTH_MAX`. */
  readonly agent: string
}

/** Longest User-Agent, in characters, that is kept with a session. */
export const AGENT_LENGTH_MAX = 200

const LOOPBACK_ADDRESS = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/i
const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/

/**
 * Whether a page of ours made the request. Without an Origin it is no browser, or a browser that only reads. A page of
 * somebody else, also one whose name was pointed at us (DNS rebinding), has another origin.
 *
 * @example
 * ```ts
 * const page = { host: "den:6868", origin: "http://den:6868" }
 * assert.strictEqual(isSameOrigin(page), true)
 * assert.strictEqual(isSameOrigin({ ...page, origin: "http://evil.example" }), false)
 * assert.strictEqual(isSameOrigin({ ...page, origin: null }), true)
 * ```
 */
export function isSameOrigin({ host, origin }: Pick<Visitor, "host" | "origin">): boolean {
  if (origin === null) return true
  const named = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1]
  if (named === undefined || host === "") return false
  const bare = (name: string) => name.replace(/:(?:80|443)$/, "")
  return bare(named) === bare(host)
}

/**
 * Whether somebody sits at this machine: the connection comes from it, nothing stands in between, and the address in
 * the browser is this machine's own. The Host is checked because any web page can make its name point at 127.0.0.1.
 */
export function isAtThisMachine(visitor: Visitor): boolean {
  return (
    LOOPBACK_ADDRESS.test(visitor.address) &&
    LOOPBACK_HOST.test(visitor.host) &&
    !visitor.forwarded &&
    isSameOrigin(visitor)
  )
}
