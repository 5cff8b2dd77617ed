import { assert, describe, it } from "@effect/vitest"
import { requestJob, type SearchRequest, targetOf } from "../../../core/events/search_request.ts"

describe("targetOf", () => {
  const good: ReadonlyArray<readonly [SearchRequest, object]> = [
    [{ ratingKey: " 1001 " }, { _tag: "Item", ratingKey: "1001" }],
    [
      { ratingKey: "7", path: "/a.mkv" },
      { _tag: "Item", ratingKey: "7" },
    ],
    [{ path: "/films/Ä b.mkv" }, { _tag: "File", path: "/films/Ä b.mkv" }],
    [{ path: "D:\\films\\a.mkv" }, { _tag: "File", path: "D:\\films\\a.mkv" }],
    [{ path: "\\\\nas\\films\\a.mkv" }, { _tag: "File", path: "\\\\nas\\films\\a.mkv" }],
    [
      { imdb: "TT1727587" },
      { _tag: "Ids", kind: "movie", ids: { imdb: "tt1727587" }, season: null, episode: null },
    ],
    [
      { tvdb: "121361", season: 0, episode: 3 },
      { _tag: "Ids", kind: "episode", ids: { tvdb: "121361" }, season: 0, episode: 3 },
    ],
  ]
  for (const [request, target] of good)
    it(`targetOf() understands ${JSON.stringify(request)}`, () =>
      assert.deepStrictEqual(targetOf(request), target as never))

  const bad: ReadonlyArray<readonly [SearchRequest, RegExp]> = [
    [{}, /by ratingKey, by path, or by one of/],
    [{ season: 1, episode: 1 }, /by ratingKey/],
    [{ ratingKey: "../../identity" }, /no rating key/],
    [{ path: "films/a.mkv" }, /no absolute path/],
    [{ path: "/a\0.mkv" }, /no absolute path/],
    [{ path: `/${"x".repeat(40_000)}` }, /no absolute path/],
    [{ imdb: "1727587" }, /no IMDb id/],
    [{ tmdb: "x" }, /tmdb is no number/],
    [{ tvdb: "-1" }, /tvdb is no number/],
    [{ tvdb: "1", season: 1 }, /season and episode, both/],
  ]
  for (const [request, reason] of bad)
    it(`targetOf() says what is wrong with ${JSON.stringify(request).slice(0, 60)}`, () =>
      assert.match(String(targetOf(request)), reason))
})

describe("requestJob", () => {
  const cause = { source: "api", event: "search", atMs: 0, viewer: null, player: null, title: null } as const
  it("requestJob() shares its key with a playback of the item, and is never taken for heard before", () => {
    const job = requestJob({ _tag: "Item", ratingKey: "7" }, "den", cause)
    assert.deepStrictEqual([job.key, job.sighting, job.notBeforeMs], ["find/den/7", null, 0])
  })
  it("requestJob() has one key for one film or episode", () => {
    const keyOf = (request: SearchRequest) => {
      const target = targetOf(request)
      return typeof target === "string" ? target : requestJob(target, "den", cause).key
    }
    const episode = { tvdb: "1", season: 1, episode: 2 }
    assert.strictEqual(keyOf(episode), keyOf({ ...episode }))
    assert.notStrictEqual(keyOf(episode), keyOf({ ...episode, episode: 3 }))
    assert.notStrictEqual(keyOf({ tmdb: "1" }), keyOf({ tvdb: "1" }))
    assert.strictEqual(keyOf({ path: "C:\\Films\\a.mkv" }), keyOf({ path: "c:/films/A.mkv" }))
  })
})
