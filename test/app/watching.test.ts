import { readdirSync } from "node:fs"
import { dirname } from "node:path"
import { describe, expect, it } from "vitest"
import { FREE_USER } from "../simulator/mod.ts"
import { configurationFor, eventually } from "../support/server.ts"
import { DUTCH, wholeServer } from "../support/whole_server.ts"

/** What the whole server does for somebody who watches, beyond the subtitle itself. */

const { simulator, server } = await wholeServer((simulator) =>
  configurationFor(simulator, `oncue: { event_stream: false, next_episodes: 1, ${DUTCH} }`),
)

const journalOf = async (ratingKey: string): Promise<ReadonlyArray<any>> =>
  (await server.get("/api/journal?limit=500")).data.filter((entry: any) => entry.ratingKey === ratingKey)
const entry = (ratingKey: string, kind: string) =>
  eventually(`"${kind}" of ${ratingKey}`, async () =>
    (await journalOf(ratingKey)).find((one) => one.kind === kind),
  )
const dutch = (ratingKey: string) =>
  simulator.subtitlesListedBy(ratingKey).filter(({ key, languageTag }) => key && languageTag === "nl")
/** The stream that a user of the server has chosen; the simulator keeps it by name. */
const chosenBy = (ratingKey: string, username: string) =>
  simulator.item(ratingKey).media[0]!.parts[0]!.selected.get(username)
const play = (item: string, user?: string) =>
  simulator.play({ item, urls: [server.webhook], via: "webhook", ...(user === undefined ? {} : { user }) })

describe("somebody who watches", () => {
  it("gets the subtitle switched on, and the next episode has its own before it starts", async () => {
    const { session } = await play("2011")
    expect((await entry("2011", "selected")).text).toMatch(/^Switched on "Dutch .*" for owner_user$/)
    expect(chosenBy("2011", "owner_user")).toBe(dutch("2011")[0]?.id)

    expect((await entry("2012", "selected")).text).toMatch(/^Switched on/)
    expect(dutch("2012")).toHaveLength(1)
    expect(chosenBy("2012", "owner_user")).toBe(dutch("2012")[0]?.id)
    const jobs = (await server.get("/api/jobs?limit=500")).data
    const next = jobs.find((job: any) => job.work.ratingKey === "2012")
    expect(next).toMatchObject({ priority: 15, work: { cause: { source: "next" } } })
    expect(jobs.some((job: any) => job.work.ratingKey === "2013")).toBe(false)
    simulator.stop(session)
  })

  it("has the first episode of the next season after the last of this one", async () => {
    const begins = simulator.addEpisode({ show: "2000", season: 2, episode: 1, title: "New Keel" })
    await simulator.idle()
    const { session } = await play("2013")
    await eventually("the subtitle of the next season", async () => dutch(begins.ratingKey)[0])
    expect(readdirSync(dirname(simulator.pathOf(begins.ratingKey)))).toContainEqual(
      expect.stringMatching(/\.nl\.srt$/),
    )
    simulator.stop(session)
  })

  it("is told why not, where Plex keeps the choice of another user", async () => {
    const { session } = await play("2111", FREE_USER)
    expect((await entry("2111", "not_selected")).text).toBe(
      "Not switched on for free_user: Plex keeps the choice for each user, and there is no token of theirs",
    )
    expect(dutch("2111")).toHaveLength(1)
    expect(chosenBy("2111", FREE_USER)).toBeUndefined()
    expect(chosenBy("2111", "owner_user")).toBeUndefined()
    simulator.stop(session)
  })

  it("keeps what they have chosen themselves", async () => {
    const listed = simulator.subtitlesListedBy("1001")
    simulator.item("1001").media[0]!.parts[0]!.selected.set("owner_user", listed[0]!.id)
    const { session } = await play("1001")
    expect((await entry("1001", "not_selected")).text).toMatch(
      /^Not switched on for owner_user: they have chosen/,
    )
    expect(chosenBy("1001", "owner_user")).toBe(listed[0]!.id)
    simulator.stop(session)
  })
})
