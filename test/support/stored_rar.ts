import { crc32 } from "node:zlib"

export interface RarEntry {
  readonly name: string
  readonly content: Uint8Array
  /** What the header says instead of the true size. */
  readonly saidBytes?: number
  /** Step of the dictionary's size: 128 KiB, doubled so often. */
  readonly dictionary?: number
  /** Said to be packed together with the files before it. */
  readonly isSolid?: boolean
}

function number(value: number): ReadonlyArray<number> {
  const bytes: Array<number> = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low + 128 : low)
  } while (rest > 0)
  return bytes
}

function uint32(value: number): ReadonlyArray<number> {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255]
}

function block(fields: ReadonlyArray<number>): Buffer {
  const sized = Buffer.from([...number(fields.length), ...fields])
  return Buffer.concat([Buffer.from(uint32(crc32(sized))), sized])
}

/** A RAR 5 archive whose files are stored, not compressed (technote of rarlab.com). */
export function storedRar(
  entries: ReadonlyArray<RarEntry>,
  options: { readonly archiveFlags?: number } = {},
): Uint8Array {
  const signature = Buffer.from([0x52, 0x61, 0x72, 0x21, 0x1a, 0x07, 0x01, 0x00])
  const main = block([...number(1), ...number(0), ...number(options.archiveFlags ?? 0)])
  const files = entries.flatMap(({ name, content, saidBytes, dictionary = 0, isSolid = false }) => {
    const header = block([
      ...number(2),
      ...number(2),
      ...number(content.length),
      ...number(4),
      ...number(saidBytes ?? content.length),
      ...number(0o100644),
      ...uint32(crc32(content)),
      ...number(dictionary * 2 ** 10 + (isSolid ? 2 ** 6 : 0)),
      ...number(1),
      ...number(Buffer.byteLength(name)),
      ...Buffer.from(name),
    ])
    return [header, Buffer.from(content)]
  })
  const end = block([...number(5), ...number(0), ...number(0)])
  return Buffer.concat([signature, main, ...files, end])
}
