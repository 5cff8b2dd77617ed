import { readdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterEach, beforeAll, describe, expect, it } from "vitest"
import { fault, smallWorld } from "../simulator/mod.ts"
import { addMovie } from "../simulator/world/build.ts"
import { prebuiltIndex } from "../support/prebuilt_index.ts"
import { configurationFor, eventually } from "../support/server.ts"
import { wholeServer } from "../support/whole_server.ts"

/** What becomes of a library when a subtitle comes: every copy lists it, and its added date moves once. */

const FILE = "/data/media/movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mp4"
const SHED = "5ed00000000000000000000000000000000005ed"
/** The film, and its copies in another library of the server and on another server. */
const COPIES = [
  { server: 0, item: "1003" },
  { server: 0, item: "10003" },
  { server: 1, item: "503" },
] as const

const world = smallWorld({ connections: "live" })
const bunny = {
  title: "Big Buck Bunny",
  year: 2008,
  guid: "plex://movie/5d776b59ad5437001f79c6f9",
  guids: ["imdb://tt1254207", "tmdb://10378"],
  file: FILE,
}
addMovie(world.servers[0]!, { ...bunny, key: "10003", section: "10" })
addMovie(world.servers[1]!, { ...bunny, key: "503", section: "1" })
for (const [id, key, title, tmdbId, imdbId] of [
  [301, "1003", "Big Buck Bunny", 10_378, "tt1254207"],
  [302, "4001", "Sintel", 45_745, "tt1727587"],
] as const)
  world.stock.push({
    id,
    kind: "movie",
    title,
    year: key === "1003" ? 2008 : 2010,
    imdbId,
    tmdbId,
    providers: ["subdl"],
    language: "de",
    release: `${title.replaceAll(" ", ".")}.1080p.BluRay.x264-EXAMPLE`,
    text: "1\n00:00:01,000 --> 00:00:03,000\nGuten Tag\n",
  })
const { simulator, server } = await wholeServer(
  (simulator) =>
    configurationFor(
      simulator,
      [
        "  set_movie_added: true",
        "subdl: { api_key: EXAMPLEsubdlKEY }",
        "oncue:",
        "  event_stream: false",
        "  plex_search: false",
        "  languages: [{ name: all, languages: [{ language: de }] }]",
      ].join("\n"),
    ),
  { world },
  (folder, simulator) => prebuiltIndex(folder, simulator, [0, 1]),
)
const shed = { machineIdentifier: SHED, name: "Shed", uri: simulator.urls.pms[1]!, local: "true" }

beforeAll(async () => {
  expect((await server.post("/api/plex/servers", shed)).status).toBe(200)
})
afterEach(() => simulator.faults.clear())

const listedIn = (copy: (typeof COPIES)[number], language: string) =>
  simulator.subtitlesListedBy(copy).filter(({ languageTag }) => languageTag === language).length
const untilListed = (language: string) =>
  eventually("every copy to list it", async () => COPIES.every((copy) => listedIn(copy, language) === 1))
const addedDates = async (ratingKey: string): Promise<ReadonlyArray<any>> =>
  (await server.get(`/api/journal?ratingKey=${ratingKey}&kind=added_date&limit=100`)).data
const untilDone = (ratingKey: string) =>
  eventually(`the jobs of ${ratingKey}`, async () => {
    const { data } = await server.get("/api/jobs?limit=100")
    const ours = data.filter((one: any) => one.work.ratingKey === ratingKey)
    return ours.length > 0 && ours.every(({ state }: any) => state === "done") ? ours : null
  })

describe("a film in two libraries and on two servers", () => {
  it("lists a new subtitle everywhere, one file for all, and counts as added once, where it was played", async () => {
    const before = COPIES.map((copy) => simulator.item(copy).addedAt)
    await simulator.play({ item: "1003", urls: [server.webhook], via: "webhook" })
    await untilListed("de")
    await untilDone("1003")
    const beside = readdirSync(dirname(simulator.pathOf("1003"))).filter((name) => name.endsWith(".srt"))
    expect(beside).toEqual(["Big Buck Bunny (2008).de.srt"])
    const after = COPIES.map((copy) => simulator.item(copy).addedAt)
    expect(after[0]).toBeGreaterThan(before[0]!)
    expect(after.slice(1)).toEqual(before.slice(1))
    expect(await addedDates("1003")).toMatchObject([{ detail: { before: before[0], undo: false } }])
  })

  it("lists what another tool has put there, by path, by rating key or by ids", async () => {
    const video = simulator.pathOf("1003")
    for (const [language, target] of [
      ["it", { path: video }],
      ["nl", { ratingKey: "1003" }],
      ["fr", { tmdb: "10378" }],
    ] as const) {
      writeFileSync(
        join(dirname(video), `Big Buck Bunny (2008).${language}.srt`),
        "1\n00:00:01,000 --> 00:00:02,000\nHej\n",
      )
      const answer = await server.post("/api/plex/refresh", target)
      expect(answer.status).toBe(202)
      const { data } = (await answer.json()) as any
      expect(data.map((one: any) => one.ratingKey).sort()).toEqual(["10003", "1003", "503"])
      await untilListed(language)
    }
  })

  it("gives the date back", async () => {
    const [change] = await addedDates("1003")
    const answer = await server.post("/api/plex/added-date/undo", { ratingKey: "1003" })
    expect(((await answer.json()) as any).data).toMatchObject([{ ratingKey: "1003", outcome: "restored" }])
    expect(simulator.item("1003")).toMatchObject({ addedAt: change.detail.before, addedAtLocked: false })
  })
})

describe("an episode of HAMA's, which Plex knows by AniDB's id alone", () => {
  const byTvdb = (episode: string) =>
    server.post("/api/plex/refresh", { tvdb: "990002", season: "1", episode })
  const keysOf = async (answer: Response) =>
    ((await answer.json()) as any).data.map((one: any) => one.ratingKey)
  const write = (item: string, language: string) => {
    const path = simulator.pathOf(item).replace(/mkv$/, `${language}.srt`)
    writeFileSync(path, "1\n00:00:01,000 --> 00:00:02,000\nHej\n")
    return path
  }
  const untilListedIn = (item: string, language: string) =>
    eventually(`${item} to list it`, async () => listedIn({ server: 0, item } as any, language) === 1)

  it("is refreshed by the TVDB id that Sonarr has, whose file it is", async () => {
    write("6012", "sv")
    const answer = await byTvdb("2")
    expect([answer.status, await keysOf(answer)]).toEqual([202, ["6012"]])
    await untilListedIn("6012", "sv")
  })

  it("is refreshed by the path of the subtitle", async () => {
    const answer = await server.post("/api/plex/refresh", { path: write("6013", "sv") })
    expect([answer.status, await keysOf(answer)]).toEqual([202, ["6013"]])
    await untilListedIn("6013", "sv")
  })

  it("is left to a job while Sonarr does not answer, and 404 only when Sonarr has no such id", async () => {
    simulator.faults.set({ service: "sonarr:0" }, fault.status(503))
    const silent = await server.post("/api/plex/refresh", { tvdb: "990009", season: "1", episode: "1" })
    expect(silent.status).toBe(202)
    expect(await silent.json()).toMatchObject({
      data: [],
      later: { reason: expect.stringContaining("Sonarr") },
    })
    simulator.faults.clear()
    const unknown = () => server.post("/api/plex/refresh", { tvdb: "990009", season: "1", episode: "1" })
    await eventually("Sonarr to be asked again", async () => (await unknown()).status === 404)
  })
})

describe("a server that does not list a subtitle at the first attempt", () => {
  it("counts the film as added when it does, once", async () => {
    const before = simulator.item("4001").addedAt
    const busy = simulator.faults.set({ service: "pms:0", path: /\/refresh$/ }, fault.status(503))
    await simulator.play({ item: "4001", urls: [server.webhook], via: "webhook" })
    await eventually("the first attempt", async () => {
      const { data } = await server.get("/api/jobs?limit=100&state=waiting")
      return data.some((one: any) => one.work.ratingKey === "4001" && one.attempts === 1)
    })
    expect(simulator.item("4001").addedAt).toBe(before)
    busy()
    await untilDone("4001")
    expect(listedIn({ server: 0, item: "4001" } as any, "de")).toBe(1)
    expect(simulator.item("4001").addedAt).toBeGreaterThan(before)
    expect(await addedDates("4001")).toMatchObject([{ detail: { before, undo: false } }])
  })
})
