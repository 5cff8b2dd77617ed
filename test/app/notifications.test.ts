import { describe, expect, it } from "vitest"
import { fault } from "../simulator/mod.ts"
import { DISCORD_PATH, GOTIFY_TOKEN, NTFY_TOKEN } from "../simulator/receivers/receivers.ts"
import { API_KEY, configurationFor, eventually } from "../support/server.ts"
import { DUTCH, wholeServer } from "../support/whole_server.ts"

/** Who is told by the whole server when it has found something. */

const { simulator, server } = await wholeServer((simulator) =>
  configurationFor(simulator, `oncue: { event_stream: false, next_episodes: 0, ${DUTCH} }`),
)

const save = (notifications: unknown) =>
  fetch(`${server.address}/api/system/settings`, {
    method: "POST",
    headers: { "x-api-key": API_KEY, "content-type": "application/json" },
    body: JSON.stringify({ "settings-oncue-notifications": notifications }),
  })

describe("notifications", () => {
  it("tell everybody of film, language, provider and score, and fail no job", async () => {
    const { receivers, smtp } = simulator.urls
    const saved = await save([
      { id: "discord", type: "discord", url: `${receivers}${DISCORD_PATH}` },
      { id: "phone", type: "ntfy", url: `${receivers}/oncue-tests`, token: NTFY_TOKEN },
      { id: "gotify", type: "gotify", url: `${receivers}/gotify`, token: GOTIFY_TOKEN },
      { id: "hook", type: "webhook", url: `${receivers}/hook` },
      { id: "mail", type: "email", url: smtp, from: "oncue@example.com", to: ["me@example.com"] },
      { id: "wrong", type: "gotify", url: `${receivers}/gotify`, token: "of another" },
    ])
    expect(saved.status).toBe(204)

    await simulator.play({ item: "1001", urls: [server.webhook], via: "webhook" })
    await eventually(
      "five messages",
      async () => simulator.told().length === 4 && simulator.mails().length === 1,
    )
    expect(
      simulator
        .told()
        .map(({ by }) => by)
        .sort(),
    ).toEqual(["discord", "gotify", "ntfy", "webhook"])
    for (const { text, title } of simulator.told()) {
      expect(title).toBe("Sintel (2010)")
      expect(text).toMatch(/^Dutch from .+, score \d+/)
    }
    expect(simulator.mails()[0]).toMatchObject({ from: "oncue@example.com", to: ["me@example.com"] })
    expect(simulator.mails()[0]?.message).toMatch(/Dutch from/)

    const job = await eventually("the end of the job", async () =>
      (await server.get("/api/jobs")).data.find((one: any) => one.state === "done"),
    )
    expect(job.reason).toContain("Dutch found")
    const { data } = await server.get("/api/journal?limit=200")
    expect(data.find((one: any) => one.kind === "not_notified")).toMatchObject({
      text: expect.stringMatching(/^Cannot tell wrong: .* it refuses the token \(401\)$/),
      jobId: job.id,
      ratingKey: "1001",
    })
  })

  it("are shown without their secrets, which are sealed in the file", async () => {
    const listed = await server.get("/api/notifications")
    expect(listed.data[0]).toEqual({
      id: "discord",
      type: "discord",
      enabled: true,
      host: new URL(simulator.urls.receivers).host,
    })
    const everything = JSON.stringify([listed, await server.get("/api/system/settings")])
    for (const secret of ["EXAMPLEdiscordTOKEN", GOTIFY_TOKEN, NTFY_TOKEN])
      expect(everything).not.toContain(secret)
  })

  it("can be tried, and say why they do not arrive", async () => {
    const before = simulator.told().length
    expect((await server.post("/api/notifications/test", { id: "phone" })).status).toBe(200)
    expect(simulator.told().at(-1)).toMatchObject({ by: "ntfy", title: "OnCue" })
    expect(simulator.told()).toHaveLength(before + 1)
    const remove = simulator.faults.set({ service: "receivers" }, fault.status(500))
    const failed = await server.post("/api/notifications/test", { id: "phone" })
    expect([failed.status, ((await failed.json()) as any).code]).toEqual([502, "NOTIFICATION_FAILED"])
    remove()
    expect((await server.post("/api/notifications/test", { id: "nobody" })).status).toBe(404)
  })
})
