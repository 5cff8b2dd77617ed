/** The poster that goes with a webhook. */

const HEAD = Buffer.from([
  0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01, 0x01, 0x00, 0x00, 0x01, 0x00, 0x01,
  0x00, 0x00,
])
const TAIL = Buffer.from([0xff, 0xd9])

/** JPEG-like bytes of a given size, with line breaks and dashes such as a boundary has. */
export function makeThumb(size: number): Buffer {
  const body = Buffer.alloc(Math.max(0, size - HEAD.length - TAIL.length))
  for (let i = 0; i < body.length; i++) body[i] = (i * 131 + (i >> 5)) & 0xff
  const trap = Buffer.from("\r\n--------------------------not-the-boundary\r\n")
  if (body.length > trap.length * 2) trap.copy(body, body.length >> 1)
  return Buffer.concat([HEAD, body, TAIL])
}

export const THUMB_JPEG = makeThumb(20_000)
