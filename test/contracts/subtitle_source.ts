import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import {
  SUBTITLE_DOWNLOAD_BYTES_MAX,
  type SubtitleQuery,
  type SubtitleSource,
} from "../../core/ports/subtitle_source.ts"
import { Language } from "../../core/subtitles/language.ts"
import { candidate } from "../support/subtitle_queries.ts"

/** What an upstream can do to a provider; `refused` is for those with an account or a key. */
export type Trouble = "broken" | "garbage" | "page" | "reset" | "silent" | "slow_down" | "refused"

/** A provider with the world behind it. */
export interface SourceWorld {
  readonly source: SubtitleSource
  /** It has a subtitle for this, and can fetch it. */
  readonly found: SubtitleQuery
  /** It has none for this. */
  readonly nothing: SubtitleQuery
  /** It cannot serve this; null when it can serve everything. */
  readonly unsuited: SubtitleQuery | null
  /** From now on every answer is trouble. */
  readonly trouble: (what: Trouble) => void
  /** Requests that were made so far. */
  readonly calls: () => number
  /** What must be in no candidate and in no error. */
  readonly secrets: ReadonlyArray<string>
}

const EXPECTED: Readonly<Record<Trouble, string>> = {
  broken: "ProviderUnavailable",
  garbage: "ProviderUnavailable",
  page: "ProviderUnavailable",
  reset: "ProviderUnavailable",
  silent: "ProviderUnavailable",
  slow_down: "ProviderQuota",
  refused: "ProviderRejected",
}

/** What every SubtitleSource owes. */
export function subtitleSourceContract(
  name: string,
  setup: Effect.Effect<SourceWorld, never, Scope.Scope>,
  troubles: ReadonlyArray<Trouble>,
): void {
  const test = (title: string, body: (world: SourceWorld) => Effect.Effect<void, unknown, Scope.Scope>) =>
    it.effect(title, () => Effect.flatMap(setup, body))
  const discreet = (world: SourceWorld, value: unknown) => {
    const text = `${JSON.stringify(value)} ${value instanceof Error ? value.message : ""}`
    for (const secret of world.secrets) assert.notInclude(text, secret)
    assert.notMatch(text, /https?:\/\/[^\s"]*\?/)
  }

  describe(`SubtitleSource: ${name}`, () => {
    test("has a short id and a name", ({ source }) =>
      Effect.sync(() => {
        assert.match(source.id, /^[a-z][a-z0-9_]{1,20}$/)
        assert.isNotEmpty(source.name.trim())
      }))

    test("unsuited() tells a query apart that it cannot serve, and calls nobody", (world) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* world.source.unsuited(world.found), null)
        if (world.unsuited !== null) {
          const reason = yield* world.source.unsuited(world.unsuited)
          assert.isNotEmpty(reason ?? "")
          discreet(world, reason)
        }
        assert.strictEqual(world.calls(), 0)
      }))

    test("search() finds candidates that say what they are", (world) =>
      Effect.gen(function* () {
        const found = yield* world.source.search(world.found)
        assert.isNotEmpty(found)
        assert.strictEqual(new Set(found.map((one) => one.id)).size, found.length)
        for (const one of found) {
          assert.strictEqual(one.provider, world.source.id)
          assert.isTrue(Schema.is(Language)(one.language))
          assert.isNotEmpty(one.handle)
          assert.deepStrictEqual(JSON.parse(JSON.stringify(one)), one)
          discreet(world, one)
        }
        assert.include(
          found.map((one) => one.language),
          world.found.languages[0],
        )
      }))

    test("search() finds nothing where there is nothing", (world) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* world.source.search(world.nothing), [])
      }))

    test("search() says the same when it is asked again", (world) =>
      Effect.gen(function* () {
        const first = yield* world.source.search(world.found)
        assert.deepStrictEqual(yield* world.source.search(world.found), first)
      }))

    test("test() asks somebody and says what that has proved", (world) =>
      Effect.gen(function* () {
        const before = world.calls()
        const proof = yield* world.source.test(world.found.item)
        assert.isAbove(world.calls(), before)
        assert.isNotEmpty(proof.told)
        if (proof.downloads !== null) assert.isAtMost(proof.downloads.left, proof.downloads.allowed)
        discreet(world, proof)
      }))

    test("fetch() gives a file, or has the server keep it", (world) =>
      Effect.gen(function* () {
        const [first] = yield* world.source.search(world.found)
        const delivery = yield* world.source.fetch(first!, world.found)
        if (delivery._tag === "StoredByPlex") return assert.isNotEmpty(delivery.providerTitle)
        assert.isAbove(delivery.bytes.length, 0)
        assert.isAtMost(delivery.bytes.length, SUBTITLE_DOWNLOAD_BYTES_MAX)
      }))

    test("fetch() of a candidate that is not its own is CandidateUnusable and not a defect", (world) =>
      Effect.gen(function* () {
        for (const handle of [
          "",
          "x",
          "//evil.test/x.srt",
          "https://evil.test/x.srt",
          "../../x",
          "{}",
          "-1",
        ]) {
          const odd = candidate({ provider: world.source.id, id: "odd", handle })
          const error = yield* Effect.flip(world.source.fetch(odd, world.found))
          assert.strictEqual(error._tag, "CandidateUnusable")
          discreet(world, error)
        }
      }))

    for (const trouble of troubles)
      test(`search(), test() and fetch(): "${trouble}" is ${EXPECTED[trouble]}`, (world) =>
        Effect.gen(function* () {
          const [first] = yield* world.source.search(world.found)
          world.trouble(trouble)
          const search = Effect.asVoid(world.source.search(world.found))
          // Whether the bytes of a file make sense is the reader's question.
          const proof = Effect.asVoid(world.source.test(world.found.item))
          const calls =
            trouble === "garbage"
              ? [search, proof]
              : [search, proof, Effect.asVoid(world.source.fetch(first!, world.found))]
          for (const call of calls) {
            const fiber = yield* Effect.forkChild(Effect.flip(call))
            if (trouble === "silent") yield* TestClock.adjust("15 seconds")
            const error = yield* Fiber.join(fiber)
            // A page instead of a file speaks against the candidate only.
            const ofFile = error._tag === "CandidateUnusable" && trouble === "page"
            if (!ofFile) assert.strictEqual(error._tag, EXPECTED[trouble])
            if (error._tag === "ProviderQuota") assert.isAbove(error.untilMs, 0)
            discreet(world, error)
          }
        }))
  })
}
