import type { IncomingMessage } from "node:http"
import { describe, expect, it } from "vitest"
import { originOf } from "../../../adapters/http/_proxies.ts"

const incoming = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage
const from = (peer: string, forwarded: string, trusted: ReadonlyArray<string>) =>
  originOf(incoming(peer, { "x-forwarded-for": forwarded }), "den:6868", trusted).address

describe("originOf()", () => {
  it("believes nobody as long as no proxy is trusted", () => {
    expect(from("10.0.0.2", "203.0.113.9", [])).toBe("10.0.0.2")
    expect(from("10.0.0.2", "203.0.113.9", ["10.0.0.3", "192.168.0.0/16"])).toBe("10.0.0.2")
  })

  it("takes the last address that is no trusted proxy, since a client can make up those before it", () => {
    expect(from("10.0.0.2", "1.1.1.1, 203.0.113.9", ["10.0.0.0/8"])).toBe("203.0.113.9")
    expect(from("10.0.0.2", "203.0.113.9, 10.0.0.7", ["10.0.0.0/8"])).toBe("203.0.113.9")
    expect(from("10.0.0.2", "10.0.0.9, 10.0.0.7", ["10.0.0.0/8"])).toBe("10.0.0.9")
  })

  it("knows an IPv4 address on an IPv6 socket, networks of both kinds, and ports", () => {
    expect(from("::ffff:10.0.0.2", "203.0.113.9", ["10.0.0.2"])).toBe("203.0.113.9")
    expect(from("fd00::2", "2001:db8::7", ["fd00::/8"])).toBe("2001:db8::7")
    expect(from("10.0.0.2", "[2001:db8::7]:443", ["10.0.0.2"])).toBe("2001:db8::7")
    expect(from("10.0.0.2", "203.0.113.9:5123", ["10.0.0.2"])).toBe("203.0.113.9")
  })

  it("stays with the proxy's own address where it says nothing of use", () => {
    for (const forwarded of ["", "unknown", "203.0.113.9, <script>", ","])
      expect(from("10.0.0.2", forwarded, ["10.0.0.2"])).toBe("10.0.0.2")
  })

  it("passes over entries of the setting that are no network", () => {
    expect(from("10.0.0.2", "203.0.113.9", ["all", "10.0.0.0/99", "10.0.0.0/8/8", "10.0.0.2"])).toBe(
      "203.0.113.9",
    )
  })

  it("takes the host of a trusted proxy only", () => {
    const told = incoming("10.0.0.2", { "x-forwarded-host": "Subs.Example" })
    expect(originOf(told, "den:6868", ["10.0.0.2"]).host).toBe("subs.example")
    expect(originOf(told, "den:6868", ["10.0.0.3"]).host).toBe("den:6868")
    expect(originOf(incoming("10.0.0.2"), "den:6868", ["10.0.0.2"]).host).toBe("den:6868")
  })
})
