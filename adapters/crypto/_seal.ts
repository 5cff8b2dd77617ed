import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto"

/** Begins every sealed token, so that it is never taken for a token of Plex. */
const MARK = "oncue1"
const IV_BYTES = 12
const TAG_BYTES = 16

/** Names a sealing key without telling anything about it, so that a lost key differs from a forged value. */
export function keyId(key: string): string {
  return createHash("sha256").update("oncue key id").update(key, "utf8").digest("hex").slice(0, 8)
}

/** A key for this one value: HKDF-SHA256 of the sealing key with the payload's own salt. */
function derived(key: string, salt: string): Buffer {
  return Buffer.from(hkdfSync("sha256", Buffer.from(key, "utf8"), salt, "oncue sealed value", 32))
}

/** `oncue1.<key id>.<IV, ciphertext and tag of AES-256-GCM>` */
export function sealedToken(secret: string, key: string, salt: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv("aes-256-gcm", derived(key, salt), iv)
  const bytes = Buffer.concat([iv, cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()])
  return `${MARK}.${keyId(key)}.${bytes.toString("base64url")}`
}

/** Null: not a sealed token. Otherwise the secret, or why it cannot be had. */
export function unsealedToken(
  token: string,
  keys: ReadonlyArray<string>,
  salt: string,
): { readonly secret: string } | { readonly reason: "key_lost" | "forged" } | null {
  const [mark, id, data, ...rest] = token.split(".")
  if (mark !== MARK || id === undefined || data === undefined || rest.length > 0) return null
  const key = keys.find((one) => keyId(one) === id)
  if (key === undefined) return { reason: "key_lost" }
  const bytes = Buffer.from(data, "base64url")
  if (bytes.length < IV_BYTES + TAG_BYTES) return { reason: "forged" }
  try {
    const cipher = createDecipheriv("aes-256-gcm", derived(key, salt), bytes.subarray(0, IV_BYTES))
    cipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const plain = Buffer.concat([cipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), cipher.final()])
    return { secret: plain.toString("utf8") }
  } catch {
    return { reason: "forged" }
  }
}
