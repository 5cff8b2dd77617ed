import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import {
  choosesByTitle,
  type Decision,
  decide,
  decideItem,
  isChosenLibrary,
  selectedServers,
} from "../../../core/events/decision.ts"
import type { PlexEvent } from "../../../core/events/event.ts"
import { ServerEntry } from "../../../core/settings/records.ts"
import {
  applyPatch,
  DEFAULT_SETTINGS,
  type Settings,
  type SettingsPatch,
} from "../../../core/settings/settings.ts"

const settingsWith = (...patches: ReadonlyArray<SettingsPatch>): Settings =>
  patches.reduce<Settings>(
    applyPatch,
    applyPatch(DEFAULT_SETTINGS, { general: { use_plex: true }, plex: { server_machine_id: "den" } }),
  )

const event = (change: Partial<PlexEvent> = {}, item: Partial<PlexEvent["metadata"]> = {}): PlexEvent => ({
  event: "media.play",
  server: { uuid: "den", title: "Den" },
  account: { id: "1", title: "Owner" },
  player: { uuid: "player-1", title: "Living room" },
  metadata: {
    type: "movie",
    ratingKey: "1001",
    guid: "plex://movie/1",
    title: "Sintel",
    grandparentTitle: null,
    parentIndex: null,
    index: null,
    librarySectionId: "1",
    librarySectionTitle: "Films",
    live: false,
    extra: false,
    ...item,
  },
  ...change,
})

const server = (machine_id: string, libraries: ReadonlyArray<string> = []) =>
  Schema.decodeUnknownSync(ServerEntry)({ machine_id, libraries })

const outcome = (decision: Decision) => (decision._tag === "Search" ? "search" : decision.reason)

describe("decide", () => {
  it("decide() handles media.play alone unless the setting names more", () => {
    const started = event({ event: "playback.started" })
    assert.strictEqual(outcome(decide(event(), settingsWith())), "search")
    assert.strictEqual(outcome(decide(started, settingsWith())), "the event playback.started is not handled")
    const more = settingsWith({ oncue: { webhook_events: ["media.play", "playback.started"] } })
    assert.strictEqual(outcome(decide(started, more)), "search")
  })

  it("decide() answers Malformed to a handled event without an item, and ignores another one without looking", () => {
    assert.strictEqual(decide(event({ metadata: null }), settingsWith())._tag, "Malformed")
    assert.strictEqual(decide(event({ event: "device.new", metadata: null }), settingsWith())._tag, "Ignore")
  })

  it("decideItem() has no say in which events count", () => {
    assert.strictEqual(outcome(decideItem(event({ event: "library.new" }), settingsWith())), "search")
  })

  it("decideItem() ignores everything while Plex is switched off", () => {
    const off = settingsWith({ general: { use_plex: false } })
    assert.match(outcome(decideItem(event(), off)), /switched off/)
  })

  it("decideItem() ignores what never gets subtitles, quietly and with the reason", () => {
    const cases: ReadonlyArray<readonly [Partial<PlexEvent["metadata"]>, RegExp]> = [
      [{ guid: "prerolls://1" }, /pre-roll/],
      [{ live: true }, /live television/],
      [{ extra: true }, /trailer or extra/],
      [{ type: "clip" }, /trailer or extra/],
      [{ type: "track" }, /of type track/],
      [{ type: "photo" }, /of type photo/],
      [{ type: "show" }, /of type show/],
      [{ type: "" }, /without a type/],
      [{ ratingKey: null }, /without a rating key/],
    ]
    for (const [item, reason] of cases) {
      const decision = decideItem(event({}, item), settingsWith())
      assert.match(outcome(decision), reason)
      assert.isTrue(decision._tag === "Ignore" && decision.quiet)
    }
  })

  it("decideItem() takes a missing server for the primary one and refuses others", () => {
    const decision = decideItem(event({ server: null }), settingsWith())
    assert.deepStrictEqual(decision, { _tag: "Search", serverId: "den", ratingKey: "1001" })
    const foreign = event({ server: { uuid: "attic", title: "Attic" } })
    assert.strictEqual(outcome(decideItem(foreign, settingsWith())), "the server Attic is not selected")
    const both = settingsWith({ oncue: { servers: [server("den"), server("attic")] } })
    assert.strictEqual(outcome(decideItem(foreign, both)), "search")
    const none = settingsWith({ plex: { server_machine_id: "" } })
    assert.strictEqual(outcome(decideItem(event({ server: null }), none)), "no server is selected")
  })

  it("decideItem() takes any server for the one at plex.ip while there is an API key and none is selected", () => {
    const legacy = settingsWith({
      plex: { server_machine_id: "", apikey: Redacted.make("key"), movie_library: ["Films"] },
    })
    assert.deepStrictEqual(decideItem(event(), legacy), {
      _tag: "Search",
      serverId: "den",
      ratingKey: "1001",
    })
    assert.strictEqual(outcome(decideItem(event({ server: null }), legacy)), "no server is selected")
    const kids = event({}, { librarySectionId: "9", librarySectionTitle: "Kids" })
    assert.strictEqual(outcome(decideItem(kids, legacy)), "the library Kids is not chosen")
  })

  it("decideItem() filters by user and player, name or id, whatever the case", () => {
    const verdict = (oncue: SettingsPatch["oncue"] & {}, change: Partial<PlexEvent> = {}) =>
      outcome(decideItem(event(change), settingsWith({ oncue })))
    assert.strictEqual(verdict({ only_users: ["owner"] }), "search")
    assert.strictEqual(verdict({ only_users: ["1"] }), "search")
    assert.strictEqual(verdict({ only_users: ["guest"] }), "Owner is not among the chosen users")
    assert.match(verdict({ only_users: ["guest"] }, { account: null }), /the viewer is not among/)
    assert.strictEqual(verdict({ only_players: [" living ROOM "] }), "search")
    assert.strictEqual(verdict({ only_players: ["player-1"] }), "search")
    assert.match(verdict({ only_players: ["Phone"] }), /Living room is not among the chosen players/)
  })

  it("decideItem() asks nobody who watches about something that was added", () => {
    const filtered = settingsWith({ oncue: { only_users: ["guest"], only_players: ["Phone"] } })
    assert.strictEqual(outcome(decideItem(event({ event: "library.new", player: null }), filtered)), "search")
  })

  it("decideItem() filters by type", () => {
    const episodes = settingsWith({ oncue: { only_types: ["Episode"] } })
    assert.match(outcome(decideItem(event(), episodes)), /items of type movie are not among/)
    assert.strictEqual(outcome(decideItem(event({}, { type: "episode" }), episodes)), "search")
  })
})

describe("isChosenLibrary", () => {
  const films = { id: "1", title: "Films" }
  const shows = { id: "2", title: "Series" }

  it("isChosenLibrary() takes every library as long as none is chosen", () => {
    assert.isTrue(isChosenLibrary(settingsWith(), "den", films))
    assert.isTrue(isChosenLibrary(settingsWith(), "den", { id: null, title: null }))
  })

  it("isChosenLibrary() goes by id where ids are stored, so that a second library of the same title is another one", () => {
    const byId = settingsWith({ plex: { movie_library: ["Films"], movie_library_ids: ["1"] } })
    assert.isTrue(isChosenLibrary(byId, "den", { id: "1", title: "Renamed" }))
    assert.isFalse(isChosenLibrary(byId, "den", { id: "9", title: "Films" }))
    assert.isFalse(isChosenLibrary(byId, "den", shows))
    assert.isTrue(isChosenLibrary(byId, "den", { id: null, title: "Films" }))
    assert.isFalse(choosesByTitle(byId, "den"))
  })

  it("isChosenLibrary() goes by title for the kind that has no ids", () => {
    const mixed = settingsWith({ plex: { movie_library_ids: ["1"], series_library: ["Series"] } })
    assert.isTrue(isChosenLibrary(mixed, "den", shows))
    assert.isFalse(isChosenLibrary(mixed, "den", { id: "2", title: "series" }))
    assert.isFalse(isChosenLibrary(mixed, "den", { id: "2", title: null }))
    assert.isTrue(choosesByTitle(mixed, "den"))
  })

  it("isChosenLibrary() applies Bazarr's lists to the primary server alone", () => {
    const two = settingsWith({
      plex: { movie_library_ids: ["1"] },
      oncue: { servers: [server("den"), server("attic", ["7"])] },
    })
    assert.isFalse(isChosenLibrary(two, "attic", films))
    assert.isTrue(isChosenLibrary(two, "attic", { id: "7", title: "Attic films" }))
    assert.isTrue(isChosenLibrary(two, "den", films))
    assert.deepStrictEqual(selectedServers(two), ["den", "attic"])
  })
})
