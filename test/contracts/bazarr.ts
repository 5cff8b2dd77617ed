import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { type BazarrTarget, hasNow } from "../../core/bridge/bazarr_item.ts"
import { Bazarr, type BazarrAccess } from "../../core/ports/bazarr.ts"

/** A Bazarr that knows a film and an episode without subtitles, wants Dutch and has it, and wants Thai and has none. */
export interface BazarrWorld {
  readonly layer: Layer.Layer<Bazarr>
  readonly access: BazarrAccess
  readonly version: string
  readonly film: BazarrTarget
  readonly episode: BazarrTarget
  readonly unknown: BazarrTarget
  /** Makes it unable to write. */
  readonly refuse: () => void
  /** Makes a search take this long. */
  readonly slow: (ms: number) => void
}

const language = (code: string, name: string) => ({ code, name, forced: false, hearingImpaired: false })
export const DUTCH = language("nl", "Dutch")
export const THAI = language("th", "Thai")
const LONG_MS = 5_000

/** What every Bazarr owes. */
export function bazarrContract(name: string, make: Effect.Effect<BazarrWorld, never, Scope.Scope>): void {
  const test = (title: string, body: (world: BazarrWorld) => Effect.Effect<void, unknown, Bazarr>) =>
    it.live(title, () =>
      Effect.flatMap(make, (world) => Effect.provide(body(world), world.layer)).pipe(Effect.scoped),
    )

  describe(`${name} Bazarr`, () => {
    test("version() is its version, and another key is refused", ({ access, version }) =>
      Effect.gen(function* () {
        const bazarr = yield* Bazarr
        assert.strictEqual(yield* bazarr.version(access), version)
        const wrong = { ...access, apiKey: Redacted.make("wrong-and-secret") }
        const error = yield* Effect.flip(bazarr.version(wrong))
        assert.strictEqual(error._tag, "BazarrKeyRejected")
        assert.notInclude(JSON.stringify(error) + error.message, "wrong-and-secret")
      }))

    for (const kind of ["film", "episode"] as const) {
      test(`search() brings a language of the ${kind} that it has, and item() then shows it`, (world) =>
        Effect.gen(function* () {
          const bazarr = yield* Bazarr
          const { access } = world
          const target = world[kind]
          const before = yield* bazarr.item(access, target)
          assert.deepStrictEqual(
            before?.missing.map(({ code }) => code),
            ["nl", "th"],
          )
          for (const one of before?.missing ?? []) yield* bazarr.search(access, target, one, LONG_MS)
          const after = yield* bazarr.item(access, target)
          assert.deepStrictEqual(
            after?.missing.map(({ code }) => code),
            ["th"],
          )
          assert.isNotNull(hasNow(after!, DUTCH)?.path)
          assert.isNull(hasNow(after!, THAI))
        }))
    }

    test("item() is null for what it does not know", ({ access, unknown }) =>
      Effect.gen(function* () {
        assert.isNull(yield* Bazarr.use((bazarr) => bazarr.item(access, unknown)))
      }))

    test("search() says in its own words what it could not do", ({ access, film, refuse }) =>
      Effect.gen(function* () {
        refuse()
        const error = yield* Effect.flip(Bazarr.use((bazarr) => bazarr.search(access, film, DUTCH, LONG_MS)))
        assert.strictEqual(error._tag, "BazarrRefused")
        assert.include(error.message, "Permission")
      }))

    test("search() waits no longer than it is told to", ({ access, film, slow }) =>
      Effect.gen(function* () {
        slow(LONG_MS)
        const error = yield* Effect.flip(Bazarr.use((bazarr) => bazarr.search(access, film, DUTCH, 50)))
        assert.strictEqual(error._tag, "BazarrUnreachable")
      }))

    test("every call fails as unreachable where nobody answers", ({ access, film }) =>
      Effect.gen(function* () {
        const bazarr = yield* Bazarr
        const nowhere = { ...access, url: "http://127.0.0.1:1" }
        for (const call of [
          bazarr.version(nowhere),
          bazarr.item(nowhere, film),
          bazarr.search(nowhere, film, DUTCH, LONG_MS),
        ])
          assert.strictEqual(
            (yield* Effect.flip(call as Effect.Effect<unknown, { _tag: string }>))._tag,
            "BazarrUnreachable",
          )
      }))
  })
}
