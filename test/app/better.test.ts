import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { smallWorld } from "../simulator/mod.ts"
import type { StockedSubtitle } from "../simulator/world/stock.ts"
import { API_KEY, configurationFor, eventually } from "../support/server.ts"
import { wholeServer } from "../support/whole_server.ts"

/** What becomes of a subtitle after it was placed: a better one, the way back, and "not this one". */

const POOR = "Big.Buck.Bunny.2008.720p.HDTV.x264-OTHER"
const GOOD = "Big.Buck.Bunny.2008.1080p.BluRay.x264-EXAMPLE"
const FILE = "/data/media/movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mp4"
const NAME = "Big Buck Bunny (2008)"

const stocked = (id: number, language: string, more: Partial<StockedSubtitle>): StockedSubtitle => ({
  id,
  kind: "movie",
  title: "Big Buck Bunny",
  year: 2008,
  imdbId: "tt1254207",
  tmdbId: 10_378,
  providers: ["subdl"],
  language,
  release: POOR,
  text: `1\n00:00:01,000 --> 00:00:03,000\nNummer ${id}\n`,
  ...more,
})

/** Lines every four seconds of a film of 888 s, as they are in a version that runs at 25 frames a second and not at 24. */
const PAL: StockedSubtitle = {
  id: 210,
  kind: "movie",
  title: "Sintel",
  year: 2010,
  imdbId: "tt1727587",
  tmdbId: 45_745,
  providers: ["openSubtitles"],
  language: "it",
  release: "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
  fps: 25,
  text: lines((n) => (spokenAt(n) * 24) / 25),
}

/** Stands in for a tool that hears people speak a minute later than a subtitle says. */
const MINUTE_LATER = [
  `const fs = require("fs")`,
  `const [from, to] = process.argv.slice(-2)`,
  `const later = (_, minutes) => "00:" + String(Number(minutes) + 1).padStart(2, "0") + ":"`,
  `fs.writeFileSync(to, fs.readFileSync(from, "utf8").replace(/00:([0-9]{2}):/g, later))`,
].join("; ")

/** When the film's people speak, in milliseconds. */
function spokenAt(n: number): number {
  return n * 4_000 + ((n * n) % 11) * 250
}
function stamp(ms: number): string {
  return new Date(Math.round(ms)).toISOString().slice(11, 23).replace(".", ",")
}
function lines(startOf: (n: number) => number): string {
  return Array.from({ length: 200 }, (_, n) => {
    return `${n + 1}\n${stamp(startOf(n + 1))} --> ${stamp(startOf(n + 1) + 900)}\nBattuta ${n}\n`
  }).join("\n")
}

const world = smallWorld({ connections: "live" })
world.stock.push(PAL, stocked(201, "de", {}), stocked(202, "de", { downloads: 3 }))
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
        "  opensubtitles_api_key: EXAMPLEopensubtitlesKEY",
        "  languages: [{ name: all, languages: [{ language: de }, { language: it }] }]",
      ].join("\n"),
    ),
  { world },
)

const folder = () => dirname(simulator.pathOf("1003"))
const beside = () => readdirSync(folder()).filter((name) => name.endsWith(".srt"))
const textOf = (name: string) => readFileSync(join(folder(), name), "utf8")
const placed = async (state = "placed"): Promise<ReadonlyArray<any>> =>
  (await server.get(`/api/subtitles?ratingKey=1003&state=${state}`)).data
const journal = async (kind: string): Promise<ReadonlyArray<any>> =>
  (await server.get("/api/journal?ratingKey=1003&limit=500")).data.filter((one: any) => one.kind === kind)
const remove = (path: string) =>
  fetch(`${server.address}${path}`, { method: "DELETE", headers: { "x-api-key": API_KEY } })
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

describe("a subtitle that was placed", () => {
  it("is remembered", async () => {
    await simulator.play({ item: "1003", urls: [server.webhook], via: "webhook" })
    const [one] = await eventually("the subtitle", async () => {
      const found = await placed()
      return found.length > 0 && (await journal("listed")).length > 0 ? found : null
    })
    expect(one).toMatchObject({ provider: "subdl", language: "de", fileName: `${NAME}.de.srt`, name: POOR })
    expect(one.nextLookMs).toBeGreaterThan(Date.now())
    expect(beside()).toEqual([`${NAME}.de.srt`])
  })

  it("stays while nothing is clearly better", async () => {
    const [one] = await placed()
    expect((await upgrade(one.id)).reason).toBe("nothing is clearly better")
    expect((await journal("nothing_to_do"))[0].text).toMatch(/^Nothing is clearly better than .*at best/)
  })

  it("gives way to a clearly better one, and one call brings it back for good", async () => {
    const [poor] = await placed()
    const before = textOf(`${NAME}.de.srt`)
    const { addedAt } = simulator.item("1003")
    // The first one moved it up in "Recently Added"; an upgrade does not.
    expect(simulator.edits().length).toBe(1)
    simulator.world.stock.push(
      stocked(203, "de", { providers: ["openSubtitles"], release: GOOD, madeFor: [FILE] }),
    )
    expect((await upgrade(poor.id)).reason).toBe("1 replaced by a better one")
    const [good] = await placed()
    expect(good).toMatchObject({ provider: "opensubtitles", score: 100, replaces: poor.id })
    expect(textOf(`${NAME}.de.srt`)).toContain("Nummer 203")
    expect((await journal("upgraded"))[0].text).toMatch(/\(100 of 100\) takes the place of ".*" of subdl/)
    expect(simulator.item("1003").addedAt).toBe(addedAt)
    expect(simulator.edits().length).toBe(1)

    // Somebody presses twice.
    const backs = await Promise.all([1, 2, 3].map(() => server.post(`/api/subtitles/${good.id}/return`)))
    expect(backs.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect((await placed("returned")).map((one) => one.id)).toEqual([good.id])
    expect(textOf(`${NAME}.de.srt`)).toBe(before)
    expect((await placed()).map((one) => one.id)).toEqual([poor.id])
    expect((await upgrade(poor.id)).reason).toBe("nothing is clearly better")
    expect(textOf(`${NAME}.de.srt`)).toBe(before)
    const { data } = await server.get("/api/blacklist?ratingKey=1003")
    expect(data).toMatchObject([{ provider: "opensubtitles", reason: "returned" }])
  })

  it('is taken away for good by "not this one", and the next one is chosen and listed', async () => {
    const [poor] = await placed()
    const text = textOf(`${NAME}.de.srt`)
    const answer = await server.post(`/api/subtitles/${poor.id}/refuse`)
    expect(answer.status).toBe(202)
    const job = await done(((await answer.json()) as any).data.jobId)
    expect(job.state).toBe("done")
    const [next] = await placed()
    expect(next.candidateId).not.toBe(poor.candidateId)
    expect(textOf(`${NAME}.de.srt`)).not.toBe(text)
    expect((await placed("refused")).map((one) => one.id)).toEqual([poor.id])
    const choices = await journal("chose")
    const why = choices
      .find((one) => one.text.includes("for German"))
      .detail.rejected.map((one: any) => one.why)
    expect(why).toContain('somebody said "not this one"')
    expect(why).toContain("it was placed once, and the one before was wanted back")
    expect(
      simulator.subtitlesListedBy("1003").filter((one) => one.key && one.languageTag === "de"),
    ).toHaveLength(1)
    expect((await server.post(`/api/subtitles/${poor.id}/refuse`)).status).toBe(409)

    const { data } = await server.get("/api/blacklist?ratingKey=1003")
    expect(data).toMatchObject([{ candidateId: poor.candidateId, reason: "refused" }, { reason: "returned" }])
    expect((await remove(`/api/blacklist/${data[1].id}`)).status).toBe(200)
    expect((await remove(`/api/blacklist/${data[1].id}`)).status).toBe(404)
    expect((await server.post("/api/subtitles/999/refuse")).status).toBe(404)
    const unnamed = { server: "den", ratingKey: "1003", provider: "subdl", candidateId: "" }
    expect((await server.post("/api/blacklist", unnamed)).status).toBe(400)
  })

  it("leaves Plex's list when there is no other", async () => {
    await server.post("/api/blacklist", {
      server: simulator.world.servers[0]!.machineIdentifier,
      ratingKey: "1003",
      provider: "opensubtitles",
      candidateId: (await placed("returned"))[0].candidateId,
    })
    const [last] = await placed()
    const answer = await server.post(`/api/subtitles/${last.id}/refuse`)
    await done(((await answer.json()) as any).data.jobId)
    expect(beside()).toEqual([])
    await eventually("the end of the stream", async () =>
      simulator.subtitlesListedBy("1003").every((one) => !one.key || one.languageTag !== "de"),
    )
    for (const { id } of (await server.get("/api/blacklist")).data) await remove(`/api/blacklist/${id}`)
    await server.post("/api/search", { ratingKey: "1003" })
    await eventually("the subtitle", async () => (await placed()).length > 0 && beside().length > 0)
  })

  it("is left alone once somebody else has changed it", async () => {
    const [one] = await placed()
    writeFileSync(join(folder(), `${NAME}.de.srt`), "1\n00:00:01,000 --> 00:00:03,000\nMeins\n")
    const answer = await server.post(`/api/subtitles/${one.id}/refuse`)
    expect(answer.status).toBe(409)
    expect(textOf(`${NAME}.de.srt`)).toContain("Meins")
    expect((await placed("foreign")).map(({ id }) => id)).toEqual([one.id])
    expect((await server.post(`/api/subtitles/${one.id}/upgrade`)).status).toBe(409)
  })
})

describe("a subtitle that is out of step", () => {
  const startsIn = (text: string) =>
    [...text.matchAll(/^(\d\d:\d\d:\d\d,\d{3}) -->/gm)].map((found) => found[1])
  const sintel = () => join(dirname(simulator.pathOf("1001")), "Sintel (2010) [Bluray-1080p].it.srt")
  const italian = async (): Promise<any> =>
    (await server.get("/api/subtitles?ratingKey=1001&state=placed")).data.find(
      (one: any) => one.language === "it",
    )

  it("for another frame rate is noticed, mended with the original kept, and given back", async () => {
    await simulator.play({ item: "1001", urls: [server.webhook], via: "webhook" })
    const one = await eventually("the offer", async () => {
      const found = await italian()
      return found?.timing.offer ? found : null
    })
    expect(one.timing.offer.ratio).toBeCloseTo(25 / 24, 4)
    expect(one.timing.offer.reason).toBe("it is for 25 frames a second, and the file has 24")
    const told = await eventually("the entry", async () => {
      const { data } = await server.get("/api/journal?ratingKey=1001&limit=200")
      return data.find((entry: any) => entry.kind === "timing")
    })
    expect(told.text).toMatch(/it can be made slower by 4.17 %$/)
    const before = readFileSync(sintel(), "utf8")

    const mended = await server.post(`/api/subtitles/${one.id}/timing`)
    expect(mended.status).toBe(200)
    const starts = startsIn(readFileSync(sintel(), "utf8"))
    expect(starts).toEqual([...Array(200).keys()].map((n) => stamp(spokenAt(n + 1))))
    expect((await server.post(`/api/subtitles/${one.id}/timing`, { offsetMs: "1500" })).status).toBe(200)
    expect(startsIn(readFileSync(sintel(), "utf8"))[0]).toBe(stamp(spokenAt(1) + 1_500))

    const more = await Promise.all(
      [1, 2, 3].map(() => server.post(`/api/subtitles/${one.id}/timing`, { offsetMs: "1000" })),
    )
    expect(more.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(startsIn(readFileSync(sintel(), "utf8"))[0]).toBe(stamp(spokenAt(1) + 4_500))

    const undone = await server.post(`/api/subtitles/${one.id}/timing/undo`)
    expect(((await undone.json()) as any).data.timing.applied).toBeNull()
    expect(readFileSync(sintel(), "utf8")).toBe(before)
    expect((await server.post(`/api/subtitles/${one.id}/timing/undo`)).status).toBe(409)
    expect((await server.post(`/api/subtitles/${one.id}/timing`, { ratio: "9" })).status).toBe(400)
  })

  it("is found out beside another subtitle of the video", async () => {
    const { id } = await italian()
    const check = async () => {
      const answer = await server.post(`/api/subtitles/${id}/timing/check`)
      return ((await answer.json()) as any).data.timing.offer
    }
    const polish = sintel().replace(".it.", ".pl.")
    writeFileSync(
      polish,
      lines((n) => (spokenAt(n) * 24) / 25 + 150),
    )
    expect(await check()).toBeNull()
    writeFileSync(
      polish,
      lines((n) => (spokenAt(n) * 24) / 25 + 2_500),
    )
    expect(await check()).toMatchObject({
      ratio: 1,
      reason: "beside Sintel (2010) [Bluray-1080p].pl.srt it runs 2.5 s too early",
    })
    writeFileSync(polish, lines(spokenAt))
    expect((await check()).ratio).toBeCloseTo(25 / 24, 2)
  })

  it("is found out by its sound where a tool is installed, and the fix is offered", async () => {
    const { id } = await italian()
    expect((await server.post(`/api/subtitles/${id}/timing/listen`)).status).toBe(409)
    // Hears everybody a minute later.
    const tool = join(server.folder, "alass")
    writeFileSync(tool, `#!/bin/sh\nexec "${process.execPath}" -e '${MINUTE_LATER}' "$3" "$4"\n`, {
      mode: 0o755,
    })
    chmodSync(tool, 0o755)
    await server.post("/api/system/settings", { "settings-oncue-sync_tool": tool })
    const answer = await eventually("the setting", async () => {
      const tried = await server.post(`/api/subtitles/${id}/timing/listen`)
      return tried.status === 202 ? tried : null
    })
    const job = await done(((await answer.json()) as any).data.jobId)
    expect(job).toMatchObject({ state: "done", reason: "a fix is offered" })
    expect((await italian()).timing.offer).toMatchObject({
      ratio: 1,
      offsetMs: 60_000,
      reason: "people speak at other moments in the video",
    })
  })
})
