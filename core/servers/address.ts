/** IP addresses, as far as it matters whether a server may live there. */

/**
 * What an address is for. `link_local` and `metadata` (cloud machines' own secrets) are never dialled, nor is what can
 * name no single machine (`reserved`). 100.64.0.0/10 counts as private: overlay networks such as Tailscale use it.
 */
export type AddressKind = "loopback" | "private" | "public" | "link_local" | "metadata" | "reserved"

/** The four bytes of a dotted IPv4 address, or null. */
function ipv4Bytes(text: string): ReadonlyArray<number> | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null
  const bytes = text.split(".").map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : null
}

/** The eight groups of an IPv6 address without brackets or zone, or null. */
function ipv6Groups(text: string): ReadonlyArray<number> | null {
  const dotted = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text)
  const tail = dotted === null ? null : ipv4Bytes(dotted[2]!)
  if (dotted !== null && tail === null) return null
  const plain =
    dotted === null || tail === null
      ? text
      : `${dotted[1]}${((tail[0]! << 8) | tail[1]!).toString(16)}:${((tail[2]! << 8) | tail[3]!).toString(16)}`
  const halves = plain.split("::")
  if (halves.length > 2) return null
  const groupsOf = (half: string) => (half === "" ? [] : half.split(":"))
  const left = groupsOf(halves[0]!)
  const right = halves.length === 2 ? groupsOf(halves[1]!) : []
  const missing = 8 - left.length - right.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const all = [...left, ...Array<string>(halves.length === 2 ? missing : 0).fill("0"), ...right]
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? all.map((group) => Number.parseInt(group, 16))
    : null
}

function kindOfIpv4(bytes: ReadonlyArray<number>): AddressKind {
  const [a, b, c, d] = bytes as [number, number, number, number]
  if (a === 127) return "loopback"
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return "private"
  // Alibaba's metadata service lies inside the range that overlay networks use, so it is looked at first.
  if (a === 100 && b === 100 && c === 100 && d === 200) return "metadata"
  if (a === 168 && b === 63 && c === 129 && d === 16) return "metadata"
  if (a === 169 && b === 254) return "link_local"
  if (a === 100 && b >= 64 && b <= 127) return "private"
  return a === 0 || a >= 224 ? "reserved" : "public"
}

/**
 * What kind of address `text` is; null when it is a name. IPv6 may stand in brackets, and an IPv4 address inside an
 * IPv6 one (mapped, NAT64, 6to4) counts as what it leads to.
 *
 * @example
 * ```ts
 * assert.strictEqual(addressKind("192.168.1.20"), "private")
 * assert.strictEqual(addressKind("[::ffff:169.254.169.254]"), "link_local")
 * assert.strictEqual(addressKind("plex.example"), null)
 * ```
 */
export function addressKind(text: string): AddressKind | null {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text
  const bytes = ipv4Bytes(bare)
  if (bytes !== null) return kindOfIpv4(bytes)
  const groups = ipv6Groups(bare.split("%")[0]!)
  if (groups === null) return null
  const embedded = (high: number, low: number) => kindOfIpv4([high >> 8, high & 255, low >> 8, low & 255])
  const first = groups[0]!
  if (groups.slice(0, 7).every((group) => group === 0) && groups[7] === 1) return "loopback"
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  const nat64 = first === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0)
  if (mapped || nat64) return embedded(groups[6]!, groups[7]!)
  if (first === 0x2002) return embedded(groups[1]!, groups[2]!)
  if ((first & 0xffc0) === 0xfe80) return "link_local"
  if (first === 0xfd00 && groups[1] === 0x0ec2 && groups.slice(2, 7).every((group) => group === 0)) {
    return "metadata"
  }
  if ((first & 0xfe00) === 0xfc00) return "private"
  return first === 0 || (first & 0xff00) === 0xff00 ? "reserved" : "public"
}

/** Whether a server may be dialled there at all. */
export function mayDial(kind: AddressKind): boolean {
  return kind === "loopback" || kind === "private" || kind === "public"
}

/** Whether an address belongs to this machine or the home network. */
export function isPrivate(kind: AddressKind | null): boolean {
  return kind === "loopback" || kind === "private"
}

const PLEX_DIRECT = /^([0-9a-f-]{3,39})\.([0-9a-f]{32})\.plex\.direct$/i

/**
 * The address inside a `*.plex.direct` name, and the label that names the server's certificate; null for any other name.
 * Plex writes the address with dashes: `192-168-1-20`, `2001-db8--50`.
 *
 * @example
 * ```ts
 * const name = "192-168-1-20.0123456789abcdef0123456789abcdef.plex.direct"
 * assert.deepStrictEqual(plexDirect(name)?.address, "192.168.1.20")
 * assert.strictEqual(plexDirect("plex.direct"), null)
 * ```
 */
export function plexDirect(host: string): { readonly address: string; readonly certificate: string } | null {
  const match = PLEX_DIRECT.exec(host)
  if (match === null) return null
  const dotted = match[1]!.replaceAll("-", ".")
  const address = ipv4Bytes(dotted) === null ? match[1]!.replaceAll("-", ":") : dotted
  return addressKind(address) === null ? null : { address, certificate: match[2]!.toLowerCase() }
}
