import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { GHOST_MS, LOOKED_FOR_MS } from "../../../core/events/playback.ts"
import {
  announce,
  drop,
  isLooking,
  lookAtAll,
  matchSessions,
  NOTHING_WATCHED,
  type PlayingChange,
  settle,
  type Watched,
} from "../../../core/events/watched_sessions.ts"
import { DLNA_PLAYER, playSession } from "../../support/play_sessions.ts"

const playing = (sessionKey = "91", ratingKey = "2013", state: PlayingChange["state"] = "playing") => ({
  sessionKey,
  ratingKey,
  state,
})
const keys = (sessions: ReadonlyArray<{ readonly sessionKey: string }>) =>
  sessions.map((one) => one.sessionKey)
const found = (watched: Watched, sessions = [playSession()], nowMs = 0) =>
  matchSessions(watched, sessions, nowMs)

describe("announce", () => {
  it("announce() has the sessions read once for a playback, however often it is announced", () => {
    const first = announce(NOTHING_WATCHED, playing(), 0)
    assert.isTrue(isLooking(first))
    assert.strictEqual(announce(first, playing(), 10), first)
    const { ready, watched } = found(first)
    assert.deepStrictEqual(keys(ready), ["91"])
    const settled = settle(watched, playSession())
    assert.isFalse(isLooking(settled))
    assert.strictEqual(announce(settled, playing(), 10_000), settled)
    assert.strictEqual(announce(settled, playing("91", "2013", "buffering"), 10_000), settled)
  })

  it("announce() begins anew with the next item of a session, and after it was stopped", () => {
    const settled = settle(announce(NOTHING_WATCHED, playing(), 0), playSession())
    assert.isTrue(isLooking(announce(settled, playing("91", "2014"), 1)))
    const stopped = announce(settled, playing("91", "2013", "stopped"), 1)
    assert.isTrue(isLooking(announce(stopped, playing(), 2)))
  })

  it("announce() does nothing for a pause, and gives up what is stopped", () => {
    assert.isFalse(isLooking(announce(NOTHING_WATCHED, playing("91", "2013", "paused"), 0)))
    const wanted = announce(NOTHING_WATCHED, playing(), 0)
    assert.isFalse(isLooking(announce(wanted, playing("91", "2013", "stopped"), 1)))
  })
})

describe("matchSessions", () => {
  it("matchSessions() takes every session after the stream was opened, once, also a paused one", () => {
    const paused = playSession({
      sessionKey: "92",
      player: { ...DLNA_PLAYER, product: "Plex Web", platform: "Chrome", state: "paused" },
    })
    const { ready, watched } = found(lookAtAll(NOTHING_WATCHED), [playSession(), paused])
    assert.deepStrictEqual(keys(ready), ["91", "92"])
    const settled = ready.reduce(settle, watched)
    assert.isFalse(isLooking(settled))
    assert.deepStrictEqual(found(lookAtAll(settled), [playSession(), paused]).ready, [])
  })

  it("matchSessions() forgets sessions that are over", () => {
    const settled = settle(NOTHING_WATCHED, playSession())
    const { watched } = found(lookAtAll(settled), [])
    assert.deepStrictEqual(keys(found(lookAtAll(watched)).ready), ["91"])
  })

  it("matchSessions() looks again for what is not listed yet, and gives up after a while", () => {
    const wanted = announce(NOTHING_WATCHED, playing(), 0)
    const early = found(wanted, [], LOOKED_FOR_MS - 1)
    assert.deepStrictEqual([early.ready, isLooking(early.watched)], [[], true])
    assert.deepStrictEqual(keys(found(early.watched, [playSession()], LOOKED_FOR_MS).ready), ["91"])
    assert.isFalse(isLooking(found(early.watched, [], LOOKED_FOR_MS).watched))
  })

  it("matchSessions() takes a DLNA session only when it is still there a moment later", () => {
    const dlna = playSession({ player: DLNA_PLAYER })
    const wanted = announce(NOTHING_WATCHED, playing(), 0)
    const first = found(wanted, [dlna], 10)
    assert.deepStrictEqual(first.ready, [])
    const soon = found(first.watched, [dlna], 10 + GHOST_MS - 1)
    assert.deepStrictEqual(soon.ready, [])
    assert.deepStrictEqual(keys(found(soon.watched, [dlna], 10 + GHOST_MS).ready), ["91"])
    const gone = found(first.watched, [], 10 + GHOST_MS)
    assert.deepStrictEqual(found(gone.watched, [], LOOKED_FOR_MS).watched.wanted.size, 0)
  })

  it("matchSessions() asks again for what was dropped as soon as it is announced again", () => {
    const wanted = announce(NOTHING_WATCHED, playing(), 0)
    const dropped = drop(found(wanted).watched, playSession())
    assert.isFalse(isLooking(dropped))
    assert.isTrue(isLooking(announce(dropped, playing(), 10_000)))
  })

  it("settle() remembers what was announced where the session names no item", () => {
    const live = playSession({ ratingKey: null, live: true })
    const settled = settle(found(announce(NOTHING_WATCHED, playing(), 0), [live]).watched, live)
    assert.isFalse(isLooking(announce(settled, playing(), 10_000)))
  })
})

const Key = Schema.Literals(["1", "2", "3"])
const Change = Schema.Struct({
  sessionKey: Key,
  ratingKey: Key,
  state: Schema.Literals(["playing", "paused", "buffering", "stopped"]),
})

describe("laws", () => {
  it.prop("a playback that is not stopped is taken in exactly once", [Schema.Array(Change)], ([changes]) => {
    let watched = NOTHING_WATCHED
    const taken: Array<string> = []
    const playingNow = new Map<string, string>()
    for (const change of changes) {
      if (change.state === "stopped") playingNow.delete(change.sessionKey)
      else if (change.state !== "paused") playingNow.set(change.sessionKey, change.ratingKey)
      watched = announce(watched, change, 0)
      const sessions = [...playingNow].map(([sessionKey, ratingKey]) =>
        playSession({ sessionKey, ratingKey }),
      )
      if (!isLooking(watched)) continue
      const { ready, watched: next } = matchSessions(watched, sessions, 0)
      watched = ready.reduce(settle, next)
      taken.push(...ready.map((one) => `${one.sessionKey}/${one.ratingKey}`))
      for (const one of ready) assert.strictEqual(watched.taken.get(one.sessionKey), one.ratingKey)
    }
    const held = [...playingNow].every(([key, item]) => watched.taken.get(key) === item)
    return held && !isLooking(watched)
  })
})
