import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { smallWorld } from "../simulator/mod.ts"
import type { StockedSubtitle } from "../simulator/world/stock.ts"
import { configurationFor, eventually, startIn, temporaryConfig } from "../support/server.ts"
import { wholeServer } from "../support/whole_server.ts"

/** The whole way through the whole server, with each provider being the one that has it. */

const SINTEL = {
  kind: "movie",
  title: "Sintel",
  year: 2010,
  imdbId: "tt1727587",
  tmdbId: 45_745,
  release: "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
} as const

const MORE: ReadonlyArray<StockedSubtitle> = [
  { id: 301, ...SINTEL, providers: ["plex"], language: "sv" },
  // The better one is a web page that says that something went wrong.
  {
    id: 302,
    ...SINTEL,
    providers: ["openSubtitles"],
    language: "pl",
    trusted: true,
    downloads: 9_000,
    text: "<!DOCTYPE html><html><body>502</body></html>",
  },
  {
    id: 303,
    ...SINTEL,
    providers: ["subdl"],
    language: "pl",
    release: "Sintel.2010.720p.WEB",
    encoding: "utf-16le",
  },
]

const WANTED = [
  "{ language: de }",
  "{ language: fr }",
  "{ language: sv }",
  "{ language: pl }",
  "{ language: pt-BR }",
  "{ language: es-MX }",
  "{ language: nl }",
  "{ language: en, forced: require }",
  "{ language: en, hearing_impaired: require }",
]

const world = smallWorld({ connections: "live" })
world.stock.push(...MORE)

const { simulator, server } = await wholeServer(
  (simulator) =>
    configurationFor(
      simulator,
      [
        "subdl: { api_key: EXAMPLEsubdlKEY }",
        "opensubtitlescom: { username: example_user, password: example_password, use_hash: true }",
        "oncue:",
        "  event_stream: false",
        "  next_episodes: 0",
        "  opensubtitles_api_key: EXAMPLEopensubtitlesKEY",
        `  languages: [{ name: all, languages: [${WANTED.join(", ")}] }]`,
      ].join("\n"),
    ),
  { world },
)

const journal = async (item: string): Promise<ReadonlyArray<any>> =>
  (await server.get(`/api/journal?ratingKey=${item}&limit=500`)).data
const placed = async (item: string): Promise<ReadonlyArray<any>> =>
  (await server.get(`/api/subtitles?ratingKey=${item}&state=placed`)).data
const textOf = (item: string, suffix: string) => {
  const folder = dirname(simulator.pathOf(item))
  const name = readdirSync(folder).find((one) => one.endsWith(suffix))
  return name === undefined ? null : readFileSync(join(folder, name), "utf8")
}
const playAndWait = async (item: string) => {
  const { answers } = await simulator.play({ item, urls: [server.webhook], via: "webhook" })
  expect(answers[0]?.status).toBe(200)
  await eventually(`the end of the job for ${item}`, async () => {
    const { data } = await server.get("/api/jobs?limit=50")
    return data.find(
      (job: any) => job.work.ratingKey === item && job.state !== "running" && job.startedAtMs !== null,
    )
  })
}

describe("a film whose subtitles come from everywhere", () => {
  it("has each from the one provider that has it, in its place and listed", async () => {
    await playAndWait("1001")
    const by = Object.fromEntries(
      (await placed("1001")).map((one) => [
        `${one.language}${one.forced ? " forced" : ""}${one.hearingImpaired ? " sdh" : ""}`,
        one.provider,
      ]),
    )
    expect(by).toMatchObject({
      de: "subdl",
      sv: "plex",
      pl: "subdl",
      "en forced": "opensubtitles",
    })
    expect(textOf("1001", ".de.srt")).toContain("Nicht ohne die große Laterne.")
    const listed = simulator.subtitlesListedBy("1001").filter((one) => one.key)
    for (const language of ["de", "sv", "pl"])
      expect(listed.map((one) => one.languageTag)).toContain(language)
    expect((await journal("1001")).filter((one) => one.kind === "not_listed")).toEqual([])
  })

  it("has none that is a web page, and the next best one instead, as UTF-8", async () => {
    const chose = (await journal("1001")).find((one) => one.kind === "chose" && /for Polish/.test(one.text))
    expect(chose.detail.unusable).toEqual([
      "OpenSubtitles.com cannot give the subtitle 700302: it sent a web page instead of a subtitle",
    ])
    expect(chose.text).toMatch(/^Chose "Sintel.2010.720p.WEB" of subdl for Polish: \d+ of 100 \(IMDB id \+50/)
    expect(textOf("1001", ".pl.srt")).toContain("The tide is turning.")
  })

  it("says of forced and of the hearing impaired what it is, in the file's name", async () => {
    expect(textOf("1001", ".en.forced.srt")).toContain("-->")
    expect(textOf("1001", ".en.sdh.srt")).toContain("-->")
  })
})

describe("an episode", () => {
  it("has it out of a season pack, from Gestdown and for its region, and the choice is explained", async () => {
    await playAndWait("2013")
    const by = Object.fromEntries((await placed("2013")).map((one) => [one.language, one.provider]))
    expect(by).toMatchObject({ fr: "gestdown", nl: "subdl" })
    expect(by["es-MX"] ?? by["es-419"]).toBe("opensubtitles")
    // The server lists a region that it does not know as its language, which is seen and not asked for for ever.
    expect((await journal("2013")).filter((one) => one.kind === "not_listed")).toEqual([])
    expect(textOf("2013", ".fr.srt")).toContain("La marée tourne déjà.")
    const chose = (await journal("2013")).filter((one) => one.kind === "chose")
    expect(chose.find((one) => /for Dutch/.test(one.text)).text).toMatch(/in a season pack \+8/)
    for (const { text } of chose.filter((one) => one.detail.chosen)) expect(text).toMatch(/: \d+ of 100 \(/)
  })
})

describe("the test of a provider", () => {
  const tested = async (id: string) =>
    ((await (await server.post(`/api/providers/${id}/test`)).json()) as any).data
  const provider = async (id: string) =>
    (await server.get("/api/providers")).data.find((one: any) => one.id === id)

  it("asks each for something that needs its account, says what that proved, and costs nothing of the quota", async () => {
    const left = simulator.world.openSubtitles.downloadsLeft
    expect(await tested("opensubtitles")).toMatchObject({
      works: true,
      told: "signed in as example_user",
      downloads: { left },
    })
    expect(await tested("subdl")).toMatchObject({ works: true, told: "it takes the API key" })
    expect(await tested("gestdown")).toMatchObject({ works: true, told: "it answers, and needs no account" })
    expect((await tested("plex")).told).toMatch(/searched for one of its titles and found \d+$/)
    expect(simulator.world.openSubtitles.downloadsLeft).toBe(left)
    for (const id of ["opensubtitles", "subdl", "gestdown", "plex"])
      expect((await provider(id)).answeredAtMs).toBeGreaterThan(Date.now() - 60 * 60_000)
  })

  it("names the reason where an account is refused, and a new one begins with a clean slate", async () => {
    const key = "settings-oncue-opensubtitles_api_key"
    await server.post("/api/system/settings", { [key]: "made-up", "settings-opensubtitlescom-username": "" })
    expect(await provider("opensubtitles")).toMatchObject({ answeredAtMs: null, restingUntilMs: null })
    const { told, works } = await tested("opensubtitles")
    expect([works, told]).toEqual([
      false,
      expect.stringMatching(/^OpenSubtitles.com refuses the account or key: it does not accept the API key/),
    ])
    expect((await provider("opensubtitles")).restingUntilMs).toBeGreaterThan(Date.now())
    const asked = simulator.requests.count({ service: "openSubtitles" })
    await server.post("/api/system/settings", {
      [key]: "EXAMPLEopensubtitlesKEY",
      "settings-opensubtitlescom-username": "example_user",
    })
    expect((await provider("opensubtitles")).restingUntilMs).toBeNull()
    expect(simulator.requests.count({ service: "openSubtitles" })).toBe(asked)
    expect((await tested("opensubtitles")).works).toBe(true)
  })
})

describe("a provider whose quota is used up", () => {
  it("rests until the time it names, says why, and can be woken", async () => {
    simulator.world.openSubtitles.downloadsLeft = 0
    await simulator.play({ item: "4001", urls: [server.webhook], via: "webhook" })
    const resting = await eventually("the rest", async () =>
      (await server.get("/api/providers")).data.find(
        (one: any) => one.id === "opensubtitles" && one.restingUntilMs,
      ),
    )
    expect(resting.reason).toMatch(/20 subtitles/)
    expect(resting.restingUntilMs).toBeGreaterThan(Date.now() + 6 * 3_600_000)
    const others = (await server.get("/api/providers")).data.filter((one: any) => one.restingUntilMs !== null)
    expect(others.map((one: any) => one.id)).toEqual(["opensubtitles"])
    simulator.world.openSubtitles.downloadsLeft = 100
    expect((await server.post("/api/providers/opensubtitles/wake")).status).toBe(200)
    const after = (await server.get("/api/providers")).data.find((one: any) => one.id === "opensubtitles")
    expect(after.restingUntilMs).toBeNull()
  })
})

describe("a folder that is not mounted here", () => {
  it("is no obstacle: Plex is given the subtitle, and 'not this one' takes it out of Plex", async () => {
    const elsewhere = temporaryConfig(
      configurationFor(
        simulator,
        [
          "oncue:",
          "  event_stream: false",
          "  opensubtitles_api_key: EXAMPLEopensubtitlesKEY",
          "  plex_path_mappings: [{ from: /, to: /not/mounted }]",
          "  languages: [{ name: all, languages: [{ language: ja }] }]",
        ].join("\n"),
      ),
    )
    const other = await startIn(elsewhere.folder, simulator)
    const japanese = () =>
      simulator.subtitlesListedBy("1003").filter((one) => one.key && one.languageTag === "ja")
    await simulator.play({ item: "1003", urls: [other.webhook], via: "webhook" })
    const record = await eventually("the record", async () => {
      const { data } = await other.get("/api/subtitles?ratingKey=1003")
      const told = (await other.get("/api/journal?ratingKey=1003&limit=100")).data
      return told.some((one: any) => one.kind === "listed") ? data[0] : null
    })
    expect(record).toMatchObject({ language: "ja", fileName: null, provider: "opensubtitles" })
    expect(japanese()).toHaveLength(1)
    const refused = await other.post(`/api/subtitles/${record.id}/refuse`)
    expect(refused.status).toBe(202)
    expect(japanese()).toHaveLength(0)
    await other.stop()
    elsewhere.remove()
  })
})

describe("a film in two versions", () => {
  it("has its subtitle beside each, out of one search, and Plex lists both", async () => {
    const second = "/data/media/movies/Big Buck Bunny (2008) 4K/Big Buck Bunny (2008) [2160p].mkv"
    simulator.addFile({ item: "1003", file: second })
    await playAndWait("1003")
    const records = (await placed("1003")).filter((one) => one.language === "nl")
    expect(records.map((one) => one.fileName).sort()).toEqual([
      "Big Buck Bunny (2008) [2160p].nl.srt",
      "Big Buck Bunny (2008).nl.srt",
    ])
    const parts = simulator.item("1003").media.flatMap((media) => media.parts)
    expect(parts.map((part) => part.external.filter((one) => one.languageTag === "nl").length)).toEqual([
      1, 1,
    ])
    expect((await journal("1003")).filter((one) => one.kind === "searched")).toHaveLength(1)
  })
})
