/**
 * Posts Plex webhooks over keep-alive connections as fast as they are answered, in a process of its own, and prints what
 * it counted as JSON. Usage: load.ts URL CONNECTIONS SECONDS THUMB_BYTES
 */

import { readFileSync } from "node:fs"
import { connect, type Socket } from "node:net"

const [address = "", connections = "50", seconds = "5", thumbBytes = "0"] = process.argv.slice(2)
const url = new URL(address)
const endAt = performance.now() + Number(seconds) * 1_000
const event = JSON.parse(
  readFileSync(new URL("../samples/webhook/movie-media.play.json", import.meta.url), "utf8"),
)
const BOUNDARY = "----OnCueBench"
const latencies: Array<number> = []
let refused = 0
/** Runs after one another over the same server are about other items. */
let made = Math.floor(Date.now() / 1_000) * 1_000_000

function part(headers: string, body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${headers}\r\n\r\n`),
    body,
    Buffer.from("\r\n"),
  ])
}

const thumb =
  Number(thumbBytes) === 0
    ? Buffer.alloc(0)
    : part(
        'name="thumb"; filename="thumb.jpg"\r\nContent-Type: image/jpeg',
        Buffer.alloc(Number(thumbBytes), 7),
      )

/** Every request is about another item, so that each one is a new job. */
function request(): Buffer {
  made += 1
  event.Metadata.ratingKey = String(made)
  const payload = part('name="payload"\r\nContent-Type: application/json', Buffer.from(JSON.stringify(event)))
  const body = Buffer.concat([payload, thumb, Buffer.from(`--${BOUNDARY}--\r\n`)])
  const head = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
    `Content-Length: ${body.length}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body])
}

/** Whether a whole answer is there. Both servers name the length of theirs. */
function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf("\r\n\r\n")
  if (headEnd === -1) return false
  const length = /content-length: (\d+)/i.exec(answer)?.[1]
  return answer.length >= headEnd + 4 + Number(length ?? 0)
}

function client(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(url.port), url.hostname)
    let answer = ""
    let sentAt = 0
    const send = () => {
      if (performance.now() >= endAt) {
        socket.destroy()
        resolve()
        return
      }
      sentAt = performance.now()
      socket.write(request())
    }
    socket.once("connect", send)
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1")
      if (!isWhole(answer)) return
      if (!answer.startsWith("HTTP/1.1 200")) refused += 1
      latencies.push(performance.now() - sentAt)
      answer = ""
      send()
    })
    socket.once("error", reject)
  })
}

await Promise.all(Array.from({ length: Number(connections) }, client))
latencies.sort((a, b) => a - b)
const at = (share: number) => Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1))
console.log(
  JSON.stringify({
    perSecond: Math.round(latencies.length / Number(seconds)),
    answered: latencies.length,
    refused,
    p50: at(0.5),
    p99: at(0.99),
  }),
)
