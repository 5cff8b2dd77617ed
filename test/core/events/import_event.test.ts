import { assert, describe, it } from "@effect/vitest"
import { IMPORT_FILES_MAX, readImport } from "../../../core/events/import_event.ts"
import { sampleJson } from "../../support/samples.ts"

const filesOf = (json: unknown, app: "sonarr" | "radarr") => {
  const told = readImport(json, app)
  return typeof told !== "string" && told._tag === "Imported" ? told.files : told
}
const FOLDER = "/tv/The Harbor Line"

describe("readImport", () => {
  it("readImport() reads the one file of Sonarr's import", () => {
    assert.deepStrictEqual(filesOf(sampleJson("arr/sonarr-webhook-download.json"), "sonarr"), [
      {
        path: `${FOLDER}/Season 01/The Harbor Line - S01E03 - Slack Water WEBDL-1080p.mkv`,
        fileId: "503",
        title: "The Harbor Line S01E03 · Slack Water",
      },
    ])
  })

  it("readImport() reads every file of Sonarr's completed download", () => {
    const json = sampleJson("arr/sonarr-webhook-import-complete.json")
    const files = filesOf(json, "sonarr")
    assert.deepStrictEqual(
      Array.isArray(files) ? files.map(({ path }) => path) : files,
      json.episodeFiles.map(({ path }: { path: string }) => path),
    )
  })

  it("readImport() reads Radarr's film, with its year", () => {
    const json = sampleJson("arr/radarr-webhook-download.json")
    assert.deepStrictEqual(filesOf(json, "radarr"), [
      {
        path: json.movieFile.path,
        fileId: String(json.movieFile.id),
        title: `${json.movie.title} (${json.movie.year})`,
      },
    ])
  })

  it("readImport() puts a relative path behind the folder, with the folder's own separator", () => {
    const told = (path: string, relativePath: string) =>
      filesOf({ eventType: "Download", series: { path }, episodeFile: { relativePath } }, "sonarr")
    assert.deepInclude((told("C:\\tv\\Show", "Season 1\\a.mkv") as any)[0], {
      path: "C:\\tv\\Show\\Season 1\\a.mkv",
    })
    assert.deepInclude((told("/tv/Show/", "a.mkv") as any)[0], { path: "/tv/Show/a.mkv" })
    assert.deepInclude(
      (
        filesOf(
          { eventType: "Download", movie: { folderPath: "/m" }, movieFile: { relativePath: "a.mkv" } },
          "radarr",
        ) as any
      )[0],
      { path: "/m/a.mkv" },
    )
  })

  it("readImport() names a file of several by its file, and several episodes in one file by their numbers", () => {
    const two = {
      eventType: "Download",
      series: { title: "Show" },
      episodeFiles: [{ path: "/tv/a.mkv" }, { path: "C:\\tv\\b.mkv" }],
    }
    assert.deepStrictEqual(
      (filesOf(two, "sonarr") as any).map((one: any) => one.title),
      ["a.mkv", "b.mkv"],
    )
    const double = {
      eventType: "Download",
      series: { title: "Show" },
      episodes: [
        { seasonNumber: 1, episodeNumber: 3 },
        { seasonNumber: 1, episodeNumber: 4 },
      ],
      episodeFile: { path: "/tv/a.mkv" },
    }
    assert.strictEqual((filesOf(double, "sonarr") as any)[0].title, "Show S01E03E04")
  })

  it("readImport() leaves everything alone that is no import", () => {
    for (const name of ["sonarr-webhook-test"]) {
      assert.deepStrictEqual(readImport(sampleJson(`arr/${name}.json`), "sonarr"), {
        _tag: "Other",
        event: "Test",
        instance: "Sonarr",
      })
    }
    for (const eventType of [
      "Grab",
      "Rename",
      "EpisodeFileDelete",
      "SeriesDelete",
      "Health",
      "ApplicationUpdate",
      "New",
    ]) {
      const told = readImport({ eventType, episodeFile: { path: "/tv/a.mkv" } }, "sonarr")
      assert.isTrue(typeof told !== "string" && told._tag === "Other")
    }
  })

  it("readImport() never breaks on what anybody may send", () => {
    const odd: ReadonlyArray<unknown> = [null, 1, "x", [], {}, true, undefined]
    for (const value of odd) {
      assert.isString(readImport(value, "sonarr"))
      assert.isString(readImport({ eventType: value === "x" ? {} : value === 1 ? [] : value }, "sonarr"))
      for (const app of ["sonarr", "radarr"] as const) {
        const json = {
          eventType: "Download",
          series: value,
          movie: value,
          episodes: value,
          episodeFile: value,
          episodeFiles: value,
          movieFile: value,
        }
        assert.deepStrictEqual(filesOf(json, app), [])
      }
    }
    assert.deepStrictEqual(
      filesOf({ eventType: "Download", episodeFile: { path: "x".repeat(40_000) } }, "sonarr"),
      [],
    )
    assert.deepStrictEqual(
      filesOf({ eventType: "Download", episodeFile: { path: 7, relativePath: {} } }, "sonarr"),
      [{ path: "7", fileId: null, title: "7" }],
    )
  })

  it("readImport() takes a bounded number of files", () => {
    const episodeFiles = Array.from({ length: IMPORT_FILES_MAX + 1 }, (_, n) => ({ path: `/tv/${n}.mkv` }))
    assert.strictEqual(
      (filesOf({ eventType: "Download", episodeFiles }, "sonarr") as any).length,
      IMPORT_FILES_MAX,
    )
  })
})
