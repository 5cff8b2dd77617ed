import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readPlaying } from "../../../core/system/read_playing.ts"
import { libraryWorld, OTHER_SERVER_ID, passing } from "../../support/library_world.ts"
import { playSession } from "../../support/play_sessions.ts"
import { EPISODE_FILE, episode, part, SERVER_ID, subtitle } from "../../support/plex_items.ts"

const ON = { general: { use_plex: true } } as const

describe("readPlaying()", () => {
  it.effect(
    "tells what is watched with what of the wanted subtitles is there, and who cannot be asked",
    () => {
      const { add, attic, den, ports } = libraryWorld({ settings: ON })
      add(attic, episode({}, [part(EPISODE_FILE, { id: "5313", streams: [subtitle()] })]))
      attic.sessions = [
        playSession(),
        playSession({ sessionKey: "92", ratingKey: "404", title: "Gone" }),
        playSession({ sessionKey: "93", ratingKey: null, type: "clip", live: true, title: "News" }),
      ]
      den.addresses.clear()
      return Effect.gen(function* () {
        const [here, there] = yield* passing(readPlaying())
        assert(here?._tag === "Playing")
        assert.deepStrictEqual(
          here.sessions.map(({ kind, subtitles, title }) => [title, kind, subtitles?.settled ?? null]),
          [
            ["The Harbor Line S01E03 · Slack Water", "episode", ["English"]],
            ["Gone", "episode", null],
            ["News", "other", null],
          ],
        )
        assert.deepInclude(here.sessions[0], { serverId: SERVER_ID, user: "owner_user", state: "playing" })
        assert(there?._tag === "Unknown")
        assert.strictEqual(there.serverId, OTHER_SERVER_ID)
        assert.notStrictEqual(there.reason, "")
      }).pipe(Effect.provide(ports))
    },
  )

  it.effect("asks nobody while Plex is switched off", () => {
    const { attic, ports } = libraryWorld({ settings: { general: { use_plex: false } } })
    attic.sessions = [playSession()]
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* readPlaying(), [])
      assert.deepStrictEqual(attic.calls, [])
    }).pipe(Effect.provide(ports))
  })
})
