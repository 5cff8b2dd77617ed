import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

const DAY_MS = 86_400_000
const SERVER_ID = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
const STORIES = [
  { title: "Sintel (2010)", ratingKey: "1001", language: "en", provider: "opensubtitles" },
  { title: "The Harbor Line S01E01", ratingKey: "2011", language: "nl", provider: "gestdown" },
  { title: "Big Buck Bunny (2008)", ratingKey: "1003", language: "en", provider: "subdl" },
  { title: "The Harbor Line S01E02", ratingKey: "2012", language: "en", provider: "plex" },
] as const

/** Writes what a month of watching leaves in the journal of a server that does not run. */
export function writePastMonth(folder: string): void {
  const db = new DatabaseSync(join(folder, "oncue.db"))
  const insert = db.prepare(
    `INSERT INTO journal (at_ms, kind, job_id, server_id, rating_key, title, text, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  let jobId = 900_000
  for (let day = 29; day > 0; day--) {
    for (let one = 0; one < (day * 7) % 4; one++) {
      const story = STORIES[(day + one) % STORIES.length] ?? STORIES[0]
      const beganMs = Date.now() - day * DAY_MS + one * 3_600_000
      const took = 700 + ((day * 619 + one * 211) % 2_600)
      jobId++
      const write = (kind: string, afterMs: number, text: string, detail: unknown) =>
        insert.run(
          beganMs + afterMs,
          kind,
          jobId,
          SERVER_ID,
          story.ratingKey,
          story.title,
          text,
          JSON.stringify(detail),
        )
      write("heard", 0, "Heard from Plex's webhook", { cause: { source: "webhook", atMs: beganMs } })
      const isMissed = (day * 5 + one) % 11 === 0
      const chosen = {
        provider: story.provider,
        name: `${story.title}.WEB-DL`,
        score: 91,
        why: "made for it",
      }
      write("chose", took - 200, isMissed ? "Chose nothing" : "Chose one", {
        language: story.language,
        chosen: isMissed ? null : chosen,
      })
      if (!isMissed) write("listed", took, "Plex lists it", {})
    }
  }
  db.close()
}
