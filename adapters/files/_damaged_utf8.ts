/** Broken bytes for each valid letter beyond ASCII that a damaged text may have. */
const DAMAGED_SHARE_MAX = 0.05
/** Broken bytes after which no more are counted. */
const BROKEN_MAX = 2_000

const isTail = (byte: number | undefined) => byte !== undefined && byte >= 0x80 && byte < 0xc0

/** Bytes of the valid sequence at `at`; 0 when there is none (RFC 3629, section 4). */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  const second = bytes[at + 1]
  if (lead < 0x80) return 1
  if (lead < 0xc2 || lead > 0xf4 || second === undefined || !isTail(second)) return 0
  if (lead < 0xe0) return 2
  if (!isTail(bytes[at + 2])) return 0
  if (lead < 0xf0) return (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ? 0 : 3
  if (!isTail(bytes[at + 3])) return 0
  return (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f) ? 0 : 4
}

/**
 * A UTF-8 text in which something broke a few letters: the rest is kept, and a broken byte is read as Windows would. Null
 * when so much is broken that it is no UTF-8.
 */
export function damagedUtf8(bytes: Uint8Array): string | null {
  const broken: Array<number> = []
  let valid = 0
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceAt(bytes, at)
    if (length > 1) valid += 1
    if (length === 0 && broken.push(at) > BROKEN_MAX) return null
    at += Math.max(1, length)
  }
  if (broken.length > valid * DAMAGED_SHARE_MAX) return null
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
  const western = new TextDecoder("windows-1252")
  let from = 0
  const pieces = broken.map((at) => {
    const piece = utf8.decode(bytes.subarray(from, at)) + western.decode(bytes.subarray(at, at + 1))
    from = at + 1
    return piece
  })
  return pieces.join("") + utf8.decode(bytes.subarray(from))
}
