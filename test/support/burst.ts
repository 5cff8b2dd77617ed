import { Agent, request } from "node:http"

export interface BurstAnswer {
  /** Which of the payloads it is. */
  readonly index: number
  /** 0 when there was no answer. */
  readonly status: number
  readonly tookMs: number
}

export interface BurstOptions {
  readonly connections: number
  readonly contentType: string
}

function post(agent: Agent, url: string, body: Buffer | string, contentType: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { "content-type": contentType, "content-length": Buffer.byteLength(body) }
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume()
      response.on("end", () => resolve(response.statusCode ?? 0))
      response.on("error", () => resolve(0))
    })
    sent.on("error", () => resolve(0))
    sent.end(body)
  })
}

/** Posts every payload once, over so many connections at a time that are kept open. */
export async function burst(
  url: string,
  payloads: ReadonlyArray<Buffer | string>,
  { connections, contentType }: BurstOptions,
): Promise<ReadonlyArray<BurstAnswer>> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const answers: Array<BurstAnswer> = []
  let next = 0
  const worker = async () => {
    for (;;) {
      const index = next++
      const body = payloads[index]
      if (body === undefined) return
      const begun = performance.now()
      const status = await post(agent, url, body, contentType)
      answers.push({ index, status, tookMs: performance.now() - begun })
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  return answers
}

/** The time within which this share of the answers came, in milliseconds. */
export function percentile(answers: ReadonlyArray<BurstAnswer>, share: number): number {
  const times = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
}
