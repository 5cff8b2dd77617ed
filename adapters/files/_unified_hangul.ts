/**
 * Windows' Korean code page (949, "Unified Hangul Code"): EUC-KR, and the syllables that KS X 1001 has not, in the order
 * of Unicode, at the places that EUC-KR leaves free. Node's decoder for `euc-kr` stops at KS X 1001.
 */

/** Second bytes of the added pairs; from lead byte 0xA1 on only those below 0xA1 are free. */
const TRAILS: ReadonlyArray<number> = Array.from({ length: 0xff }, (_, byte) => byte).filter(
  (byte) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte >= 0x81,
)
const SYLLABLES = { first: 0xac00, count: 11_172 }

let added: ReadonlyMap<number, string> | null = null

function addedPairs(): ReadonlyMap<number, string> {
  if (added !== null) return added
  const decoder = new TextDecoder("euc-kr")
  const standard = new Set<string>()
  for (let lead = 0xb0; lead <= 0xc8; lead++) {
    for (let trail = 0xa1; trail <= 0xfe; trail++) standard.add(decoder.decode(Uint8Array.of(lead, trail)))
  }
  const missing = Array.from({ length: SYLLABLES.count }, (_, index) =>
    String.fromCodePoint(SYLLABLES.first + index),
  ).filter((syllable) => !standard.has(syllable))
  const pairs = new Map<number, string>()
  let next = 0
  for (let lead = 0x81; lead <= 0xc6; lead++) {
    for (const trail of TRAILS) {
      if (lead >= 0xa1 && trail > 0xa0) continue
      const syllable = missing[next++]
      if (syllable !== undefined) pairs.set(lead * 256 + trail, syllable)
    }
  }
  added = pairs
  return pairs
}

/** The text, or null when a byte means nothing. */
export function decodeUnifiedHangul(bytes: Uint8Array): string | null {
  const pairs = addedPairs()
  const decoder = new TextDecoder("euc-kr", { fatal: true })
  const pieces: Array<string> = []
  let from = 0
  try {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (byte < 0x81) continue
      const syllable = pairs.get(byte * 256 + (bytes[at + 1] ?? 0))
      if (syllable !== undefined) {
        pieces.push(decoder.decode(bytes.subarray(from, at)), syllable)
        from = at + 2
      }
      at += 1
    }
    pieces.push(decoder.decode(bytes.subarray(from)))
    return pieces.join("")
  } catch {
    return null
  }
}
