import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import {
  CONNECTION_CLASSES,
  candidatesOf,
  classOf,
  compareTested,
  connectionOf,
} from "../../../core/servers/connection.ts"
import type { Server } from "../../../core/servers/server.ts"
import { connection } from "../../support/plex_core.ts"

const Tested = Schema.Struct({
  uri: Schema.String,
  protocol: Schema.Literals(["http", "https"]),
  address: Schema.String,
  port: Schema.Int,
  local: Schema.Boolean,
  relay: Schema.Boolean,
  available: Schema.Boolean,
  latencyMs: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3_000 }))),
  fault: Schema.Null,
  reason: Schema.Null,
  fingerprint: Schema.Null,
})

describe("compareTested()", () => {
  it.prop("puts a better class first whatever the latency", [Tested, Tested], ([a, b]) => {
    const classes = [a, b].map((one) => CONNECTION_CLASSES.indexOf(classOf(one)))
    if (!a.available || !b.available || classes[0] === classes[1]) return true
    return Math.sign(compareTested(a, b)) === Math.sign(classes[0]! - classes[1]!)
  })

  it.prop("is an order: antisymmetric and transitive", [Tested, Tested, Tested], ([a, b, c]) => {
    const sign = (x: number) => Math.sign(x) + 0
    if (sign(compareTested(a, b)) !== -sign(compareTested(b, a)) + 0) return false
    return !(compareTested(a, b) <= 0 && compareTested(b, c) <= 0) || compareTested(a, c) <= 0
  })

  it.prop(
    "never puts what does not answer before what does",
    [Tested, Tested],
    ([a, b]) => a.available === b.available || compareTested(a, b) < 0 === a.available,
  )
})

describe("connectionOf()", () => {
  it.prop("never fails, and what it answers can be read again", [Schema.String], ([text]) => {
    const found = connectionOf(text)
    return found === null || connectionOf(found.uri)?.uri === found.uri
  })

  it("reads what users type and Plex lists", () => {
    const hash = "0123456789abcdef0123456789abcdef"
    const facts = [
      ["http://plex:32400/", "local_http"],
      ["https://plex.home.arpa", "local_https"],
      ["http://192.168.1.50:32400", "local_http"],
      ["http://[fd12::5]:32400", "local_http"],
      ["https://plex.example.org/plex/", "remote_https"],
      ["http://203.0.113.7:32400", "remote_http"],
      [`https://192-168-1-50.${hash}.plex.direct:32400`, "local_https"],
      [`https://203-0-113-7.${hash}.plex.direct:31234`, "remote_https"],
      [`https://198-51-100-200.${hash}.plex.direct:8443`, "relay"],
    ] as const
    for (const [uri, expected] of facts) {
      const found = connectionOf(uri)
      assert(found !== null, uri)
      assert.strictEqual(classOf(found), expected, uri)
      assert.isFalse(found.uri.endsWith("/"))
    }
  })

  it("is null for what is no server's address", () => {
    for (const text of ["", "plex", "javascript:alert(1)", "ftp://plex", "http://u:p@plex", "file:///etc"]) {
      assert.isNull(connectionOf(text), text)
    }
  })
})

describe("candidatesOf()", () => {
  const hash = "0123456789abcdef0123456789abcdef"
  const local = connection(`https://192-168-1-50.${hash}.plex.direct:32400`, { address: "192.168.1.50" })
  const remote = connection(`https://203-0-113-7.${hash}.plex.direct:31234`, {
    address: "203.0.113.7",
    local: false,
  })
  const server: Server = {
    name: "Attic",
    machineIdentifier: "m",
    owned: true,
    accessToken: Redacted.make("t"),
    version: "",
    platform: "",
    device: "",
    httpsRequired: false,
    publicAddressMatches: true,
    connections: [local, remote],
  }
  const derivedOf = (one: Server) => candidatesOf(one).derived.map(({ uri }) => uri)

  it("adds plain http to local addresses where the server allows it", () => {
    assert.deepStrictEqual(derivedOf(server), ["http://192.168.1.50:32400"])
    assert.deepStrictEqual(derivedOf({ ...server, httpsRequired: true }), [])
    const plain = connection("http://192.168.1.50:32400")
    assert.deepStrictEqual(derivedOf({ ...server, connections: [local, plain] }), [])
  })

  it("leaves out what is local to somebody else's network", () => {
    assert.deepStrictEqual(candidatesOf({ ...server, owned: false }).listed, [remote])
  })
})
