import { describe, expect, it } from "vitest"
import { SHARED_USER, smallWorld } from "../simulator/mod.ts"
import { configurationFor, eventually } from "../support/server.ts"
import { DUTCH, wholeServer } from "../support/whole_server.ts"

/** The whole server where wanted languages follow whoever watches. */

const world = { ...smallWorld({ connections: "live" }), stockForAnything: true }
world.accounts.find(({ username }) => username === SHARED_USER)!.serverSubtitleLanguage = "fr"

const { simulator, server } = await wholeServer(
  (simulator) =>
    configurationFor(
      simulator,
      `oncue: { event_stream: false, next_episodes: 0, follow_viewer: true, ${DUTCH} }`,
    ),
  { world },
)

const languagesOf = (ratingKey: string) =>
  simulator.subtitlesListedBy(ratingKey).flatMap(({ key, languageTag }) => (key ? [languageTag] : []))
const doneAfter = async (ratingKey: string) => {
  await eventually("the end of the job", async () =>
    (await server.get("/api/jobs?limit=100")).data.some(
      (job: any) => job.work.ratingKey === ratingKey && job.state === "done",
    ),
  )
  return languagesOf(ratingKey)
}

describe("wanted languages", () => {
  it("are those of whoever watches, and the profile's for a search that nobody watches", async () => {
    await simulator.play({ item: "2011", user: SHARED_USER, urls: [server.webhook], via: "webhook" })
    expect(await doneAfter("2011")).toEqual(["fr"])
    await server.post("/api/search", { ratingKey: "2012" })
    expect(await doneAfter("2012")).toEqual(["nl"])
  })
})
