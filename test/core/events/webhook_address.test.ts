import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import {
  maskUrl,
  type OurHooks,
  ownerOf,
  publicBase,
  webhookUrl,
} from "../../../core/events/webhook_address.ts"

const general = (change: { public_url?: string; hostname?: string; base_url?: string } = {}) => ({
  public_url: "",
  hostname: "",
  base_url: "",
  ...change,
})
const baseOf = (change: Parameters<typeof general>[0], port: number | null = 6868) => {
  const found = publicBase(general(change), port)
  return typeof found === "string" ? found : found.base
}

describe("publicBase", () => {
  it("publicBase() takes general.public_url whole, and before anything else", () => {
    assert.strictEqual(baseOf({ public_url: "http://192.168.1.10:6868" }), "http://192.168.1.10:6868")
    assert.strictEqual(
      baseOf({ public_url: " https://oncue.example.net/oncue/ ", hostname: "nas", base_url: "/other" }),
      "https://oncue.example.net/oncue",
    )
  })

  it("publicBase() makes an address of the host, the real port and the prefix", () => {
    assert.strictEqual(baseOf({ hostname: "nas" }, 7000), "http://nas:7000")
    assert.strictEqual(baseOf({ hostname: "nas.lan", base_url: "oncue" }), "http://nas.lan:6868/oncue")
    assert.strictEqual(baseOf({ hostname: "nas", base_url: "/" }), "http://nas:6868")
    assert.strictEqual(baseOf({ hostname: "10.0.0.7" }), "http://10.0.0.7:6868")
    assert.strictEqual(baseOf({ hostname: "fd00::7" }), "http://[fd00::7]:6868")
    assert.strictEqual(baseOf({ hostname: "[fd00::7]" }), "http://[fd00::7]:6868")
  })

  it("publicBase() leaves a port alone that somebody wrote behind the host", () => {
    assert.strictEqual(baseOf({ hostname: "nas:80" }), "http://nas")
    assert.strictEqual(baseOf({ hostname: "nas:6767" }), "http://nas:6767")
    assert.strictEqual(baseOf({ hostname: "https://nas.example/oncue" }), "https://nas.example/oncue")
  })

  it("publicBase() names the setting when it cannot tell", () => {
    for (const change of [
      {},
      { hostname: "  " },
      { hostname: "nas/../x" },
      { hostname: "a b" },
      { hostname: "user@nas" },
      { public_url: "192.168.1.10" },
      { public_url: "ftp://nas" },
      { public_url: "javascript:alert(1)" },
      { public_url: "http://user:pass@nas" },
      { public_url: "http://nas?x=1" },
    ]) {
      assert.match(
        String(baseOf(change)),
        /general\.(public_url|hostname).*general\.public_url|set general\.public_url|general\.public_url is not/,
      )
    }
  })
})

const Text = Schema.String.check(Schema.makeFilter((text) => text.isWellFormed()))

describe("webhookUrl", () => {
  it("webhookUrl() carries the key and the instance name", () => {
    const url = webhookUrl("http://nas:6868", Redacted.make("k/1&"), "Rösti & Co")
    assert.strictEqual(
      Redacted.value(url),
      "http://nas:6868/api/webhooks/plex?apikey=k%2F1%26&instance=R%C3%B6sti%20%26%20Co",
    )
    assert.notInclude(String(url), "k%2F1")
  })

  it.prop(
    "webhookUrl() is read back as it was written, whatever the key and the name",
    [Text, Text],
    ([key, name]) => {
      const { searchParams } = new URL(Redacted.value(webhookUrl("http://nas", Redacted.make(key), name)))
      return searchParams.get("apikey") === key && searchParams.get("instance") === name
    },
  )
})

describe("maskUrl", () => {
  it("maskUrl() shows whose it is and nothing secret", () => {
    assert.strictEqual(
      maskUrl("http://nas:6868/api/webhooks/plex?apikey=secret&instance=OnCue"),
      "http://nas:6868/api/webhooks/plex?apikey=…&instance=OnCue",
    )
    assert.strictEqual(
      maskUrl("https://hooks.example.net/plex/secret?x=secret"),
      "https://hooks.example.net/…",
    )
    assert.strictEqual(maskUrl("https://u:secret@hooks.example.net/"), "https://hooks.example.net")
    assert.strictEqual(maskUrl("secret"), "…")
  })

  it.prop("maskUrl() never shows the key", [Text], ([key]) => {
    const secret = `secret${key}`
    return !maskUrl(Redacted.value(webhookUrl("http://nas", Redacted.make(secret), "OnCue"))).includes(
      "secret",
    )
  })
})

describe("ownerOf", () => {
  const key = Redacted.make("webhook-key")
  const current = webhookUrl("http://nas:6868", key, "OnCue")
  const ours: OurHooks = {
    current,
    keys: [key, Redacted.make("api-key"), Redacted.make("")],
    made: ["http://old-nas:6868/api/webhooks/plex?apikey=…&instance=OnCue"],
  }
  const cases: ReadonlyArray<readonly [string, "current" | "stale" | "other"]> = [
    [Redacted.value(current), "current"],
    // Bazarr's forms with the API key that was taken over from it.
    ["http://bazarr/api/webhooks/plex?apikey=api-key&instance=Bazarr", "stale"],
    ["http://bazarr.example/bazarr/api/webhooks/plex?apikey=api-key", "stale"],
    // Ours with the key from before it was renewed, or another name.
    ["http://nas:6868/api/webhooks/plex?apikey=older-key&instance=OnCue", "stale"],
    ["http://nas:6868/api/webhooks/plex?apikey=webhook-key&instance=Renamed", "stale"],
    // Ours at an address from before, with a key from before.
    ["http://old-nas:6868/api/webhooks/plex?apikey=older-key&instance=OnCue", "stale"],
    // Somebody else's.
    ["http://other:6767/api/webhooks/plex?apikey=their-key&instance=OnCue", "other"],
    ["http://other:6767/api/webhooks/plex", "other"],
    ["http://other:6767/api/webhooks/plex?apikey=", "other"],
    ["https://hooks.example.net/plex?apikey=api-key", "other"],
    ["http://nas:6868/other/api", "other"],
    ["not an address", "other"],
  ]
  for (const [url, owner] of cases) {
    it(`ownerOf() says ${owner} of ${url}`, () => assert.strictEqual(ownerOf(url, ours), owner))
  }
  it("ownerOf() still knows our keys while our address cannot be told", () => {
    const nameless = { ...ours, current: null }
    assert.strictEqual(ownerOf("http://x/api/webhooks/plex?apikey=api-key", nameless), "stale")
    assert.strictEqual(ownerOf("http://x/api/webhooks/plex?apikey=y", nameless), "other")
  })
})
