/** The media tree on disk: real, small files with bytes that can be hashed. */

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { type PlexServer, partsOf } from "./plex_server.ts"

/** Where things are: on this machine, and as the media server names them. */
export interface Paths {
  readonly onDisk: (file: string) => string
  readonly inPlex: (file: string) => string
  /** Back from the media server's name; undefined outside the media root. */
  readonly fromPlex: (path: string) => string | undefined
}

export function makePaths(mediaRoot: string, plexRoot: string): Paths {
  return {
    onDisk: (file) => join(mediaRoot, file),
    inPlex: (file) => plexRoot + file,
    fromPlex: (path) =>
      path === plexRoot || path.startsWith(`${plexRoot}/`) ? path.slice(plexRoot.length) : undefined,
  }
}

const BLOCK = 64 * 1024

function seedOf(text: string): number {
  let hash = 2166136261
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619)
  return hash >>> 0 || 1
}

function noise(seed: number): Buffer {
  const words = new Uint32Array(BLOCK / 4)
  let x = seed
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    words[i] = x >>> 0
  }
  return Buffer.from(words.buffer)
}

/** A size between 192 and 448 KiB that depends only on the name: enough for a hash. */
export function smallSizeOf(file: string): number {
  return 192 * 1024 + (seedOf(file) % (256 * 1024))
}

/** Writes a video with a recognisable head and tail; what lies between is a hole. */
export function makeVideoFile(path: string, size: number, name: string): void {
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, "w")
  try {
    const seed = seedOf(name)
    writeSync(file, noise(seed), 0, Math.min(BLOCK, size), 0)
    if (size >= 2 * BLOCK) writeSync(file, noise(seed ^ 0x5bd1e995), 0, BLOCK, size - BLOCK)
  } finally {
    closeSync(file)
  }
  truncateSync(path, size)
}

export function makeServerFiles(server: PlexServer, paths: Paths): void {
  for (const item of server.items.values()) {
    for (const part of partsOf(item)) makeVideoFile(paths.onDisk(part.file), part.size, part.file)
  }
  for (const library of server.libraries) {
    for (const location of library.locations) mkdirSync(paths.onDisk(location.path), { recursive: true })
  }
}

const hashes = new Map<string, string>()

/** The OpenSubtitles hash of a file: its size plus the 64-bit words of its first and last 64 KiB. */
export function osHash(path: string): string | undefined {
  let size: number
  let key: string
  try {
    const stat = statSync(path)
    size = stat.size
    key = `${path} ${size} ${stat.mtimeMs}`
  } catch {
    return undefined
  }
  if (size < 2 * BLOCK) return undefined
  const known = hashes.get(key)
  if (known !== undefined) return known
  const buffer = Buffer.alloc(2 * BLOCK)
  const file = openSync(path, "r")
  try {
    readSync(file, buffer, 0, BLOCK, 0)
    readSync(file, buffer, BLOCK, BLOCK, size - BLOCK)
  } finally {
    closeSync(file)
  }
  const words = new BigUint64Array(buffer.buffer, buffer.byteOffset, buffer.length / 8)
  let sum = BigInt(size)
  for (const word of words) sum += word
  const hash = BigInt.asUintN(64, sum).toString(16).padStart(16, "0")
  hashes.set(key, hash)
  return hash
}
