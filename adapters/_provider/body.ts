import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib"
import type { Dispatcher } from "undici"
import { readWhole } from "../_http/body.ts"

/** The body cannot be decompressed; the message is for people. */
export class Damaged extends Error {}

const DECODERS: ReadonlyMap<string, typeof gunzipSync> = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflateSync],
  ["br", brotliDecompressSync],
])

/**
 * The body; null when it is larger than `bytesMax` bytes, also after decompression, which is not asked for and yet done
 * by some proxies. The connection of a larger one is closed.
 */
export async function readBody(
  body: Dispatcher.ResponseData["body"],
  headers: Readonly<Record<string, string>>,
  bytesMax: number,
): Promise<Uint8Array | null> {
  if (Number(headers["content-length"] ?? 0) > bytesMax) {
    body.on("error", () => {}).destroy()
    return null
  }
  const whole = await readWhole(body, bytesMax)
  if (whole === null) return null
  const decode = DECODERS.get((headers["content-encoding"] ?? "").trim().toLowerCase())
  if (decode === undefined) return whole
  try {
    return decode(whole, { maxOutputLength: bytesMax })
  } catch (error) {
    if (error instanceof RangeError) return null
    throw new Damaged("its compressed answer is damaged")
  }
}
