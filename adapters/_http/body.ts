/**
 * A whole body; null as soon as it is larger than `bytesMax` bytes. Leaving the loop closes the connection, so that
 * nobody pays for the rest.
 */
export async function readWhole(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer | null> {
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
