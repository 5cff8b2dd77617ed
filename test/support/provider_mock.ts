import { MockAgent } from "undici"
import type { Trouble } from "../contracts/subtitle_source.ts"
import type { Simulator } from "../simulator/mod.ts"
import { fault, type ServiceName } from "../simulator/mod.ts"

export interface MockedRequest {
  readonly method: string
  readonly origin: string
  /** Path and query. */
  readonly path: string
  readonly headers: Headers
  readonly body: string
}

export interface MockedAnswer {
  readonly status: number
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export const JSON_TYPE = { "content-type": "application/json" }
export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): MockedAnswer => ({
  status,
  body: typeof value === "string" ? value : JSON.stringify(value),
  headers: { ...JSON_TYPE, ...headers },
})

/** A dispatcher behind which some origins answer as `answer` says, with a list of what was asked. */
export function providerMock(
  origins: ReadonlyArray<string>,
  answer: (request: MockedRequest, count: number) => MockedAnswer,
) {
  const dispatcher = new MockAgent()
  dispatcher.disableNetConnect()
  const asked: Array<MockedRequest> = []
  for (const origin of origins) {
    for (const method of ["GET", "POST"]) {
      dispatcher
        .get(origin)
        .intercept({ method, path: () => true })
        .reply((options) => {
          const request: MockedRequest = {
            method,
            origin,
            path: options.path,
            headers: new Headers(options.headers as Record<string, string>),
            body: typeof options.body === "string" ? options.body : "",
          }
          asked.push(request)
          const { status, body = "", headers = {} } = answer(request, asked.length)
          return { statusCode: status, data: body, responseOptions: { headers } }
        })
        .persist()
    }
  }
  return { dispatcher, asked }
}

/** Makes a simulated service do what the contract asks of it. */
export function makeTrouble(simulator: Simulator, service: ServiceName, what: Trouble): void {
  const faults = {
    broken: fault.status(503, '{"message":"maintenance"}'),
    garbage: fault.garbage,
    page: fault.html,
    reset: fault.reset,
    silent: fault.hang,
    slow_down: fault.status(429, "", { "retry-after": "20" }),
    refused: fault.status(403, '{"message":"no"}'),
  }
  simulator.faults.set({ service }, faults[what])
}
