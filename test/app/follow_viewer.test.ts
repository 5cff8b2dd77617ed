import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { SHARED_USER, type Simulator, smallWorld, startSimulator } from "../simulator/mod.ts"
import {
  configurationFor,
  eventually,
  type RunningServer,
  startIn,
  temporaryConfig,
} from "../support/server.ts"

/** The whole server where wanted languages follow whoever watches. */

let simulator: Simulator
let server: RunningServer
let config: ReturnType<typeof temporaryConfig>

beforeAll(async () => {
  const world = { ...smallWorld({ connections: "live" }), stockForAnything: true }
  const shared = world.accounts.find(({ username }) => username === SHARED_USER)!
  shared.serverSubtitleLanguage = "fr"
  simulator = await startSimulator({ world })
  const languages = "languages: [{ name: all, languages: [{ language: nl }] }]"
  const more = `oncue: { event_stream: false, next_episodes: 0, follow_viewer: true, ${languages} }`
  config = temporaryConfig(configurationFor(simulator, more))
  server = await startIn(config.folder, simulator)
})
afterAll(async () => {
  await server.stop()
  config.remove()
  await simulator.close()
})

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
