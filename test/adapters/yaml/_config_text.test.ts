import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { openFork } from "../../../adapters/crypto/secret_box.ts"
import { withoutMark } from "../../../adapters/yaml/_bytes.ts"
import { type ConfigRead, editConfig, readConfig } from "../../../adapters/yaml/_config_text.ts"
import { PARSED_WHOLE_CHARACTERS_MAX } from "../../../adapters/yaml/_reduce.ts"
import { SettingsUnreadable } from "../../../core/ports/settings_store.ts"
import {
  applyPatch,
  changedKeys,
  type Settings,
  type SettingsPatch,
} from "../../../core/settings/settings.ts"
import { configPatch, configText } from "../../support/config_yaml.ts"

function read(text: string): ConfigRead {
  const result = readConfig("config.yaml", text)
  assert.isFalse(result instanceof SettingsUnreadable, String(result))
  return result as ConfigRead
}

function edited(text: string, patch: SettingsPatch): string {
  const result = editConfig(text, applyPatch(read(text).settings, patch))
  assert.isTrue("text" in result, JSON.stringify(result))
  return (result as { readonly text: string }).text
}

const secret = (text: string) => Redacted.make(text)
const sample = (name: string) =>
  readFileSync(new URL(`../../samples/config/${name}.yaml`, import.meta.url), "utf8")

describe("readConfig() of every generation", () => {
  const expectations: Record<string, (settings: Settings) => void> = {
    "gen1-apikey-plain": ({ general, auth, plex }) => {
      assert.strictEqual(Redacted.value(auth.apikey), "00000000000000000000000000000000")
      assert.strictEqual(Redacted.value(plex.apikey), "ExamplePlexToken0001")
      assert.strictEqual(plex.auth_method, "apikey")
      assert.strictEqual(plex.ip, "192.168.1.50")
      assert.deepStrictEqual([plex.movie_library, plex.series_library], [["Movies"], ["TV Shows"]])
      assert.deepStrictEqual([plex.set_movie_added, plex.set_episode_added], [true, false])
      assert.deepStrictEqual([general.use_plex, general.use_sonarr, general.ip], [true, true, "*"])
    },
    "gen2-apikey-signed": ({ general, plex }) => {
      assert.strictEqual(plex.apikey_encrypted, true)
      assert.match(Redacted.value(plex.apikey), /^\.eJw.*UtJE$/)
      assert.strictEqual(Redacted.value(plex.token), "")
      assert.strictEqual(general.instance_name, "Bazarr")
    },
    "gen3-oauth-1.5.3": ({ auth, general, plex }) => {
      assert.strictEqual(plex.auth_method, "oauth")
      assert.strictEqual(plex.user_id, "10000001")
      assert.strictEqual(plex.migration_successful, true)
      assert.strictEqual(plex.migration_timestamp, "2025-08-12T12:00:00.000000_a1b2c3d4")
      assert.strictEqual(plex.server_machine_id, "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00")
      assert.deepStrictEqual([auth.type, auth.username, general.base_url], ["form", "admin", "/bazarr"])
    },
    "gen3b-oauth-bare-string-token": ({ plex }) => {
      assert.match(Redacted.value(plex.token), /^IkV4YW1/)
      assert.strictEqual(plex.port, 32_400)
    },
    "gen4-oauth-multi-library": ({ plex }) => {
      assert.deepStrictEqual(plex.movie_library, ["Movies", "Movies (old agent)"])
      assert.deepStrictEqual(plex.series_library, ["TV Shows", "アニメ"])
      assert.deepStrictEqual(
        [plex.movie_library_ids, plex.series_library_ids],
        [
          ["1", "4"],
          ["2", "6"],
        ],
      )
      assert.strictEqual(plex.server_connections.length, 2)
    },
    "gen5-fork-secret-store": ({ general, plex }) => {
      assert.match(Redacted.value(plex.token), /^enc:v1:/)
      assert.strictEqual(
        Redacted.value(general.secrets_encryption_key),
        "test-master-key-for-secret-store-0001",
      )
      assert.deepStrictEqual(plex.series_library_ids, ["2"])
    },
    "broken-flag-without-key": ({ plex }) => {
      assert.strictEqual(plex.apikey_encrypted, true)
      assert.strictEqual(Redacted.value(plex.encryption_key), "")
    },
  }
  for (const [name, expected] of Object.entries(expectations)) {
    it(`reads ${name} without a warning`, () => {
      const { settings, warnings } = read(sample(name))
      assert.deepStrictEqual(warnings, [])
      expected(settings)
    })

    it(`changes only the line of a changed key in ${name}`, () => {
      const before = sample(name)
      const after = edited(before, { plex: { auth_method: "apikey", token: secret("0123") } })
      const rest = (text: string) =>
        text.split("\n").filter((line) => !/^ {2}(token|auth_method):/.test(line))
      assert.deepStrictEqual(rest(after), rest(before))
      assert.match(after, /^ {2}token: '0123'$/m)
    })
  }
})

describe("readConfig()", () => {
  it.each(["5", "true", "0x5", "text", "[a]"])("names a section that is %s", (value) => {
    assert.deepStrictEqual(
      read(`sonarr: ${value}\n`).warnings.map(({ key }) => key),
      ["sonarr"],
    )
  })

  it("understands what older releases and people wrote", () => {
    const { settings, warnings } = read(
      [
        "general: ",
        "plex:",
        "  ssl: 'False'",
        "  port: '32401'",
        "  update_movie_library: 'True'",
        "  update_series_library: yes",
        "  set_movie_added:",
        "  set_episode_added: 1",
        "  username: 0123",
        "  server_name: on",
        "  user_id: 1e5",
        "  email: 2025-08-12",
        "  apikey: 12345678901234567890",
        "  movie_library: Off",
        "  movie_library_ids: [1, '02', 3]",
        "  server_connections: ''",
        "  auth_method: OAuth",
        "sonarr: ~",
      ].join("\n"),
    )
    assert.deepStrictEqual(warnings, [])
    const { plex } = settings
    assert.deepStrictEqual([plex.ssl, plex.port], [false, 32_401])
    assert.deepStrictEqual([plex.update_movie_library, plex.update_series_library], [true, true])
    assert.deepStrictEqual([plex.set_movie_added, plex.set_episode_added], [false, true])
    assert.deepStrictEqual([plex.username, plex.server_name, plex.user_id], ["0123", "on", "1e5"])
    assert.deepStrictEqual([plex.email, Redacted.value(plex.apikey)], ["2025-08-12", "12345678901234567890"])
    assert.deepStrictEqual([plex.movie_library, plex.movie_library_ids], [["Off"], ["1", "02", "3"]])
    assert.deepStrictEqual([plex.server_connections, plex.auth_method], [[], "oauth"])
  })

  it("replaces what it cannot understand by the default, and says so without the value", () => {
    const { settings, warnings } = read("plex:\n  port: 70000\n  ip: [a]\n  ssl: maybe\ngeneral: text\n")
    assert.deepStrictEqual(
      [settings.plex.port, settings.plex.ip, settings.plex.ssl],
      [32_400, "127.0.0.1", false],
    )
    assert.deepStrictEqual(
      warnings.map((warning) => [warning.key, warning.used]),
      [
        ["general", "default"],
        ["plex.ip", "default"],
        ["plex.port", "default"],
        ["plex.ssl", "default"],
      ],
    )
    assert.notInclude(JSON.stringify(warnings), "maybe")
  })

  it("takes an empty file, comments, a byte order mark and document markers for a new installation", () => {
    for (const text of ["", "\n", "# nothing\n", "---\n", "---\n...\n", "null\n", "{}"])
      assert.deepStrictEqual(read(withoutMark(`\uFEFF${text}`).body).warnings, [])
  })

  it("reads anchors, aliases and merge keys as Python does", () => {
    const { settings } = read(
      [
        "base: &base {ip: 10.0.0.1, ssl: true}",
        "more: &more {ip: 10.0.0.2, port: 1}",
        "sonarr: &arr",
        "  <<: [*base, *more]",
        "  apikey: &key 'abc'",
        "radarr:",
        "  port: 7879",
        "  <<: *arr",
        "  apikey: *key",
      ].join("\n"),
    )
    assert.deepStrictEqual(
      [settings.sonarr.ip, settings.sonarr.port, settings.sonarr.ssl],
      ["10.0.0.1", 1, true],
    )
    assert.deepStrictEqual([settings.radarr.ip, settings.radarr.port], ["10.0.0.1", 7879])
    assert.strictEqual(Redacted.value(settings.radarr.apikey), "abc")
  })

  it("lets the last of two keys win and names it", () => {
    const { settings, warnings } = read("plex:\n  ip: a\nplex:\n  ip: b\n  ip: c\n")
    assert.strictEqual(settings.plex.ip, "c")
    assert.deepStrictEqual(
      warnings.map((warning) => [warning.key, warning.used]),
      [
        ["plex", "last"],
        ["plex.ip", "last"],
      ],
    )
  })

  const broken: ReadonlyArray<readonly [string, string, number | null, string | null]> = [
    ["a wrong indent", "plex:\n  ip: a\n bad: b\n", 3, "plex.bad"],
    ["a tab", "plex:\n\tip: a\n", 2, "plex.ip"],
    ["an open quote", "general:\n  x: 1\nplex:\n  ip: 'abc\n", 5, "plex.ip"],
    [
      "an unknown auth_method",
      "general:\n  x: 1\nplex:\n  # auth_method\n  auth_method: magic\n",
      5,
      "plex.auth_method",
    ],
    ["a list", "- a\n- b\n", 1, null],
    ["a text", "hello\n", 1, null],
    ["two documents", "plex:\n  ip: a\n---\nplex:\n  ip: b\n", 3, null],
    ["an alias without an anchor", "plex:\n  ip: *nope\n", 2, "plex.ip"],
    ["too deep nesting", `plex: ${"[".repeat(20_000)}${"]".repeat(20_000)}`, 1, "plex"],
  ]
  for (const [what, text, line, key] of broken) {
    it(`refuses ${what} with the line, the key and what is expected`, () => {
      const result = readConfig("/config/config.yaml", text)
      assert.isTrue(result instanceof SettingsUnreadable)
      const error = result as SettingsUnreadable
      assert.deepStrictEqual([error.line, error.key], [line, key])
      assert.match(error.message, /^Cannot read \/config\/config\.yaml/)
    })
  }

  it("is not filled by a nest of aliases", () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `a${level}: &a${level} [${Array.from({ length: 10 }, () => (level === 0 ? "x" : `*a${level - 1}`)).join(", ")}]`,
    )
    assert.deepStrictEqual(read(`${levels.join("\n")}\nplex:\n  ip: b\n`).warnings, [])
    const inside = readConfig("f", `${levels.join("\n")}\nplex:\n  movie_library: *a11\n`)
    assert.isTrue(inside instanceof SettingsUnreadable)
    assert.isTrue(readConfig("f", "plex: &p\n  movie_library: [*p]\n") instanceof SettingsUnreadable)
  })

  it("keeps a key named __proto__ apart", () => {
    const { settings } = read("__proto__:\n  ip: a\nplex:\n  __proto__: {port: 1}\n  ip: b\n")
    assert.deepStrictEqual([settings.plex.ip, settings.plex.port], ["b", 32_400])
  })
})

describe("readConfig() of the fork's values", () => {
  const vectors = JSON.parse(
    readFileSync(new URL("../../samples/config/token-vectors.json", import.meta.url), "utf8"),
  ) as { readonly fernet: { readonly master_key: string; readonly stored_value: string } }
  const { master_key, stored_value } = vectors.fernet
  const text = (master: string) =>
    `general: {secrets_encryption_key: '${master}'}\nauth:\n  apikey: ${stored_value}\nplex:\n  username: ${stored_value}\n`

  it("opens those that are used as they stand, and a save leaves them as they are stored", () => {
    const before = text(master_key)
    const { settings, warnings } = readConfig("f", before, openFork) as ConfigRead
    assert.deepStrictEqual(warnings, [])
    assert.strictEqual(Redacted.value(settings.auth.apikey), "ExamplePlexToken0001")
    assert.strictEqual(settings.plex.username, "ExamplePlexToken0001")
    const saved = editConfig(before, applyPatch(settings, { plex: { ip: "a" } }), openFork)
    assert.deepStrictEqual(saved, { text: `${before}  ip: a\n` })
  })

  it("never takes one that cannot be opened for a key or a name, and says which", () => {
    for (const master of ["", "another"]) {
      const { settings, warnings } = readConfig("f", text(master), openFork) as ConfigRead
      assert.strictEqual(Redacted.value(settings.auth.apikey), "")
      assert.strictEqual(settings.plex.username, "")
      assert.deepStrictEqual(
        warnings.map((one) => one.key),
        ["auth.apikey", "plex.username"],
      )
    }
  })
})

describe("editConfig()", () => {
  it("keeps comments, quotes, order, anchors, unknown keys and Windows line ends", () => {
    const before = [
      "# head",
      "zeta: &z {a: 1} # own",
      "plex: # the server",
      "    # where",
      '    ip:   "10.0.0.1"   # attic',
      "    token: 'old'",
      "    unknown: *z",
      "    movie_library:",
      "        # first",
      "        - Movies # main",
      "        - Old",
      "",
      "    port: 32400",
      "# between",
      "general: {use_plex: no, x: [1, 2]}",
      "# end",
    ]
    const after = edited(before.join("\r\n"), {
      plex: { ip: "10.0.0.2", token: secret("it's"), movie_library: ["Movies", "New"], ssl: true },
      general: { use_plex: true },
    })
    const expected = [...before]
    expected[4] = '    ip:   "10.0.0.2"   # attic'
    expected[5] = "    token: 'it''s'"
    expected[10] = "        - New"
    expected.splice(13, 0, "    ssl: true")
    expected[15] = "general: {use_plex: true, x: [1, 2]}"
    assert.deepStrictEqual(after.split("\r\n"), expected)
  })

  it("answers the same text when nothing differs", () => {
    const text = "plex:\n  port: '32400'\n  ssl: 'False'\n"
    assert.strictEqual(edited(text, { plex: { port: 32_400, ssl: false, ip: "127.0.0.1" } }), text)
  })

  it("moves an anchor to where the old value is still used", () => {
    assert.strictEqual(
      edited("plex:\n  token: &t abc # c\nother:\n  k: *t\n  l: *t\n", { plex: { token: secret("new") } }),
      "plex:\n  token: new # c\nother:\n  k: &t abc\n  l: *t\n",
    )
  })

  it("leaves sections that share an anchor with the changed one as they were", () => {
    assert.strictEqual(
      edited("sonarr: &s\n  ip: 10.0.0.1\nradarr: *s\n", { sonarr: { ip: "10.0.0.2", port: 1 } }),
      "sonarr: &s\n  ip: 10.0.0.2\n  port: 1\nradarr:\n  <<: *s\n  ip: 10.0.0.1\n  port: 7878\n",
    )
  })

  it("refuses a text in which it would change something else, and says which key", () => {
    const result = editConfig(
      "sonarr: &s\n  ip: 10.0.0.1\nmine: *s\n",
      applyPatch(read("sonarr: {ip: 10.0.0.1}\n").settings, { sonarr: { ip: "10.0.0.2" } }),
    )
    assert.include((result as { readonly reason: string }).reason, "sonarr.ip")
  })

  it("changes the path mappings of one instance, also those that are written as pairs", () => {
    const text = [
      "oncue:",
      "  sonarr:",
      "  - id: 4k # the big one",
      "    url: http://a",
      "    path_mappings:",
      "    - [/tv, /mnt/tv4k]",
      "  - { id: kids, url: http://b }",
      "",
    ].join("\n")
    const before = read(text).settings
    const own = (settings: Settings) => settings.oncue.sonarr.map((one) => one.path_mappings)
    assert.deepStrictEqual(own(before), [[{ from: "/tv", to: "/mnt/tv4k" }], []])
    assert.deepStrictEqual(editConfig(text, before), { text })
    const path_mappings = [{ from: "/kids", to: "/mnt/kids" }]
    const sonarr = before.oncue.sonarr.map((one) => (one.id === "kids" ? { ...one, path_mappings } : one))
    const edited = editConfig(text, applyPatch(before, { oncue: { sonarr } })) as { readonly text: string }
    assert.include(edited.text, "# the big one")
    assert.include(edited.text, "- [/tv, /mnt/tv4k]")
    assert.deepStrictEqual(own(read(edited.text).settings), [own(before)[0], path_mappings])
    const changed = before.oncue.sonarr.map((one) => (one.id === "4k" ? { ...one, path_mappings } : one))
    const again = editConfig(text, applyPatch(before, { oncue: { sonarr: changed } })) as {
      readonly text: string
    }
    assert.deepStrictEqual(own(read(again.text).settings), [path_mappings, []])
  })

  it("refuses to add to a list that it cannot read", () => {
    const text = "oncue:\n  servers:\n  - name: without an id\n"
    const settings = applyPatch(read(text).settings, { oncue: { sonarr: [] } })
    const server = { id: "a", url: "http://a", apikey: secret(""), path_mappings: [] }
    assert.deepStrictEqual(editConfig(text, settings), { text })
    const result = editConfig(
      "oncue:\n  sonarr:\n  - url: x\n",
      applyPatch(settings, { oncue: { sonarr: [server] } }),
    )
    assert.include((result as { readonly reason: string }).reason, "oncue.sonarr")
  })

  it("keeps JSON valid JSON", () => {
    const text = '{"plex": {"ip": "a", "x": [1, 2]}, "z": {}}'
    const after = JSON.parse(edited(text, { plex: { ip: "b", port: 5, movie_library: ["c"] } })) as unknown
    assert.deepStrictEqual(after, { plex: { ip: "b", x: [1, 2], port: 5, movie_library: ["c"] }, z: {} })
  })

  it("edits a large file of which it reads a small part as it edits a small one", () => {
    const filler = Array.from(
      { length: 30_000 },
      (_, index) => `  key_${index}: value number ${index} # kept`,
    )
    const large = (own: ReadonlyArray<string>) =>
      [
        "general:",
        "  use_plex: true",
        "big:",
        ...filler,
        "# about plex",
        "plex:",
        ...filler,
        ...own,
        "tail:",
        ...filler,
      ].join("\n")
    const before = large(["  token: old # c", "  port: 1"])
    assert.isAbove(before.length, 3 * PARSED_WHOLE_CHARACTERS_MAX)
    const after = edited(before, { plex: { token: secret("new"), ip: "b" }, auth: { username: "me" } })
    const expected = `${large(["  token: new # c", "  port: 1", "  ip: b"])}\nauth:\n  username: me\n`
    assert.isTrue(after === expected)
  })

  const Seed = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000 }))

  it.prop(
    "changes exactly the wanted values, and no line outside their keys",
    [Seed],
    ([seed]) => {
      const text = withoutMark(configText(seed)).body
      const raw = configPatch(seed)
      const hidden = (name: string) =>
        raw.plex?.[name] === undefined ? {} : { [name]: secret(String(raw.plex[name])) }
      const patch = {
        ...raw,
        plex: { ...raw.plex, ...hidden("token"), ...hidden("apikey") },
      } as SettingsPatch
      const { settings } = read(text)
      const wanted = applyPatch(settings, patch)
      const keys = changedKeys(settings, wanted)
      const after = edited(text, patch)
      assert.deepStrictEqual(changedKeys(read(after).settings, wanted), [])
      assert.isTrue(isSubsequence(linesOutside(text, keys), after.split("\n")), `${text}\n=>\n${after}`)
    },
    { arbitrary: { runs: 100 } },
  )
})

/** The lines that belong to none of the keys; a section's first line counts when one of its keys is among them. */
function linesOutside(text: string, keys: ReadonlyArray<string>): ReadonlyArray<string> {
  let section = ""
  let key = ""
  const lines = text.endsWith("\n") || text === "" ? text.split("\n") : [...text.split("\n").slice(0, -1)]
  return lines.filter((line) => {
    const [, pad, name] = /^( *)(\w+):/.exec(line) ?? []
    if (name !== undefined && pad === "") {
      section = name
      key = ""
      return !keys.some((one) => one.startsWith(`${section}.`))
    }
    if (name !== undefined) key = name
    return line !== "" && !keys.includes(`${section}.${key}`)
  })
}

function isSubsequence(part: ReadonlyArray<string>, whole: ReadonlyArray<string>): boolean {
  let at = 0
  for (const line of whole) if (line === part[at]) at++
  return at === part.length
}
