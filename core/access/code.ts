/** The one-time code that is printed at start, for who cannot open the page on the machine itself. */

/** Letters and digits that nobody takes for one another. */
const ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
/** Characters of a code, shown in two halves. */
export const CODE_LENGTH = 10
/** For how long, in milliseconds, a code may be used. */
export const CODE_TTL_MS = 24 * 3_600_000
/** Random bytes that are enough for a code: those that would favour a letter are passed over. */
export const CODE_BYTES = 64

/**
 * A code out of random bytes; null in the practically impossible case that too few of them can be used.
 *
 * @example
 * ```ts
 * assert.strictEqual(codeFrom(new Uint8Array(CODE_BYTES)), "AAAAA-AAAAA")
 * assert.strictEqual(codeFrom(new Uint8Array(CODE_BYTES).fill(255)), null)
 * assert.strictEqual(readCode(" aaaaa aaaaa"), "AAAAAAAAAA")
 * ```
 */
export function codeFrom(bytes: Uint8Array): string | null {
  const fair = 256 - (256 % ALPHABET.length)
  const letters = [...bytes].filter((byte) => byte < fair).map((byte) => ALPHABET[byte % ALPHABET.length])
  if (letters.length < CODE_LENGTH) return null
  const half = CODE_LENGTH / 2
  return `${letters.slice(0, half).join("")}-${letters.slice(half, CODE_LENGTH).join("")}`
}

/** A typed code without what people put between its halves; null when it is none. */
export function readCode(typed: string): string | null {
  const letters = typed.toUpperCase().replace(/[\s-]/g, "")
  return letters.length === CODE_LENGTH && [...letters].every((one) => ALPHABET.includes(one))
    ? letters
    : null
}
