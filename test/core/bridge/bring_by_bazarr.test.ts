import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { bringByBazarr } from "../../../core/bridge/bring_by_bazarr.ts"
import type { Cause } from "../../../core/jobs/job.ts"
import { MOVED_NOTE } from "../../../core/library/follow_moved.ts"
import { entryOf } from "../../../core/media/item_index_entry.ts"
import { type AnyPort, Bazarr, ItemIndex, JobQueue } from "../../../core/ports/mod.ts"
import { libraryWorld, passing } from "../../support/library_world.ts"
import { film, SERVER_ID } from "../../support/plex_items.ts"

const cause: Cause = {
  source: "webhook",
  event: "media.play",
  atMs: 0,
  viewer: null,
  player: null,
  title: "Sintel",
}

describe("bringByBazarr() of an item that its server no longer has", () => {
  const world = () => {
    const made = libraryWorld({
      settings: {
        general: { use_plex: true },
        oncue: { mode: "bazarr", bazarr_url: "http://bazarr.test:6767", bazarr_apikey: Redacted.make("key") },
      },
    })
    const ports = Layer.mergeAll(made.ports, Layer.mock(Bazarr, {})) as unknown as Layer.Layer<AnyPort>
    return { ...made, ports }
  }

  it.effect("searches it where it is now", () => {
    const { ports } = world()
    return Effect.gen(function* () {
      const moved = film({ ref: { serverId: SERVER_ID, ratingKey: "7777" } })
      const index = yield* ItemIndex
      yield* index.put([entryOf(film()), entryOf(moved)])
      yield* index.remove([film().ref])
      const outcome = yield* passing(bringByBazarr(1, film().ref, cause))
      assert.deepStrictEqual(outcome, { _tag: "Done", note: MOVED_NOTE })
      const [job] = yield* (yield* JobQueue).list({ limit: 5 })
      assert.deepInclude(job?.work, { _tag: "FindSubtitles", ratingKey: "7777", cause })
    }).pipe(Effect.provide(ports))
  })

  it.effect("fails where it is nowhere", () => {
    const { ports } = world()
    return Effect.gen(function* () {
      const outcome = yield* passing(bringByBazarr(1, film().ref, cause))
      assert.strictEqual(outcome._tag, "Failed")
    }).pipe(Effect.provide(ports))
  })
})
