import { readFileSync } from "node:fs"
import { inflateRawSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type AskOptions, ask } from "../ask.ts"
import { type Simulator, startSimulator } from "../mod.ts"
import { osHash } from "../world/media_files.ts"

let simulator: Simulator

beforeEach(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.close())

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../samples/subs/${name}`, import.meta.url), "utf8"))

/** The names and contents in a zip, read from its central directory. */
function unzip(zip: Buffer): Array<{ name: string; content: Buffer }> {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"))
  const files = []
  let at = zip.readUInt32LE(end + 16)
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    const [size, length] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)]
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26)
    const raw = zip.subarray(start, start + size)
    files.push({
      name: zip.subarray(at + 46, at + 46 + length).toString("utf8"),
      content: zip.readUInt16LE(at + 10) === 0 ? raw : inflateRawSync(raw),
    })
    at += 46 + length
  }
  return files
}

describe("Gestdown", () => {
  it("goes from TVDB id to subtitle", async () => {
    const { gestdown } = simulator.urls
    const [show] = (await ask(`${gestdown}/shows/external/tvdb/990001`)).json.shows
    expect(Object.keys(show).sort()).toEqual(
      Object.keys(sample("gestdown-shows-by-tvdb.200.json").shows[0]).sort(),
    )
    const found = (await ask(`${gestdown}/subtitles/get/${show.id}/1/3/en`)).json.matchingSubtitles
    expect(found.some((s: { completed: boolean }) => !s.completed)).toBe(true)
    const done = found.find(
      (s: { completed: boolean; version: string }) => s.completed && s.version === "EXAMPLE",
    )
    expect(Object.keys(done)).toEqual(Object.keys(sample("gestdown-subtitles.200.json").matchingSubtitles[0]))
    expect((await ask(gestdown + done.downloadUri)).text).toMatch(/^1\r\n00:00:01,000 --> /)
    expect((await ask(`${gestdown}/shows/external/tvdb/1`)).status).toBe(404)
    expect((await ask(`${gestdown}/subtitles/get/${show.id}/1/3/Dutch`)).status).toBe(404)
  })

  it("has bodies in a legacy encoding", async () => {
    const { gestdown } = simulator.urls
    const [entry] = (await ask(`${gestdown}/subtitles/find/French/The%20Harbor%20Line/1/2`)).json
      .matchingSubtitles
    const { bytes } = await ask(gestdown + entry.downloadUri)
    expect(bytes.includes(Buffer.from("marée", "latin1"))).toBe(true)
    expect(bytes.includes(Buffer.from("marée", "utf8"))).toBe(false)
  })
})

describe("OpenSubtitles", () => {
  const headers = { "Api-Key": "EXAMPLEopensubtitlesKEY", "User-Agent": "OnCue v1.0.0" }
  const os = (path: string, options: AskOptions = {}) =>
    ask(simulator.urls.openSubtitles + path, { ...options, headers: { ...headers, ...options.headers } })
  const post = (path: string, body: unknown, more = {}) =>
    os(path, { method: "POST", body: JSON.stringify(body), headers: more })

  it("wants a key and a proper agent", async () => {
    expect((await os("/subtitles?query=sintel", { headers: { "Api-Key": "wrong" } })).status).toBe(403)
    expect((await os("/subtitles?query=sintel", { headers: { "User-Agent": "node" } })).status).toBe(403)
  })

  it("finds by id, with the recorded keys", async () => {
    const found = await os("/subtitles?imdb_id=1727587&languages=en,fr")
    expect(found.status).toBe(200)
    const recorded = sample("opensubtitles-subtitles-movie.200.json")
    expect(Object.keys(found.json)).toEqual(Object.keys(recorded))
    const { moviehash_match: _, ...attributes } = recorded.data[0].attributes
    expect(Object.keys(found.json.data[0].attributes)).toEqual(Object.keys(attributes))
    const episode = await os(
      "/subtitles?episode_number=3&languages=en&parent_imdb_id=99000100&season_number=1",
    )
    expect(episode.json.data).toHaveLength(1)
    expect((await os("/subtitles?imdb_id=999&languages=en")).json).toEqual(
      sample("opensubtitles-subtitles-empty.200.json"),
    )
  })

  it("redirects to the canonical query", async () => {
    const answer = await os("/subtitles?languages=EN&imdb_id=tt01727587")
    expect(answer.status).toBe(301)
    expect(answer.headers.location).toBe("/api/v1/subtitles?imdb_id=1727587&languages=en")
  })

  it("matches by hash, and with other filters may find nothing", async () => {
    const hash = osHash(simulator.pathOf("1001"))
    expect(hash).toMatch(/^[0-9a-f]{16}$/)
    const byHash = (await os(`/subtitles?languages=en&moviehash=${hash}`)).json
    expect(
      byHash.data.map((d: { attributes: { moviehash_match: boolean } }) => d.attributes.moviehash_match),
    ).toEqual([true])
    simulator.world.openSubtitles.hashWithFiltersIsEmpty = true
    expect((await os(`/subtitles?imdb_id=1727587&languages=en&moviehash=${hash}`)).json.total_count).toBe(0)
  })

  it("logs in and downloads until the quota is used up", async () => {
    expect((await post("/login", { username: "example_user", password: "no" })).json).toEqual(
      sample("opensubtitles-login.401.json"),
    )
    const login = (await post("/login", { username: "vip_user", password: "example_password" })).json
    expect(login.base_url).toBe("vip-api.opensubtitles.com")
    const [found] = (await os("/subtitles?imdb_id=1254207&languages=ja")).json.data
    simulator.world.openSubtitles.downloadsLeft = 1
    const body = { file_id: found.attributes.files[0].file_id }
    const bearer = { Authorization: `Bearer ${login.token}` }
    const download = await post("/download", body, bearer)
    expect(Object.keys(download.json)).toEqual(Object.keys(sample("opensubtitles-download.200.json")))
    expect((await ask(download.json.link)).text).toContain("[Script Info]")
    const refused = await post("/download", body, bearer)
    expect(refused.status).toBe(406)
    expect(Object.keys(refused.json)).toEqual(Object.keys(sample("opensubtitles-download-quota.406.json")))
    expect((await post("/download", body, { Authorization: "Bearer old" })).status).toBe(401)
  })
})

describe("SubDL", () => {
  const search = (query: string) => ask(`${simulator.urls.subdl}/subtitles?api_key=EXAMPLEsubdlKEY&${query}`)

  it("finds films, and says so in its own way when it does not", async () => {
    const found = (await search("imdb_id=tt1727587&languages=EN&type=movie")).json
    const recorded = sample("subdl-search.200.json")
    expect(Object.keys(found)).toEqual(Object.keys(recorded))
    expect(Object.keys(found.subtitles[0])).toEqual(Object.keys(recorded.subtitles[0]))
    const none = await search("imdb_id=tt0000001&languages=EN&type=movie")
    expect([none.status, none.json]).toEqual([200, sample("subdl-not-found.200.json")])
    expect((await ask(`${simulator.urls.subdl}/subtitles?api_key=no&imdb_id=tt1727587`)).status).toBe(403)
  })

  it("sends a season as one archive", async () => {
    const query = "imdb_id=tt99000100&languages=NL&type=tv&season_number=1&episode_number=2"
    const [pack] = (await search(query)).json.subtitles
    expect(pack).toMatchObject({ full_season: true, episode_from: 1, episode_end: 3 })
    const zip = await ask(new URL(pack.url, simulator.urls.subdl).href)
    expect(unzip(zip.bytes).map(({ name }) => name)).toEqual(
      [1, 2, 3].map((e) => `The Season/The Harbor Line - S01E0${e}.srt`),
    )
    simulator.world.subdl.downloadsLeft = 0
    const refused = await ask(new URL(pack.url, simulator.urls.subdl).href)
    expect([refused.status, refused.text]).toEqual([500, "Download limit exceeded"])
  })
})
