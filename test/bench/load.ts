/**
 * Posts Plex webhooks over keep-alive connections, in a process of its own, and prints what it counted as JSON: for so
 * many seconds as fast as they are answered, or each body of a file once. Usage: load.ts URL CONNECTIONS SECONDS
 * THUMB_BYTES WARM_UP_SECONDS, or load.ts URL CONNECTIONS FILE, a JSON list of texts. It says `begins` when it begins to
 * count: after the warm-up and without a pause, in which the server would do something else.
 */

import { readFileSync } from "node:fs"
import { connect, type Socket } from "node:net"

const [address = "", connections = "50", amount = "5", thumbBytes = "0", warmUp = "0"] = process.argv.slice(2)
const url = new URL(address)
const seconds = Number(amount)
const listed = Number.isNaN(seconds) ? (JSON.parse(readFileSync(amount, "utf8")) as Array<string>) : null
const event = JSON.parse(
  readFileSync(new URL("../samples/webhook/movie-media.play.json", import.meta.url), "utf8"),
)
const BOUNDARY = "----OnCueBench"
const latencies: Array<number> = []
let refused = 0
/** Runs after one another over the same server are about other items. */
let made = listed === null ? Math.floor(Date.now() / 1_000) * 1_000_000 : 0

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

function post(contentType: string, body: Buffer): Buffer {
  const head = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${body.length}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body])
}

/** Made before the first one is sent, so that they cost nothing when they are. */
const prepared = listed?.map((body) => post("application/json", Buffer.from(body))) ?? null
let begunAt = performance.now()
const warmAt = begunAt + Number(warmUp) * 1_000
const endAt = warmAt + seconds * 1_000

function begin(): void {
  begunAt = performance.now()
  latencies.length = 0
  console.log("begins")
}

/** The next one, or null at the end. Every request is about another item, so that each one is a new job. */
function request(): Buffer | null {
  if (prepared !== null) return prepared[made++] ?? null
  if (begunAt < warmAt && performance.now() >= warmAt) begin()
  if (performance.now() >= endAt) return null
  made += 1
  event.Metadata.ratingKey = String(made)
  const payload = part('name="payload"\r\nContent-Type: application/json', Buffer.from(JSON.stringify(event)))
  const body = Buffer.concat([payload, thumb, Buffer.from(`--${BOUNDARY}--\r\n`)])
  return post(`multipart/form-data; boundary=${BOUNDARY}`, body)
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
      const next = request()
      if (next === null) {
        socket.destroy()
        resolve()
        return
      }
      sentAt = performance.now()
      socket.write(next)
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
const took = (performance.now() - begunAt) / 1_000
latencies.sort((a, b) => a - b)
const at = (share: number) =>
  Number((latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0).toFixed(1))
console.log(
  JSON.stringify({
    perSecond: Math.round(latencies.length / took),
    answered: latencies.length,
    refused,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
  }),
)
