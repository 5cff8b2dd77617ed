import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { ANSWER_DEADLINE_MS } from "../../../adapters/http/_deadline.ts"
import { type AppOptions, makeApp } from "../../../adapters/http/app.ts"
import { answer, type Route, route } from "../../../adapters/http/route.ts"
import { DEFAULT_SETTINGS } from "../../../core/settings/settings.ts"

/** An address whose answer waits for something that is silent. */
const waitingFor = (silence: Effect.Effect<void>, answerWithinMs?: number) =>
  route({
    method: "GET",
    path: "/wait",
    tag: "Test",
    summary: "Waits",
    access: "open",
    answers: { 204: null },
    ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
    handle: () => Effect.as(silence, answer(204, null)),
  }) as unknown as Route

const ask = (served: Route, answerWithinMs: number) =>
  makeApp({
    run: Effect.runPromiseExit as AppOptions["run"],
    settings: () => DEFAULT_SETTINGS,
    routes: [served],
    basePath: "",
    answerWithinMs,
    onDefect: () => {},
  }).request("/wait")

describe("an answer that does not come", () => {
  it("is 504 in time, and what was to give it is told to stop", async () => {
    let stopped = false
    const silent = Effect.onInterrupt(Effect.never, () =>
      Effect.sync(() => {
        stopped = true
      }),
    )
    const response = await ask(waitingFor(silent), 30)
    expect(response.status).toBe(504)
    expect(await response.json()).toEqual({
      code: "ANSWER_OVERDUE",
      error: expect.stringMatching(/^Cannot answer within 0.03 s: /),
    })
    expect(stopped).toBe(true)
  })

  it("is 504 in time, also where nothing stops what was to give it", async () => {
    expect((await ask(waitingFor(Effect.uninterruptible(Effect.never)), 30)).status).toBe(504)
  })

  it("is waited for longer where the route says so", async () => {
    expect((await ask(waitingFor(Effect.sleep(60), 60_000), 5)).status).toBe(204)
  })

  it("is given up before the page gives up by itself", () => {
    expect(ANSWER_DEADLINE_MS).toBeLessThan(60_000)
  })
})
