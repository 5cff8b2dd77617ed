/** Bytes at the start and at the end of a file that its hash is made of. */
export const MOVIE_HASH_BLOCK_BYTES = 64 * 1024

/** Smallest file, in bytes, that has a hash: below, the two blocks would overlap. */
export const MOVIE_HASH_BYTES_MIN = 2 * MOVIE_HASH_BLOCK_BYTES

function sumOfWords(block: Uint8Array): bigint {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  let sum = 0n
  for (let at = 0; at + 8 <= block.byteLength; at += 8) sum += view.getBigUint64(at, true)
  return sum
}

/**
 * OpenSubtitles' hash of a video ("OSHash", HashSourceCodes of trac.opensubtitles.org): the file's size plus the words of
 * its first and of its last 64 KiB, read as little-endian 64-bit numbers, modulo 2^64, in 16 hex digits. Null for a file
 * that is too small to have one, and when a block is not whole.
 *
 * @example
 * ```ts
 * const block = new Uint8Array(65_536)
 * assert.strictEqual(movieHash(1_048_576, block, block), "0000000000100000")
 * assert.strictEqual(movieHash(131_072, block.fill(255), block), "000000000001c000")
 * assert.strictEqual(movieHash(131_071, block, block), null)
 * ```
 */
export function movieHash(bytes: number, first: Uint8Array, last: Uint8Array): string | null {
  if (bytes < MOVIE_HASH_BYTES_MIN) return null
  if (first.length !== MOVIE_HASH_BLOCK_BYTES || last.length !== MOVIE_HASH_BLOCK_BYTES) return null
  const sum = BigInt(bytes) + sumOfWords(first) + sumOfWords(last)
  return BigInt.asUintN(64, sum).toString(16).padStart(16, "0")
}
