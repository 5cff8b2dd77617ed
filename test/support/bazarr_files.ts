import { DatabaseSync } from "node:sqlite"
import type { BazarrProfile } from "../../core/migration/bazarr_profile.ts"

/** Makes a `bazarr.db` with what an import reads of it, in the shape that Bazarr's own migrations leave. */
export function makeBazarrDatabase(file: string, profiles: ReadonlyArray<BazarrProfile>): void {
  const db = new DatabaseSync(file)
  db.exec(`
    CREATE TABLE table_languages_profiles (
      "profileId" INTEGER NOT NULL PRIMARY KEY, cutoff INTEGER, "originalFormat" BOOLEAN, items TEXT NOT NULL,
      name TEXT NOT NULL, "mustContain" TEXT, "mustNotContain" TEXT, tag TEXT
    );
    CREATE TABLE table_shows ("sonarrSeriesId" INTEGER PRIMARY KEY, "profileId" INTEGER);
    CREATE TABLE table_movies ("radarrId" INTEGER PRIMARY KEY, "profileId" INTEGER);
  `)
  const insert = db.prepare(
    'INSERT INTO table_languages_profiles ("profileId", cutoff, items, name) VALUES (?, ?, ?, ?)',
  )
  const show = db.prepare('INSERT INTO table_shows ("profileId") VALUES (?)')
  const film = db.prepare('INSERT INTO table_movies ("profileId") VALUES (?)')
  for (const { cutoff, id, items, name, uses } of profiles) {
    insert.run(id, cutoff, JSON.stringify(items), name)
    for (let use = 0; use < uses; use++) (use % 2 === 0 ? show : film).run(id)
  }
  db.close()
}

const item = (
  id: number,
  language: string,
  flags: Partial<Record<"hi" | "forced" | "audio_exclude", string>> = {},
) => ({
  id,
  language,
  hi: "False",
  forced: "False",
  audio_exclude: "False",
  ...flags,
})

/** Two profiles, of which the second is the one in use. */
export const PROFILES: ReadonlyArray<BazarrProfile> = [
  { id: 1, name: "Kids", cutoff: 65_535, items: [item(1, "de"), item(2, "en", { hi: "True" })], uses: 1 },
  {
    id: 2,
    name: "Everybody",
    cutoff: 2,
    items: [item(1, "pb", { forced: "True" }), item(2, "en", { audio_exclude: "True" })],
    uses: 3,
  },
]
