import { createDecipheriv, createHash, createHmac, timingSafeEqual } from "node:crypto"

/** `0x80 | time 8 | IV 16 | at least one block | HMAC-SHA256 32`: the smallest Fernet token. */
const TOKEN_BYTES_MIN = 1 + 8 + 16 + 16 + 32

/**
 * The plain text of a Fernet token under `master`, as Bazarr's fork derives its key (SHA-256 of the text; the first
 * half signs, the second encrypts). Null: not Fernet's shape. Undefined: Fernet, and not under this key.
 */
export function fernet(token: string, master: string): string | null | undefined {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(token)) return null
  const bytes = Buffer.from(token, "base64url")
  if (bytes.length < TOKEN_BYTES_MIN || bytes[0] !== 0x80) return null
  const key = createHash("sha256").update(master, "utf8").digest()
  const signedPart = bytes.subarray(0, -32)
  const tag = createHmac("sha256", key.subarray(0, 16)).update(signedPart).digest()
  if (!timingSafeEqual(tag, bytes.subarray(-32))) return undefined
  try {
    const cipher = createDecipheriv("aes-128-cbc", key.subarray(16), bytes.subarray(9, 25))
    const plain = Buffer.concat([cipher.update(bytes.subarray(25, -32)), cipher.final()])
    return new TextDecoder("utf-8", { fatal: true }).decode(plain)
  } catch {
    return undefined
  }
}
