import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { SubtitleSync } from "../../core/ports/mod.ts"

/** A tool that turns every `00:00:01` of a subtitle into `00:00:09`, and one that writes nothing. */
export interface SyncWorld {
  readonly layer: Layer.Layer<SubtitleSync>
  readonly tool: string
  readonly video: string
}

const TEXT = "1\n00:00:01,000 --> 00:00:02,000\nHé\n"

/** What every SubtitleSync owes. */
export function subtitleSyncContract(
  name: string,
  make: (hears: boolean) => Effect.Effect<SyncWorld, never, Scope.Scope>,
): void {
  const aligned = (world: SyncWorld, tool = world.tool) =>
    SubtitleSync.use((sync) => sync.align(tool, world.video, TEXT)).pipe(Effect.provide(world.layer))

  describe(`${name} SubtitleSync`, () => {
    it.live("align() answers what the tool wrote", () =>
      Effect.gen(function* () {
        const world = yield* make(true)
        assert.strictEqual(yield* aligned(world), TEXT.replace("00:00:01", "00:00:09"))
      }).pipe(Effect.scoped),
    )

    it.live("align() says so when the tool writes nothing", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(aligned(yield* make(false)))
        assert.strictEqual(error.detail, "it wrote nothing")
      }).pipe(Effect.scoped),
    )

    it.live("align() starts no program that it does not know", () =>
      Effect.gen(function* () {
        const world = yield* make(true)
        for (const tool of ["/bin/sh", "alass", ""]) {
          const error = yield* Effect.flip(aligned(world, tool))
          assert.strictEqual(error.detail, "it is none of the programs that are known")
        }
      }).pipe(Effect.scoped),
    )
  })
}
