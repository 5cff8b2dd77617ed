/** The server half of a WebSocket (RFC 6455), as far as a notification stream needs it. */

import { createHash } from "node:crypto"
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"

const KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

const TEXT = 0x1
const CLOSE = 0x8
const PING = 0x9
const PONG = 0xa

export interface WebSocketPeer {
  readonly sendText: (text: string) => void
  readonly ping: () => void
  readonly close: (code?: number) => void
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload])
  if (length < 65_536) {
    const head = Buffer.alloc(4)
    head[0] = 0x80 | opcode
    head[1] = 126
    head.writeUInt16BE(length, 2)
    return Buffer.concat([head, payload])
  }
  const head = Buffer.alloc(10)
  head[0] = 0x80 | opcode
  head[1] = 127
  head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

interface Frame {
  readonly opcode: number
  readonly payload: Buffer
  readonly rest: Buffer
}

/** The first complete frame, or undefined until more bytes have come. */
function readFrame(buffer: Buffer): Frame | undefined {
  if (buffer.length < 2) return undefined
  const opcode = buffer[0]! & 0x0f
  const masked = (buffer[1]! & 0x80) !== 0
  let length = buffer[1]! & 0x7f
  let at = 2
  if (length === 126) {
    if (buffer.length < 4) return undefined
    length = buffer.readUInt16BE(2)
    at = 4
  } else if (length === 127) {
    if (buffer.length < 10) return undefined
    length = Number(buffer.readBigUInt64BE(2))
    at = 10
  }
  const maskAt = at
  if (masked) at += 4
  if (buffer.length < at + length) return undefined
  const payload = Buffer.from(buffer.subarray(at, at + length))
  if (masked) for (let i = 0; i < length; i++) payload[i]! ^= buffer[maskAt + (i & 3)]!
  return { opcode, payload, rest: buffer.subarray(at + length) }
}

/** Answers the handshake and keeps the peer until either side closes. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  onClosed: () => void,
): WebSocketPeer | undefined {
  const key = request.headers["sec-websocket-key"]
  if (key === undefined || request.headers.upgrade?.toLowerCase() !== "websocket") {
    socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    return undefined
  }
  const accept = createHash("sha1")
    .update(key + KEY_SUFFIX)
    .digest("base64")
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )

  let open = true
  const write = (opcode: number, payload: Buffer) => {
    if (open && socket.writable) socket.write(frame(opcode, payload))
  }
  const closed = () => {
    if (!open) return
    open = false
    onClosed()
  }
  let pending: Buffer = Buffer.alloc(0)
  socket.on("data", (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    for (let next = readFrame(pending); next !== undefined; next = readFrame(pending)) {
      pending = next.rest
      if (next.opcode === PING) write(PONG, next.payload)
      else if (next.opcode === CLOSE) {
        write(CLOSE, next.payload.subarray(0, 2))
        closed()
        socket.end()
        return
      }
    }
  })
  socket.on("close", closed)
  socket.on("error", closed)

  return {
    sendText: (text) => write(TEXT, Buffer.from(text, "utf8")),
    ping: () => write(PING, Buffer.alloc(0)),
    close: (code = 1001) => {
      const payload = Buffer.alloc(2)
      payload.writeUInt16BE(code)
      write(CLOSE, payload)
      closed()
      socket.end()
    },
  }
}
