/**
 * A SHA-256 fingerprint as it is stored: pairs of hexadecimal digits with colons, as browsers show it. The empty text is
 * none; null for what is no fingerprint.
 *
 * @example
 * ```ts
 * assert.strictEqual(readFingerprint("ab".repeat(32))?.slice(0, 8), "AB:AB:AB")
 * assert.strictEqual(readFingerprint(" "), "")
 * assert.strictEqual(readFingerprint("AB:CD"), null)
 * ```
 */
export function readFingerprint(text: string): string | null {
  const digits = text.replace(/[\s:]/g, "").toUpperCase()
  if (digits !== "" && !/^[0-9A-F]{64}$/.test(digits)) return null
  return digits.match(/../g)?.join(":") ?? ""
}
