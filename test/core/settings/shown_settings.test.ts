import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { ServerEntry } from "../../../core/settings/records.ts"
import { applyPatch, DEFAULT_SETTINGS } from "../../../core/settings/settings.ts"
import { shownSettings } from "../../../core/settings/shown_settings.ts"

describe("shownSettings()", () => {
  it("has every section and no secret", () => {
    const server = ServerEntry.make({
      machine_id: "c0ffee",
      name: "Attic",
      url: "",
      local: false,
      token: Redacted.make("server secret"),
      connections: [],
      manual: [],
      fingerprint: "",
      libraries: [],
    })
    const shown = shownSettings(
      applyPatch(DEFAULT_SETTINGS, {
        auth: { apikey: Redacted.make("api secret") },
        plex: { token: Redacted.make("plex secret"), movie_library: ["Movies"] },
        oncue: { servers: [server] },
      }),
    )
    assert.deepStrictEqual(Object.keys(shown), Object.keys(DEFAULT_SETTINGS))
    assert.notInclude(JSON.stringify(shown), 'secret"')
    assert.deepStrictEqual([shown.plex?.token, shown.plex?.apikey, shown.auth?.apikey], ["***", "", "***"])
    assert.deepStrictEqual(shown.plex?.movie_library, ["Movies"])
    assert.include(JSON.stringify(shown.oncue?.servers), '"token":"***"')
  })
})
