import { assert, describe, it } from "@effect/vitest"
import { readTautulli } from "../../../core/events/tautulli_event.ts"

/** The JSON of the README with its parameters filled in, as Tautulli does: every value a text. */
const PLAY = {
  action: "play",
  server_machine_id: "den",
  server_name: "Den",
  media_type: "episode",
  rating_key: "2013",
  section_id: "2",
  library_name: "Series",
  title: "The Harbor Line - Slack Water",
  show_name: "The Harbor Line",
  episode_name: "Slack Water",
  season_num: "1",
  episode_num: "03",
  username: "owner_user",
  user_id: "71234",
  player: "Living room",
  machine_id: "player-1",
  live: "0",
}
const eventOf = (json: unknown) => {
  const told = readTautulli(json)
  return typeof told !== "string" && told._tag === "Item" ? told.event : null
}

describe("readTautulli", () => {
  it("readTautulli() reads a playback as Plex's own event", () => {
    assert.deepStrictEqual(eventOf(PLAY), {
      event: "media.play",
      server: { uuid: "den", title: "Den" },
      account: { id: "71234", title: "owner_user" },
      player: { uuid: "player-1", title: "Living room" },
      metadata: {
        type: "episode",
        ratingKey: "2013",
        guid: "",
        title: "Slack Water",
        grandparentTitle: "The Harbor Line",
        parentIndex: 1,
        index: 3,
        librarySectionId: "2",
        librarySectionTitle: "Series",
        live: false,
        extra: false,
      },
    })
  })

  it("readTautulli() reads what was recently added, with nobody who watches", () => {
    const added = eventOf({
      ...PLAY,
      action: "created",
      username: "",
      player: "",
      user_id: "",
      machine_id: "",
    })
    assert.deepInclude(added, { event: "library.new", account: null, player: null })
  })

  it("readTautulli() takes parameters that were not filled in for absent", () => {
    const bare = eventOf({
      media_type: "movie",
      rating_key: 7,
      username: "{username}",
      server_machine_id: " ",
    })
    assert.deepInclude(bare, { event: "media.play", account: null, server: null })
    assert.strictEqual(bare?.metadata?.ratingKey, "7")
  })

  it("readTautulli() knows live television", () => {
    assert.isTrue(eventOf({ ...PLAY, live: "1" })?.metadata?.live)
  })

  it("readTautulli() leaves other actions and tests alone", () => {
    for (const action of ["stop", "pause", "resume", "watched", "buffer"])
      assert.deepInclude(readTautulli({ ...PLAY, action }) as object, { _tag: "Other", action })
    for (const json of [
      {},
      { action: "{action}", rating_key: "{rating_key}" },
      { subject: "Tautulli", body: "Test" },
    ])
      assert.deepInclude(readTautulli(json) as object, { _tag: "Other", action: "test" })
  })

  it("readTautulli() never breaks on what anybody may send", () => {
    for (const json of [null, 1, "x", [], true]) assert.isString(readTautulli(json))
    const odd = Object.fromEntries(Object.keys(PLAY).map((key) => [key, { nested: [] }]))
    assert.deepInclude(readTautulli(odd) as object, { _tag: "Other" })
    const event = eventOf({ ...PLAY, title: "x".repeat(10_000), episode_name: null, rating_key: {} })
    assert.deepInclude(event?.metadata, { title: "x".repeat(500), ratingKey: null })
  })
})
