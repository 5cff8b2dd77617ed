import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { ShelfChanged } from "../../core/ports/subtitle_shelf.ts"
import { codeOf } from "./_fault.ts"

export const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** SHA-256 of a file; null when there is none. */
export async function digestOfFile(path: string): Promise<string | null> {
  const hash = createHash("sha256")
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk)
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null
    throw error
  }
  return hash.digest("hex")
}

/** Throws ShelfChanged unless the file is the one that is meant; any file is for `true`, no file for null. */
export async function insist(path: string, meant: true | string | null): Promise<void> {
  if (meant !== true && (await digestOfFile(path)) !== meant) throw new ShelfChanged({ path })
}
