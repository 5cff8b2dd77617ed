import { readFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ask } from "../ask.ts"
import { type Simulator, smallWorld, startSimulator } from "../mod.ts"

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ world: { ...smallWorld(), files: "none" } })
})
afterAll(() => simulator.close())

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../samples/arr/${name}`, import.meta.url), "utf8"))
const sonarr = (path: string, key = simulator.world.sonarr[0]!.apiKey) =>
  ask(`${simulator.urls.sonarr[0]}/api/v3${path}`, { headers: { "X-Api-Key": key } })
const radarr = (path: string) =>
  ask(`${simulator.urls.radarr[0]}/api/v3${path}`, {
    headers: { "X-Api-Key": simulator.world.radarr[0]!.apiKey },
  })

function expectKeys(actual: object, recorded: object, without: ReadonlyArray<string> = []): void {
  for (const key of Object.keys(recorded)) if (!without.includes(key)) expect(actual).toHaveProperty(key)
}

describe("Sonarr", () => {
  it("says who it is", async () => {
    expect((await sonarr("/system/status")).json).toEqual(sample("sonarr-system-status.200.json"))
  })

  it("refuses a wrong key with an empty 401", async () => {
    const answer = await sonarr("/series", "wrong")
    expect([answer.status, answer.text]).toEqual([401, ""])
  })

  it("filters series by TVDB id and has no row for others", async () => {
    const [series] = (await sonarr("/series?tvdbId=990001")).json
    expectKeys(series, sample("sonarr-series.200.json")[0], [
      "airTime",
      "monitorNewItems",
      "useSceneNumbering",
      "firstAired",
      "lastAired",
      "certification",
    ])
    expect((await sonarr("/series?tvdbId=1")).json).toEqual([])
    const missing = await sonarr("/series/999")
    expect([missing.status, missing.text]).toEqual([404, ""])
  })

  it("answers every form of the episode question", async () => {
    const ids = async (query: string) =>
      (await sonarr(`/episode${query}`)).json.map((e: { id: number }) => e.id)
    expect(await ids("?seriesId=12&seasonNumber=1")).toEqual([3001, 3002, 3003, 3004])
    expect(await ids("?episodeIds=3001&episodeIds=3003")).toEqual([3001, 3003])
    expect(await ids("?episodeFileId=571")).toEqual([3201, 3202])
    const withFile = (await sonarr("/episode?seriesId=12&includeEpisodeFile=true")).json
    expectKeys(withFile[0], sample("sonarr-episode-includeEpisodeFile.200.json")[0])
    const bad = await sonarr("/episode")
    expect(bad.status).toBe(400)
    expect(bad.json).toEqual(sample("error-bad-request.400.json"))
  })

  it("knows files by series and by id, and parses names", async () => {
    expect((await sonarr("/episodefile?seriesId=12")).json).toHaveLength(4)
    expect((await sonarr("/episodefile?seriesId=99")).json).toHaveProperty("description")
    expect((await sonarr("/episodefile/503")).json.path).toContain("Slack Water")
    const parsed = (await sonarr("/parse?title=The.Harbor.Line.S01E03.1080p.WEB-DL-EXAMPLE")).json
    expect(parsed).toMatchObject({ series: { id: 12 }, episodes: [{ id: 3003 }] })
  })

  it("below a base path answers the web page elsewhere", async () => {
    const { origin } = new URL(simulator.urls.sonarr[1]!)
    expect((await ask(`${origin}/api/v3/series`)).status).toBe(307)
    const page = await ask(`${origin}/sonarr4k/wrong/api/v3/series`)
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"])
  })
})

describe("connections", () => {
  it("are validated with an array of failures, and receive the imports", async () => {
    const post = (url: string) =>
      ask(`${simulator.urls.sonarr[0]}/api/v3/notification`, {
        method: "POST",
        headers: { "X-Api-Key": simulator.world.sonarr[0]!.apiKey },
        body: JSON.stringify({
          name: "OnCue",
          implementation: "Webhook",
          fields: [{ name: "url", value: url }],
        }),
      })
    const refused = await post("not a url")
    expect([refused.status, refused.json]).toEqual([400, sample("error-validation.400.json")])
    expect((await post("http://198.51.100.1/hook")).json).toMatchObject({ id: 1, name: "OnCue" })
    const { answers } = await simulator.importEpisodes([3001])
    expect(answers).toMatchObject([{ url: "http://198.51.100.1/hook", status: 0 }])
  })
})

describe("Radarr", () => {
  it("finds films by TMDB id only", async () => {
    const [movie] = (await radarr("/movie?tmdbId=45745")).json
    expectKeys(movie, sample("radarr-movie-by-tmdbId.200.json")[0], [
      "inCinemas",
      "releaseDate",
      "statistics",
    ])
    expect((await radarr("/movie?imdbId=tt1727587")).json).toHaveLength(3)
    expect((await radarr("/movie?tmdbId=10378")).json[0]).not.toHaveProperty("imdbId")
  })

  it("looks up films without saying whether they are in the library", async () => {
    expect((await radarr("/movie/lookup/tmdb?tmdbId=45745")).json).toMatchObject({ id: 0, hasFile: false })
  })

  it("has its own 404", async () => {
    const answer = await radarr("/movie/999")
    expect(answer.status).toBe(404)
    expect(answer.json).toMatchObject({ title: "Not Found", status: 404 })
  })
})
