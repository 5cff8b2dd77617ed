import { analyse } from "chardet"
import { damagedUtf8 } from "./_damaged_utf8.ts"
import {
  ALPHABETS,
  ANY,
  countLetters,
  type Expected,
  expectedOf,
  LATIN,
  type LetterCounts,
  type Likeness,
  likeness,
} from "./_letters.ts"
import { decodeUnifiedHangul } from "./_unified_hangul.ts"

/** A text with the name of the encoding that it was stored in, as the WHATWG standard spells it. */
export interface DecodedText {
  readonly text: string
  readonly encoding: string
}

/** Likeness to the language of the hint from which on an encoding is believed. */
const BELIEVED = 0.4
/** The same where no language was said, or one in which letters beyond ASCII are foreign. */
const BELIEVED_UNHINTED = 0.8
/** Bytes whose letters decide between encodings. */
const LETTER_BYTES_MAX = 64 * 1024
/** Bytes that are looked at to tell text from other files. */
const SAMPLE_BYTES_MAX = 256 * 1024

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

interface Guess {
  readonly encoding: string
  readonly like: Likeness
}

/** The start of a text in each encoding, read and counted when it is first asked for. */
type Sample = (encoding: string) => LetterCounts | null

function sampleOf(bytes: Uint8Array): Sample {
  const known = new Map<string, LetterCounts | null>()
  // Up to the end of a line, which is the same byte in all of these encodings.
  const end = bytes.length <= LETTER_BYTES_MAX ? bytes.length : bytes.lastIndexOf(0x0a, LETTER_BYTES_MAX) + 1
  const start = bytes.subarray(0, end === 0 ? bytes.length : end)
  return (encoding) => {
    const before = known.get(encoding)
    if (before !== undefined) return before
    const text = strict(start, encoding)
    const counts = text === null ? null : countLetters(text)
    known.set(encoding, counts)
    return counts
  }
}

/** The encodings of a language in which every byte means something, the likeliest first. */
function guesses(sample: Sample, expected: Expected): ReadonlyArray<Guess> {
  return expected.encodings
    .flatMap((encoding): ReadonlyArray<Guess> => {
      const counts = sample(encoding)
      return counts === null ? [] : [{ encoding, like: likeness(counts, expected) }]
    })
    .toSorted((a, b) => b.like.sum - a.like.sum)
}

/** The likeliest encoding of each language, the best language first. */
function guessesOf(sample: Sample, languages: ReadonlyArray<Expected>): ReadonlyArray<Guess> {
  return languages
    .flatMap((expected) => guesses(sample, expected).slice(0, 1))
    .toSorted((a, b) => b.like.mean - a.like.mean)
}

/** The whole text in the first encoding that is likely enough and fits to the end. */
function firstThatFits(
  bytes: Uint8Array,
  ranked: ReadonlyArray<Guess>,
  believed: number,
): DecodedText | null {
  for (const { encoding, like } of ranked) {
    if (like.mean < believed) continue
    const text = strict(bytes, encoding)
    // Vietnamese is stored with its tone marks apart.
    if (text !== null) return { text: encoding === "windows-1258" ? text.normalize("NFC") : text, encoding }
  }
  return null
}

/** By the statistics of chardet, for a file whose language is not what was said. */
function byStatistics(bytes: Uint8Array, sample: Sample): DecodedText | null {
  for (const { name } of analyse(bytes.subarray(0, LETTER_BYTES_MAX))) {
    try {
      const { encoding } = new TextDecoder(name.toLowerCase())
      if (/^utf-/.test(encoding)) continue
      // Statistics tell alphabets apart, and not every encoding of each.
      const alphabets = ALPHABETS.filter((expected) => expected.encodings.includes(encoding))
      const exact = firstThatFits(bytes, guessesOf(sample, alphabets), BELIEVED)
      if (exact !== null) return exact
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
  const sample = sampleOf(bytes)
  return (
    (expected === ANY
      ? firstThatFits(bytes, guessesOf(sample, LATIN), BELIEVED_UNHINTED)
      : firstThatFits(bytes, guesses(sample, expected), BELIEVED)) ??
    byStatistics(bytes, sample) ??
    lenient(bytes, expected.encodings[0] ?? "windows-1252")
  )
}
