import { afterEach, describe, expect, it } from "vitest"
import { BAZARR_KEY } from "../simulator/bazarr/bazarr.ts"
import { fault, SMALL_PATHS } from "../simulator/mod.ts"
import { configurationFor, eventually } from "../support/server.ts"
import { wholeServer } from "../support/whole_server.ts"

/** The whole server beside a Bazarr that searches and owns the files. */

const { simulator, server } = await wholeServer((simulator) => {
  const pairs = (names: ReadonlyArray<string>) =>
    SMALL_PATHS.filter(([, arr]) => names.includes(arr)).map(
      ([plex, arr]) => `["${arr}", "${simulator.mediaRoot}${plex}"]`,
    )
  const bridge = `mode: bazarr, bazarr_url: '${simulator.urls.bazarr}', bazarr_apikey: '${BAZARR_KEY}', bazarr_wait: 5`
  return configurationFor(simulator, `oncue: { event_stream: false, next_episodes: 1, ${bridge} }`).replace(
    "general: {",
    `general: { path_mappings: [${pairs(["/tv", "/tv2", "/anime"])}], path_mappings_movie: [${pairs(["/movies"])}],`,
  )
})
afterEach(() => simulator.faults.clear())

const jobOf = (ratingKey: string, state: string) =>
  eventually(`the ${state} job of ${ratingKey}`, async () =>
    (await server.get("/api/jobs?limit=500")).data.find(
      (job: any) => job.work.ratingKey === ratingKey && job.state === state,
    ),
  )
const jobWith = async (id: number) =>
  (await server.get("/api/jobs?limit=500")).data.find((job: any) => job.id === id)
const storyOf = async (id: number): Promise<ReadonlyArray<string>> =>
  (await server.get(`/api/journal?job=${id}&limit=100`)).data
    .filter((entry: any) => entry.jobId === id)
    .map((entry: any) => entry.text)
    .reverse()
const dutch = (ratingKey: string) =>
  simulator.subtitlesListedBy(ratingKey).filter(({ key, languageTag }) => key && languageTag === "nl")
const play = (item: string) => simulator.play({ item, urls: [server.webhook], via: "webhook" })
const asked = () => simulator.requests.count({ service: "bazarr", method: "PATCH" })

describe("the bridge to a Bazarr", () => {
  it("asks it for the one item, makes Plex list what it brought, and switches it on", async () => {
    const { session } = await play("2011")
    const job = await jobOf("2011", "done")
    expect(job.reason).toBe("Dutch brought by Bazarr")
    expect(dutch("2011")).toHaveLength(1)
    expect(simulator.item("2011").media[0]!.parts[0]!.selected.get("owner_user")).toBe(dutch("2011")[0]!.id)
    const story = await storyOf(job.id)
    expect(story).toContain("Asked Bazarr for Dutch")
    expect(story).toContain("Bazarr has brought Dutch")
    expect(story.some((text) => text.startsWith("Plex lists"))).toBe(true)
    expect(story.some((text) => text.startsWith("Switched on"))).toBe(true)
    const providers = ["gestdown", "openSubtitles", "subdl"] as const
    for (const service of providers) expect(simulator.requests.count({ service })).toBe(0)

    await jobOf("2012", "done")
    expect(dutch("2012"), "the next episode too").toHaveLength(1)
    simulator.stop(session)
  })

  it("does not ask for what it does not miss", async () => {
    const before = asked()
    const { jobId } = ((await (await server.post("/api/search", { ratingKey: "2011" })).json()) as any).data
    await eventually("the end", async () => (await jobWith(jobId)).state === "done")
    expect(asked()).toBe(before)
  })

  it("says that it found nothing, that it could not write, and that it does not answer", async () => {
    simulator.bazarr.stock.clear()
    await play("1001")
    expect((await jobOf("1001", "done")).reason).toBe("Dutch not found by Bazarr")
    simulator.bazarr.stock.add("nl")
    simulator.bazarr.readOnly = true
    await play("2013")
    const waiting = await eventually("the refusal", async () => {
      const job = await jobOf("2013", "waiting")
      return job.reason?.includes("Permission") ? job : null
    })
    expect(waiting.reason).toContain("Bazarr could not do it: Unable to save subtitles file")
    simulator.bazarr.readOnly = false
    simulator.faults.set({ service: "bazarr" }, fault.status(503))
    const { jobId } = ((await (await server.post("/api/search", { ratingKey: "1001" })).json()) as any).data
    const silent = await eventually("the outage", async () => {
      const job = await jobWith(jobId)
      return job.reason === null ? null : job
    })
    expect([silent.state, silent.reason]).toEqual(["waiting", "Cannot reach Bazarr: it answered 503"])
    simulator.faults.clear()
  })

  it("shows its version when it is tried, and why it does not answer", async () => {
    const good = await server.post("/api/bazarr/test")
    expect([good.status, ((await good.json()) as any).data]).toEqual([200, { version: "1.5.3" }])
    const wrong = await server.post("/api/bazarr/test", { apikey: "wrong" })
    expect([wrong.status, ((await wrong.json()) as any).code]).toEqual([502, "BAZARR_KEY_REJECTED"])
    const other = await server.post("/api/bazarr/test", { url: "http://127.0.0.1:1" })
    expect([other.status, ((await other.json()) as any).code]).toEqual([400, "BAZARR_NOT_SET"])
    const text = JSON.stringify(await server.get("/api/system/settings"))
    expect(text).not.toContain(BAZARR_KEY)
  })

  it("leaves upgrades to it, also of what OnCue brought before, and lets it search after a refusal", async () => {
    const mode = async (name: string) => {
      expect((await server.post("/api/system/settings", { "settings-oncue-mode": name })).status).toBe(204)
    }
    await mode("oncue")
    const search = await server.post("/api/search", { ratingKey: "2012" })
    const { jobId } = ((await search.json()) as any).data
    await eventually("the end", async () => (await jobWith(jobId)).state === "done")
    const placed = async () => (await server.get("/api/subtitles?ratingKey=2012")).data
    const [ours] = await placed()
    expect(ours.state).toBe("placed")
    await mode("bazarr")
    const upgrade = await server.post(`/api/subtitles/${ours.id}/upgrade`)
    expect([upgrade.status, ((await upgrade.json()) as any).code]).toEqual([409, "BAZARR_OWNS_FILES"])
    const refused = await server.post(`/api/subtitles/${ours.id}/refuse`)
    const job = ((await refused.json()) as any).data.jobId
    await eventually("the end", async () => (await jobWith(job)).state === "done")
    expect((await jobWith(job)).reason).toContain("Bazarr")
    expect(await placed()).toMatchObject([{ id: ours.id, state: "refused" }])
  })
})
