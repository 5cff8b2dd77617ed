/** Blocks of a RAR archive that are looked at. */
const BLOCKS_MAX = 2_000
const FILE_BLOCK = 2
const END_BLOCK = 5
/** Smallest dictionary of RAR 5, in bytes; each step doubles it. */
const DICTIONARY_BYTES_MIN = 128 * 1024

/** A number of RAR 5: seven bits a byte, the lowest first. */
function reader(bytes: Uint8Array, start: number) {
  let at = start
  return {
    at: () => at,
    number: (): number => {
      let value = 0
      for (let shift = 0; shift < 53; shift += 7) {
        const byte = bytes[at++] ?? 0
        value += (byte & 0x7f) * 2 ** shift
        if (byte < 0x80) break
      }
      return value
    },
    skip: (count: number) => {
      at += count
    },
  }
}

/**
 * The largest dictionary, in bytes, that the files of a RAR 5 archive ask for: so much memory is taken before the first
 * byte is unpacked. 0 for older archives, which have 4 MiB at most. (Format: technote of rarlab.com, "RAR 5.0 archive
 * format".)
 */
export function largestDictionary(bytes: Uint8Array): number {
  const signature = [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07, 0x01, 0x00]
  if (!signature.every((byte, index) => bytes[index] === byte)) return 0
  let [largest, at] = [0, signature.length]
  for (let block = 0; block < BLOCKS_MAX && at + 7 < bytes.length; block++) {
    const header = reader(bytes, at + 4)
    const headerBytes = header.number()
    const end = header.at() + headerBytes
    const type = header.number()
    const flags = header.number()
    if ((flags & 1) !== 0) header.number()
    const dataBytes = (flags & 2) !== 0 ? header.number() : 0
    if (type === END_BLOCK || headerBytes === 0) break
    if (type === FILE_BLOCK) {
      const fileFlags = header.number()
      header.number()
      header.number()
      header.skip(((fileFlags & 2) !== 0 ? 4 : 0) + ((fileFlags & 4) !== 0 ? 4 : 0))
      const exponent = Math.floor(header.number() / 2 ** 10) % 32
      largest = Math.max(largest, DICTIONARY_BYTES_MIN * 2 ** exponent)
    }
    at = end + dataBytes
  }
  return largest
}
