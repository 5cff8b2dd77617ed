import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { Loopback } from "../../core/ports/mod.ts"

/** Somebody who answers on this machine, for one test. */
export interface Answerer {
  readonly origin: string
  /** What was posted: method, path with query, type and body. */
  readonly posts: ReadonlyArray<readonly [path: string, contentType: string, body: string]>
}

/** The loopback under test, with an answerer that answers with the given status. */
export type MakeLoopback = (
  status: number,
) => Effect.Effect<{ readonly answerer: Answerer; readonly layer: Layer.Layer<Loopback> }, never, Scope.Scope>

/** What every loopback owes. `nobody` is an address at which nobody answers. */
export function loopbackContract(name: string, make: MakeLoopback, nobody: string): void {
  describe(`${name} Loopback`, () => {
    it.live("post() sends the body once and answers with the status", () =>
      Effect.gen(function* () {
        const { answerer, layer } = yield* make(204)
        const answer = yield* Loopback.use((loopback) =>
          loopback.post(Redacted.make(`${answerer.origin}/a?apikey=k`), "text/plain", "hello"),
        ).pipe(Effect.provide(layer))
        assert.strictEqual(answer.status, 204)
        assert.isAtLeast(answer.tookMs, 0)
        assert.deepStrictEqual(answerer.posts, [["/a?apikey=k", "text/plain", "hello"]])
      }).pipe(Effect.scoped),
    )

    it.live("post() follows no redirect and takes a failure status for an answer", () =>
      Effect.gen(function* () {
        for (const status of [302, 401, 500]) {
          const { answerer, layer } = yield* make(status)
          const answer = yield* Loopback.use((loopback) =>
            loopback.post(Redacted.make(`${answerer.origin}/`), "text/plain", ""),
          ).pipe(Effect.provide(layer))
          assert.strictEqual(answer.status, status)
          assert.strictEqual(answerer.posts.length, 1)
        }
      }).pipe(Effect.scoped),
    )

    it.live("post() says that nobody answers, without the query", () =>
      Effect.gen(function* () {
        const { layer } = yield* make(200)
        const url = Redacted.make(`${nobody}/api?apikey=very-secret`)
        const error = yield* Loopback.use((loopback) => loopback.post(url, "text/plain", "")).pipe(
          Effect.flip,
          Effect.provide(layer),
        )
        assert.deepStrictEqual([error.fault, error.where], ["refused", nobody])
        assert.notInclude(JSON.stringify(error) + error.message, "very-secret")
      }).pipe(Effect.scoped),
    )
  })
}
