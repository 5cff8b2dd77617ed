import { readFileSync, rmSync } from "node:fs"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ask, askPms, OWNER_TOKEN, SHARED_ATTIC_TOKEN, until } from "../ask.ts"
import { type Simulator, startSimulator } from "../mod.ts"

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../samples/pms/${name}`, import.meta.url), "utf8"))

let simulator: Simulator

beforeEach(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.close())

const EPISODE = "2013"

const externals = (key = EPISODE) =>
  simulator.subtitlesListedBy(key).filter((stream) => stream.key !== undefined && stream.index === undefined)

describe("tokens", () => {
  it("are not needed for /identity", async () => {
    expect((await ask(`${simulator.urls.pms[0]}/identity`)).json).toEqual(sample("identity.200.json"))
  })

  it("are refused with a page when missing or wrong", async () => {
    for (const options of [{}, { token: "wrong" }]) {
      const answer = await ask(`${simulator.urls.pms[0]}/library/sections`, options)
      expect(answer.status).toBe(401)
      expect(answer.headers["content-type"]).toContain("text/html")
    }
  })

  it("of the account are good at the owner's servers only, and only when the server says so", async () => {
    const sections = (server: number) =>
      ask(`${simulator.urls.pms[server]}/library/sections`, { token: OWNER_TOKEN })
    expect((await sections(0)).status).toBe(200)
    expect((await sections(2)).status).toBe(401)
    simulator.world.servers[0]!.acceptAccountToken = false
    expect((await sections(0)).status).toBe(401)
  })

  it("of a shared user open no administration and show no paths", async () => {
    const refresh = await askPms(simulator, "/library/metadata/1001/refresh", {
      method: "PUT",
      token: SHARED_ATTIC_TOKEN,
    })
    expect(refresh.status).toBe(403)
    const item = await askPms(simulator, "/library/metadata/1001", { token: SHARED_ATTIC_TOKEN })
    expect(item.json.MediaContainer.Metadata[0].Media[0].Part[0]).not.toHaveProperty("file")
  })
})

describe("libraries", () => {
  it("are listed with their folders, in JSON and in XML", async () => {
    const { MediaContainer } = (await askPms(simulator, "/library/sections")).json
    expect(Object.keys(MediaContainer.Directory[0])).toEqual(
      Object.keys(sample("library-sections.200.json").MediaContainer.Directory[0]),
    )
    expect(MediaContainer.Directory[0].Location[0].path).toBe(`${simulator.mediaRoot}/data/media/movies`)
    const xml = (await askPms(simulator, "/library/sections", { headers: { Accept: "*/*" } })).text
    expect(xml).toContain('<Directory allowSync="1" art="/:/resources/movie-fanart.jpg"')
    expect(xml).toContain("アニメ")
  })

  it("are paged only when both values are given, and say the total", async () => {
    const all = "/library/sections/2/all?type=4"
    const full = (await askPms(simulator, all)).json.MediaContainer
    expect(full.Metadata).toHaveLength(7)
    const headers = { "X-Plex-Container-Start": "5", "X-Plex-Container-Size": "5" }
    const page = await askPms(simulator, all, { headers })
    expect(page.json.MediaContainer).toMatchObject({ size: 2, totalSize: 7, offset: 5 })
    expect(page.headers["x-plex-container-total-size"]).toBe("7")
    const none = await askPms(simulator, `${all}&X-Plex-Container-Start=0&X-Plex-Container-Size=0`)
    expect(none.json.MediaContainer).toMatchObject({ size: 0, totalSize: 7 })
    expect(none.json.MediaContainer).not.toHaveProperty("Metadata")
  })

  it("list files without streams, and external ids only when asked", async () => {
    const plain = (await askPms(simulator, "/library/sections/1/all?type=1")).json.MediaContainer.Metadata[0]
    expect(plain).not.toHaveProperty("Guid")
    expect(plain.Media[0].Part[0]).not.toHaveProperty("Stream")
    const ids = (await askPms(simulator, "/library/sections/1/all?type=1&includeGuids=1")).json.MediaContainer
      .Metadata[0]
    expect(ids.Guid).toContainEqual({ id: "imdb://tt1727587" })
  })

  it("leave out what is not wanted", async () => {
    const less = "excludeElements=Media,Genre&excludeFields=summary,thumb"
    const { json } = await askPms(simulator, `/library/sections/1/all?type=1&${less}`)
    const [item] = json.MediaContainer.Metadata
    for (const key of ["Media", "Genre", "summary", "thumb"]) expect(item).not.toHaveProperty(key)
    expect(item).toHaveProperty("art")
  })

  it("find by the primary guid and not by external ids", async () => {
    const find = async (guid: string) =>
      (await askPms(simulator, `/library/all?type=1&guid=${encodeURIComponent(guid)}`)).json.MediaContainer
        .size
    expect(await find("plex://movie/5d776b59ad5437001f79c6f8")).toBe(2)
    expect(await find("imdb://tt1727587")).toBe(0)
  })

  it("filter by date and sort", async () => {
    const after = encodeURIComponent("addedAt>>")
    const recent = await askPms(
      simulator,
      `/library/sections/1/all?type=1&${after}=1755000005&sort=addedAt:desc`,
    )
    expect(recent.json.MediaContainer.Metadata.map((m: { ratingKey: string }) => m.ratingKey)).toEqual([
      "7002",
      "1003",
    ])
  })
})

describe("metadata", () => {
  it("has the recorded keys, streams included", async () => {
    const item = (await askPms(simulator, "/library/metadata/1001")).json.MediaContainer.Metadata[0]
    const recorded = sample("metadata-1001-movie.200.json").MediaContainer.Metadata[0]
    const decoration = new Set([
      "tagline",
      "audienceRatingImage",
      "chapterSource",
      "Image",
      "UltraBlurColors",
      "Rating",
      "Director",
    ])
    for (const key of Object.keys(recorded)) if (!decoration.has(key)) expect(item).toHaveProperty(key)
    const tags = (of: { Media: [{ Part: [{ Stream: Array<Record<string, unknown>> }] }] }) =>
      of.Media[0].Part[0].Stream.map((s) =>
        [s.languageTag, s.codec, s.forced, s.hearingImpaired].join(),
      ).sort()
    expect(tags(item)).toEqual(tags(recorded))
  })

  it("gives several items at once and leaves out the unknown", async () => {
    const { MediaContainer } = (await askPms(simulator, "/library/metadata/1001,999999,1003")).json
    expect(MediaContainer.size).toBe(2)
    expect((await askPms(simulator, "/library/metadata/999999")).status).toBe(404)
  })

  it("looks for the files when asked to", async () => {
    const part = async () =>
      (await askPms(simulator, "/library/metadata/1003?checkFiles=1")).json.MediaContainer.Metadata[0]
        .Media[0].Part[0]
    expect(await part()).toMatchObject({ accessible: true, exists: true })
    rmSync(simulator.pathOf("1003"))
    expect(await part()).toMatchObject({ accessible: false, exists: false })
  })

  it("walks from show to episodes", async () => {
    const children = (await askPms(simulator, "/library/metadata/2000/children")).json.MediaContainer
    expect(children.Metadata.map((m: { title: string }) => m.title)).toEqual(["Specials", "Season 1"])
    const leaves = (await askPms(simulator, "/library/metadata/2000/allLeaves")).json.MediaContainer
    expect(leaves).toMatchObject({ size: 4, totalSize: 4 })
    expect(leaves.Metadata[3]).toMatchObject({
      ratingKey: "2013",
      index: 3,
      parentIndex: 1,
      grandparentRatingKey: "2000",
    })
  })

  it("looks an external id up for the agents that can", async () => {
    const matches = (agent: string) =>
      askPms(simulator, `/library/metadata/1003/matches?manual=1&title=imdb-tt1727587&agent=${agent}`)
    expect((await matches("tv.plex.agents.movie")).json.MediaContainer.SearchResult[0].guid).toBe(
      "plex://movie/5d776b59ad5437001f79c6f8",
    )
    expect((await matches("com.plexapp.agents.imdb")).json.MediaContainer.size).toBe(0)
  })
})

describe("a starting server", () => {
  it("answers 503 to everything", async () => {
    simulator.world.servers[0]!.state = "starting"
    expect((await ask(`${simulator.urls.pms[0]}/identity`)).status).toBe(503)
  })
})

describe("editing", () => {
  const edit = (query: string) => askPms(simulator, `/library/sections/1/all?${query}`, { method: "PUT" })

  it("changes the added date of one item", async () => {
    expect((await edit("type=1&id=1001&addedAt.value=1700000000&addedAt.locked=1")).status).toBe(200)
    expect(simulator.item("1001")).toMatchObject({ addedAt: 1_700_000_000, addedAtLocked: true })
    expect(simulator.item("1003").addedAt).not.toBe(1_700_000_000)
  })

  it("without id changes the whole library and is remembered", async () => {
    await edit("type=1&addedAt.value=1700000000")
    expect(simulator.item("1003").addedAt).toBe(1_700_000_000)
    expect(simulator.edits()).toMatchObject([{ section: "1", ids: null, changed: 3 }])
  })

  it("refuses a date as text and does nothing for the wrong type", async () => {
    expect((await edit("type=1&id=1001&addedAt.value=2024-01-01%2000:00:00")).status).toBe(500)
    expect((await edit("type=4&id=1001&addedAt.value=1700000000")).status).toBe(200)
    expect(simulator.item("1001").addedAt).not.toBe(1_700_000_000)
  })
})

describe("subtitles that the server keeps", () => {
  it("are searched for and downloaded a little later", async () => {
    const found = (await askPms(simulator, `/library/metadata/${EPISODE}/subtitles?language=en`)).json
      .MediaContainer.Stream
    expect(found[0]).toMatchObject({
      languageCode: "eng",
      providerTitle: "OpenSubtitles",
      perfectMatch: true,
    })
    const key = encodeURIComponent(found[0].key)
    // Long enough for "not yet" to be seen on a machine that is busy with something else.
    simulator.world.servers[0]!.downloadDelayMs = 500
    const put = await askPms(simulator, `/library/metadata/${EPISODE}/subtitles?key=${key}`, {
      method: "PUT",
    })
    expect(put.status).toBe(200)
    expect(externals()).toHaveLength(0)
    await until(() => externals().length === 1)
    expect(externals()[0]).toMatchObject({ userID: 1, languageTag: "en" })
  })

  it("are uploaded, chosen per user, and deleted", async () => {
    const path = `/library/metadata/${EPISODE}/subtitles?title=Mine&format=srt&language=nl&hearingImpaired=1`
    await askPms(simulator, path, { method: "POST", body: "1\nhoi\n" })
    const [listed] = externals()
    expect(listed).toMatchObject({ languageCode: "nld", hearingImpaired: true, title: "Mine" })
    const part = simulator.item(EPISODE).media[0]!.parts[0]!.id
    await askPms(simulator, `/library/parts/${part}?subtitleStreamID=${listed!.id}&allParts=1`, {
      method: "PUT",
    })
    const streams = async (options = {}) =>
      (await askPms(simulator, `/library/metadata/${EPISODE}`, options)).json.MediaContainer.Metadata[0]
        .Media[0].Part[0].Stream
    expect((await streams()).at(-1).selected).toBe(true)
    expect((await streams({ token: SHARED_ATTIC_TOKEN })).at(-1)).not.toHaveProperty("selected")
    expect((await askPms(simulator, `${listed!.key}.srt`, { method: "DELETE" })).status).toBe(200)
    expect(externals()).toHaveLength(0)
  })
})
