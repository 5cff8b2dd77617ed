import { MockAgent } from "undici"
import { radarrAccess, sonarrAccess } from "./arr_world.ts"
import { sampleJson, sampleText } from "./samples.ts"

const JSON_TYPE = { headers: { "content-type": "application/json; charset=utf-8" } }

/** A dispatcher behind which the Sonarr and Radarr of the samples answer as the real ones do. */
export function arrMock(): MockAgent {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const serve = (
    base: string,
    key: string,
    path: string,
    answer: (query: URLSearchParams) => string,
  ): void => {
    const { origin, pathname } = new URL(base)
    const prefix = pathname === "/" ? "" : pathname
    agent
      .get(origin)
      .intercept({ method: "GET", path: (asked) => asked.split("?")[0] === `${prefix}/api/v3/${path}` })
      .reply((request) => {
        const headers = new Headers(request.headers as Record<string, string>)
        if (headers.get("x-api-key") !== key) return { statusCode: 401, data: "" }
        const { searchParams } = new URL(request.path, origin)
        return { statusCode: 200, data: answer(searchParams), responseOptions: JSON_TYPE }
      })
      .persist()
  }
  const only = (name: string, field: string, value: string | null) => {
    const rows = sampleJson(`arr/${name}`) as Array<Record<string, unknown>>
    return JSON.stringify(value === null ? rows : rows.filter((row) => String(row[field]) === value))
  }
  serve(sonarrAccess.url, "sonarr-key", "system/status", () =>
    sampleText("arr/sonarr-system-status.200.json"),
  )
  serve(sonarrAccess.url, "sonarr-key", "rootfolder", () => sampleText("arr/rootfolder.200.json"))
  serve(sonarrAccess.url, "sonarr-key", "series", (query) =>
    only("sonarr-series.200.json", "tvdbId", query.get("tvdbId")),
  )
  serve(sonarrAccess.url, "sonarr-key", "episode", (query) => {
    const rows = JSON.parse(
      only("sonarr-episode-includeEpisodeFile.200.json", "seriesId", query.get("seriesId")),
    )
    const season = query.get("seasonNumber")
    const chosen = (rows as Array<Record<string, unknown>>).filter(
      (row) => season === null || String(row.seasonNumber) === season,
    )
    return JSON.stringify(chosen)
  })
  serve(radarrAccess.url, "radarr-key", "system/status", () =>
    sampleText("arr/radarr-system-status.200.json"),
  )
  serve(radarrAccess.url, "radarr-key", "movie", (query) =>
    only("radarr-movie.200.json", "tmdbId", query.get("tmdbId")),
  )
  return agent
}
