import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import {
  type AddressKind,
  addressKind,
  isPrivate,
  mayDial,
  plexDirect,
} from "../../../core/servers/address.ts"

const Byte = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))
const Group = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffff }))
const HASH = "0123456789abcdef0123456789abcdef"

describe("addressKind()", () => {
  const kinds: ReadonlyArray<readonly [string, AddressKind | null]> = [
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback"],
    ["[::1]", "loopback"],
    ["10.0.0.1", "private"],
    ["172.15.255.255", "public"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["172.32.0.0", "public"],
    ["192.168.1.20", "private"],
    ["100.64.0.1", "private"],
    ["100.128.0.1", "public"],
    ["fd12:3456::1", "private"],
    ["169.254.169.254", "link_local"],
    ["fe80::1", "link_local"],
    ["fe80::1%eth0", "link_local"],
    ["100.100.100.200", "metadata"],
    ["168.63.129.16", "metadata"],
    ["fd00:ec2::254", "metadata"],
    ["::ffff:169.254.169.254", "link_local"],
    ["::ffff:a9fe:a9fe", "link_local"],
    ["64:ff9b::192.168.1.1", "private"],
    ["2002:7f00:1::", "loopback"],
    ["0.0.0.0", "reserved"],
    ["::", "reserved"],
    ["224.0.0.1", "reserved"],
    ["255.255.255.255", "reserved"],
    ["ff02::1", "reserved"],
    ["8.8.8.8", "public"],
    ["2001:db8::50", "public"],
    ["plex.example", null],
    ["1.2.3", null],
    ["1.2.3.256", null],
    ["1::2::3", null],
    ["12345::", null],
    ["", null],
  ]
  for (const [text, kind] of kinds) {
    it(`${text || "nothing"} is ${kind ?? "no address"}`, () => assert.strictEqual(addressKind(text), kind))
  }

  it.prop(
    "every IPv4 address has a kind, and the same one inside IPv6",
    [Byte, Byte, Byte, Byte],
    (bytes) => {
      const dotted = bytes.join(".")
      const kind = addressKind(dotted)
      return kind !== null && addressKind(`::ffff:${dotted}`) === kind
    },
  )

  it.prop("every IPv6 address has a kind", [Schema.Tuple([Group, Group, Group, Group])], ([[a, b, c, d]]) => {
    const text = [a, b, 0, 0, 0, 0, c, d].map((group) => group.toString(16)).join(":")
    const short = `${a.toString(16)}:${b.toString(16)}::${c.toString(16)}:${d.toString(16)}`
    return addressKind(text) !== null && addressKind(text) === addressKind(short)
  })

  it("link-local, metadata and reserved addresses are never dialled", () => {
    const kinds: ReadonlyArray<AddressKind> = [
      "loopback",
      "private",
      "public",
      "link_local",
      "metadata",
      "reserved",
    ]
    assert.deepStrictEqual(kinds.filter(mayDial), ["loopback", "private", "public"])
    assert.deepStrictEqual(kinds.filter(isPrivate), ["loopback", "private"])
    assert.isFalse(isPrivate(null))
  })
})

describe("plexDirect()", () => {
  it.prop(
    "finds the IPv4 address that is in the name",
    [Byte, Byte, Byte, Byte],
    (bytes) => plexDirect(`${bytes.join("-")}.${HASH}.plex.direct`)?.address === bytes.join("."),
  )

  it("finds IPv6 addresses, short and long", () => {
    assert.strictEqual(plexDirect(`2001-db8--50.${HASH}.plex.direct`)?.address, "2001:db8::50")
    assert.strictEqual(
      plexDirect(`2001-db8-0-0-0-0-0-50.${HASH}.plex.direct`)?.address,
      "2001:db8:0:0:0:0:0:50",
    )
  })

  it("is null for every other name", () => {
    for (const name of [
      "plex.tv",
      `${HASH}.plex.direct`,
      `300-1-1-1.${HASH}.plex.direct`,
      "192-168-1-20.short.plex.direct",
      `192-168-1-20.${HASH}.plex.direct.evil.example`,
      `192-168-1-20.${HASH}.plex.directx`,
    ]) {
      assert.isNull(plexDirect(name))
    }
  })
})
