/** Posters and stills: small landscapes, drawn from the name of the thing, the same each time. */

import { crc32, deflateSync } from "node:zlib"
import { type Answer, bytes } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { notFoundPage } from "./permission.ts"
import type { PmsContext } from "./pms_context.ts"

type Colour = readonly [red: number, green: number, blue: number]

interface Palette {
  readonly sky: readonly [Colour, Colour]
  readonly light: Colour
  readonly land: Colour
}

const PALETTES: ReadonlyArray<Palette> = [
  {
    sky: [
      [24, 28, 58],
      [233, 120, 92],
    ],
    light: [255, 214, 150],
    land: [30, 20, 40],
  },
  {
    sky: [
      [10, 42, 60],
      [92, 178, 176],
    ],
    light: [236, 250, 220],
    land: [6, 26, 34],
  },
  {
    sky: [
      [60, 20, 30],
      [226, 84, 62],
    ],
    light: [255, 196, 110],
    land: [30, 8, 16],
  },
  {
    sky: [
      [30, 50, 110],
      [190, 205, 240],
    ],
    light: [255, 255, 255],
    land: [16, 30, 64],
  },
  {
    sky: [
      [62, 78, 56],
      [222, 214, 150],
    ],
    light: [255, 248, 214],
    land: [22, 34, 24],
  },
  {
    sky: [
      [34, 18, 66],
      [186, 104, 190],
    ],
    light: [252, 226, 255],
    land: [20, 10, 42],
  },
  {
    sky: [
      [14, 16, 22],
      [74, 88, 110],
    ],
    light: [224, 232, 240],
    land: [6, 8, 12],
  },
]

/** Numbers from 0 to 1 that follow from a text. */
function numbersOf(text: string): () => number {
  let state = crc32(text) || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const mix = (from: Colour, to: Colour, share: number): Colour => {
  const part = Math.max(0, Math.min(1, share))
  return [0, 1, 2].map((at) => from[at]! + (to[at]! - from[at]!) * part) as unknown as Colour
}

/** The upper edge of a range of hills, or of a row of houses, as a share of the height. */
function ridge(next: () => number, base: number, rough: number): (x: number) => number {
  if (next() < 0.3) {
    const houses = Array.from({ length: 9 + Math.floor(next() * 8) }, () => base - next() * rough * 2.4)
    return (x) => houses[Math.min(houses.length - 1, Math.floor(x * houses.length))]!
  }
  const waves = [1, 2.3, 4.7].map((pace) => ({
    pace: pace * (1 + next()),
    turn: next() * 7,
    size: rough / pace,
  }))
  return (x) =>
    base + waves.reduce((sum, { pace, size, turn }) => sum + Math.sin(x * pace * 3 + turn) * size, 0)
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const size = Buffer.alloc(4)
  const sum = Buffer.alloc(4)
  size.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([size, body, sum])
}

function png(width: number, height: number, rows: Buffer): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 3 })),
    chunk("IEND", Buffer.alloc(0)),
  ])
}

/** Puts a colour over the one at `at`, as much of it as `share` says. */
function cover(rows: Buffer, at: number, colour: Colour, share: number): void {
  if (share <= 0) return
  const part = Math.min(1, share)
  for (let one = 0; one < 3; one++) rows[at + one]! += (colour[one]! - rows[at + one]!) * part
}

const drawn = new Map<string, Buffer>()
/** Pictures that are kept. */
const KEPT_MAX = 200

/** A PNG of this size for the thing with this name. */
export function pictureOf(name: string, width: number, height: number): Buffer {
  const key = `${width} ${height} ${name}`
  const known = drawn.get(key)
  if (known !== undefined) return known
  const next = numbersOf(name)
  const { land, light, sky } = PALETTES[Math.floor(next() * PALETTES.length)]!
  const sun = { x: 0.2 + next() * 0.6, y: 0.18 + next() * 0.3, size: 0.07 + next() * 0.13 }
  const ridges = [0.56, 0.7, 0.84].map((base, index) => ({
    edge: ridge(next, base + next() * 0.05, 0.07 - index * 0.012),
    colour: mix(mix(sky[1], land, 0.45), land, index / 2),
  }))
  const rows = Buffer.alloc(height * (1 + width * 3))
  const edges = ridges.map(({ edge }) => Float64Array.from({ length: width }, (_, x) => edge(x / width)))
  for (let row = 0, at = 0; row < height; row++) {
    const y = row / height
    const air = mix(sky[0], sky[1], y / 0.75)
    rows[at++] = 0
    for (let column = 0; column < width; column++, at += 3) {
      rows.set(air, at)
      const across = column / width - sun.x
      const down = (row - sun.y * height) / width
      const far = Math.sqrt(across * across + down * down)
      cover(rows, at, light, (0.35 - far) * 0.9)
      cover(rows, at, light, (sun.size - far) * width)
      for (let one = 0; one < 3; one++)
        cover(rows, at, ridges[one]!.colour, (y - edges[one]![column]!) * height)
    }
  }
  const picture = png(width, height, rows)
  if (drawn.size >= KEPT_MAX) drawn.clear()
  drawn.set(key, picture)
  return picture
}

/** Widest picture, in pixels, that is drawn. */
const WIDTH_MAX_PX = 480

/** The picture of an item: a poster, or a still of an episode, at least as large as was asked for. */
export function getPicture(context: PmsContext, call: Call, key: string): Answer {
  const item = context.server.items.get(key)
  if (item === undefined) return notFoundPage()
  const ratio = item.type === "episode" || item.type === "clip" ? 9 / 16 : 3 / 2
  const asked = Number(call.query.get("width") ?? 300)
  const wide = ratio < 1 ? Number(call.query.get("height") ?? 270) / ratio : asked
  const width = Math.round(Math.min(WIDTH_MAX_PX, Math.max(20, Number.isFinite(wide) ? wide : 300)))
  return bytes(pictureOf(`${item.type} ${item.title}`, width, Math.round(width * ratio)), "image/png")
}
