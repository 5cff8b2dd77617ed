import { analyse } from "chardet"
import { type Expected, expectedOf, type Likeness, likeness } from "./_letters.ts"
import { decodeUnifiedHangul } from "./_unified_hangul.ts"

/** A text with the name of the encoding that it was stored in, as the WHATWG standard spells it. */
export interface DecodedText {
  readonly text: string
  readonly encoding: string
}

/** Likeness to the language of the hint from which on an encoding is believed. */
const BELIEVED = 0.4
/** Bytes that the statistics look at. */
const SAMPLE_BYTES_MAX = 256 * 1024
/** Invalid bytes for each valid sequence that a damaged UTF-8 text may have. */
const DAMAGED_SHARE_MAX = 0.05

const startsWith = (bytes: Uint8Array, ...start: ReadonlyArray<number>) =>
  start.every((byte, index) => bytes[index] === byte)

/** The text when every byte means something in this encoding, else null. */
function strict(bytes: Uint8Array, encoding: string): string | null {
  if (encoding === "euc-kr") return decodeUnifiedHangul(bytes)
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return null
  }
}

function utf32(bytes: Uint8Array, littleEndian: boolean): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pieces: Array<string> = []
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, littleEndian)
    if (code > 0x10ffff) return null
    pieces.push(String.fromCodePoint(code))
  }
  return pieces.join("").replace(/^\uFEFF/, "")
}

const lenient = (bytes: Uint8Array, encoding: string): DecodedText => ({
  text: new TextDecoder(encoding).decode(bytes),
  encoding,
})

/** By the byte-order mark. What follows it is not doubted. */
function byMark(bytes: Uint8Array): DecodedText | null {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return lenient(bytes, "utf-8")
  if (startsWith(bytes, 0xff, 0xfe, 0, 0)) {
    const text = utf32(bytes, true)
    if (text !== null) return { text, encoding: "utf-32le" }
  }
  if (startsWith(bytes, 0, 0, 0xfe, 0xff)) {
    const text = utf32(bytes, false)
    if (text !== null) return { text, encoding: "utf-32be" }
  }
  if (startsWith(bytes, 0xff, 0xfe)) return lenient(bytes, "utf-16le")
  return startsWith(bytes, 0xfe, 0xff) ? lenient(bytes, "utf-16be") : null
}

/**
 * UTF-16 without a mark: a subtitle is full of digits, so that in every language one byte of many pairs is 0, always the
 * same one.
 */
function byZeros(bytes: Uint8Array): DecodedText | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES_MAX)
  let [even, odd] = [0, 0]
  for (let at = 0; at < sample.length; at++) {
    if (sample[at] === 0) at % 2 === 0 ? even++ : odd++
  }
  const pairs = sample.length / 2
  const encoding =
    odd > pairs * 0.2 && even < odd * 0.05
      ? "utf-16le"
      : even > pairs * 0.2 && odd < even * 0.05
        ? "utf-16be"
        : null
  if (encoding === null) return null
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 2))
  const text = strict(whole, encoding)
  return text === null ? null : { text, encoding }
}

/** Whether the bytes are no text in any encoding that is left once UTF-16 is ruled out. */
function isBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES_MAX)
  let strange = 0
  for (const byte of sample) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b && byte !== 0x1a)
      strange += 1
  }
  return strange > Math.max(2, sample.length / 500)
}

/** UTF-8 in which something broke a few letters: the rest is kept, and a broken byte is read as Windows would. */
function damagedUtf8(bytes: Uint8Array): string | null {
  const western = new TextDecoder("windows-1252")
  const utf8 = new TextDecoder("utf-8", { fatal: true })
  const pieces: Array<string> = []
  let [from, valid, broken] = [0, 0, 0]
  const flush = (to: number) => {
    pieces.push(utf8.decode(bytes.subarray(from, to)))
    from = to
  }
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0
    const length =
      lead < 0x80
        ? 1
        : lead >= 0xc2 && lead < 0xe0
          ? 2
          : lead >= 0xe0 && lead < 0xf0
            ? 3
            : lead < 0xf5 && lead >= 0xf0
              ? 4
              : 0
    const sequence = bytes.subarray(at, at + length)
    if (length > 0 && sequence.length === length && (length === 1 || strict(sequence, "utf-8") !== null)) {
      if (length > 1) valid += 1
      at += length
      continue
    }
    flush(at)
    pieces.push(western.decode(bytes.subarray(at, at + 1)))
    broken += 1
    at += 1
    from = at
  }
  flush(bytes.length)
  return broken <= valid * DAMAGED_SHARE_MAX ? pieces.join("") : null
}

interface Guess extends DecodedText {
  readonly like: Likeness
}

/** The encoding in which the bytes look most like the language. */
function best(bytes: Uint8Array, expected: Expected): Guess | null {
  return expected.encodings
    .map((encoding) => ({ encoding, text: strict(bytes, encoding) }))
    .flatMap(({ encoding, text }) =>
      text === null ? [] : [{ encoding, text, like: likeness(text, expected) }],
    )
    .reduce<Guess | null>((a, b) => (a === null || b.like.sum > a.like.sum ? b : a), null)
}

/** By the statistics of chardet, for a file whose language is not what was said. */
function byStatistics(bytes: Uint8Array): DecodedText | null {
  for (const { name } of analyse(bytes.subarray(0, SAMPLE_BYTES_MAX))) {
    try {
      const { encoding } = new TextDecoder(name.toLowerCase())
      if (/^utf-/.test(encoding)) continue
      const text = strict(bytes, encoding)
      if (text !== null && !/[\u0080-\u009f]/.test(text)) return { text, encoding }
    } catch {
      // An encoding that chardet knows and nobody can read.
    }
  }
  return null
}

/**
 * The text that the bytes stand for, or null when they are none. First what is certain (a byte-order mark, the zeros of
 * UTF-16, valid UTF-8), then the encodings of the language, and where none of them makes sense, statistics.
 */
export function decodeText(bytes: Uint8Array, language: string | null): DecodedText | null {
  const certain = byMark(bytes) ?? byZeros(bytes)
  if (certain !== null) return certain.text.includes("\u0000") ? null : certain
  if (isBinary(bytes)) return null
  // Shift sequences are ASCII, and so would pass for UTF-8.
  const shifts = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(
    "\u001b$",
    0,
    "latin1",
  )
  const japanese = shifts ? strict(bytes, "iso-2022-jp") : null
  if (japanese !== null) return { text: japanese, encoding: "iso-2022-jp" }
  const utf8 = strict(bytes, "utf-8") ?? damagedUtf8(bytes)
  if (utf8 !== null) return { text: utf8, encoding: "utf-8" }
  const expected = expectedOf(language)
  const hinted = best(bytes, expected)
  if (hinted !== null && hinted.like.mean >= BELIEVED) {
    // Vietnamese is stored with its tone marks apart.
    const text = hinted.encoding === "windows-1258" ? hinted.text.normalize("NFC") : hinted.text
    return { text, encoding: hinted.encoding }
  }
  return byStatistics(bytes) ?? lenient(bytes, hinted?.encoding ?? "windows-1252")
}
