import { describe, expect, it } from "vitest"
import { fault, smallWorld } from "../simulator/mod.ts"
import type { StockedSubtitle } from "../simulator/world/stock.ts"
import { API_KEY, configurationFor, eventually } from "../support/server.ts"
import { wholeServer } from "../support/whole_server.ts"

/** What becomes of a subtitle that Plex keeps itself, since its folder is not known here: a better one, and the way back. */

const POOR = "Big.Buck.Bunny.2008.720p.HDTV.x264-OTHER"
const GOOD = "Big.Buck.Bunny.2008.1080p.BluRay.x264-EXAMPLE"
const FILE = "/data/media/movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mp4"
const ITEM = "1003"

const stocked = (id: number, more: Partial<StockedSubtitle>): StockedSubtitle => ({
  id,
  kind: "movie",
  title: "Big Buck Bunny",
  year: 2008,
  imdbId: "tt1254207",
  tmdbId: 10_378,
  providers: ["subdl"],
  language: "de",
  release: POOR,
  text: `1\n00:00:01,000 --> 00:00:03,000\nNummer ${id}\n`,
  ...more,
})

const world = smallWorld({ connections: "live" })
world.stock.push(stocked(201, {}))

const { simulator, server } = await wholeServer(
  (simulator) =>
    configurationFor(
      simulator,
      [
        "subdl: { api_key: EXAMPLEsubdlKEY }",
        "oncue:",
        "  event_stream: false",
        "  plex_search: false",
        "  opensubtitles_api_key: EXAMPLEopensubtitlesKEY",
        "  languages: [{ name: all, languages: [{ language: de }, { language: it }] }]",
      ].join("\n"),
    ),
  // No path of the media server exists on this machine.
  { world, plexRoot: "" },
)

const placed = async (state = "placed"): Promise<ReadonlyArray<any>> =>
  (await server.get(`/api/subtitles?ratingKey=${ITEM}&state=${state}`)).data
const journal = async (kind: string): Promise<ReadonlyArray<any>> =>
  (await server.get(`/api/journal?ratingKey=${ITEM}&limit=500`)).data.filter((one: any) => one.kind === kind)
const kept = () => simulator.subtitlesListedBy(ITEM).filter(({ key }) => key !== undefined)
const titles = () => kept().map(({ title }) => title)
const chosen = async () => {
  const url = `${simulator.urls.pms[0]}/library/metadata/${ITEM}?X-Plex-Token=${simulator.world.servers[0]!.accessToken}`
  const answer = (await (await fetch(url, { headers: { accept: "application/json" } })).json()) as any
  const streams: ReadonlyArray<any> = answer.MediaContainer.Metadata[0].Media[0].Part[0].Stream
  return streams.find((one) => one.streamType === 3 && one.selected)?.title
}
const done = (jobId: number) =>
  eventually(`job ${jobId}`, async () => {
    const { data } = await server.get(`/api/jobs/${jobId}`)
    return ["done", "failed"].includes(data.state) ? data : null
  })
const upgrade = async (id: number) => {
  const answer = await server.post(`/api/subtitles/${id}/upgrade`)
  expect(answer.status).toBe(202)
  return done(((await answer.json()) as any).data.jobId)
}
const search = async () => {
  const answer = await server.post("/api/search", { ratingKey: ITEM })
  return ((await answer.json()) as any).data.jobId as number
}
const removeInPlex = (key: string) =>
  fetch(`${simulator.urls.pms[0]}${key}?X-Plex-Token=${simulator.world.servers[0]!.accessToken}`, {
    method: "DELETE",
  })

describe("a subtitle that Plex keeps", () => {
  it("is switched on for whoever watches", async () => {
    await simulator.play({ item: ITEM, urls: [server.webhook], via: "webhook" })
    await eventually("the choice", async () => (await journal("selected")).length > 0)
    expect(await placed()).toMatchObject([{ fileName: null, provider: "subdl" }])
    expect(titles()).toEqual(["German (OnCue, subdl)"])
    expect(await chosen()).toBe("German (OnCue, subdl)")
  })

  it("gives way to a clearly better one, which is switched on instead, and stays in Plex's list", async () => {
    const [poor] = await placed()
    simulator.world.stock.push(stocked(203, { providers: ["openSubtitles"], release: GOOD, madeFor: [FILE] }))
    expect((await upgrade(poor.id)).reason).toBe("1 replaced by a better one")
    expect(await placed()).toMatchObject([{ provider: "opensubtitles", replaces: poor.id, fileName: null }])
    expect(titles()).toEqual(["German (OnCue, subdl)", "German (OnCue, opensubtitles)"])
    expect(await chosen()).toBe("German (OnCue, opensubtitles)")
  })

  it("is back after one call, and switched on again", async () => {
    const [good] = await placed()
    const back = await server.post(`/api/subtitles/${good.id}/return`)
    expect(back.status).toBe(200)
    expect(titles()).toEqual(["German (OnCue, subdl)"])
    expect(await chosen()).toBe("German (OnCue, subdl)")
    const [poor] = await placed()
    expect(poor.id).toBe(good.replaces)
    expect((await upgrade(poor.id)).reason).toBe("nothing is clearly better")
    for (const { id } of (await server.get("/api/blacklist")).data)
      await fetch(`${server.address}/api/blacklist/${id}`, {
        method: "DELETE",
        headers: { "x-api-key": API_KEY },
      })
  })

  it("leaves another choice of the viewer alone", async () => {
    const [poor] = await placed()
    const part = simulator.item(ITEM).media[0]!.parts[0]!
    part.selected.clear()
    expect((await upgrade(poor.id)).reason).toBe("1 replaced by a better one")
    expect(await chosen()).toBeUndefined()
  })

  it("is known again when Plex has given its stream another number", async () => {
    const [good] = await placed()
    const part = simulator.item(ITEM).media[0]!.parts[0]!
    part.external = part.external.map((one) => ({ ...one, id: one.id + 50_000 }))
    expect((await server.post(`/api/subtitles/${good.id}/refuse`)).status).toBe(202)
    expect(titles()).toEqual(["German (OnCue, subdl)"])
    const back = await eventually("the one before", async () => (await placed("refused"))[0])
    expect(back.id).toBe(good.id)
    // The one that it replaced is what is there now.
    expect(await placed()).toMatchObject([{ id: good.replaces, provider: "subdl" }])
  })

  it("is left alone once somebody has removed it in Plex", async () => {
    for (const { key } of kept()) await removeInPlex(String(key))
    await done(await search())
    const one = (await placed())[0]
    for (const { key } of kept()) await removeInPlex(String(key))
    expect((await upgrade(one.id)).reason).toBe("nothing is to be bettered")
    expect(titles()).toEqual([])
    expect((await placed("foreign")).map(({ id }) => id)).toContain(one.id)
    expect((await server.post(`/api/subtitles/${one.id}/return`)).status).toBe(409)
  })

  it("is searched again also when a search that has seen it is under way", async () => {
    simulator.world.stock.push(stocked(204, {}))
    await done(await search())
    const [one] = await placed()
    const mend = simulator.faults.set({ service: "subdl" }, fault.delay(2_000))
    const first = await search()
    await eventually("the wait for SubDL", async () => simulator.faults.struck() > 0)
    const refused = await server.post(`/api/subtitles/${one.id}/refuse`)
    const second = ((await refused.json()) as any).data.jobId
    expect(second).not.toBe(first)
    mend()
    await done(first)
    await done(second)
    const [next] = await placed()
    expect(next).toMatchObject({ language: "de", provider: "subdl" })
    expect(next.candidateId).not.toBe(one.candidateId)
    expect(titles()).toEqual(["German (OnCue, subdl)"])
  })
})
