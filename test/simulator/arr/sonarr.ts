/** Sonarr's own routes, below /api/v3. */

import { json } from "../http/answer.ts"
import type { Routes } from "../http/router.ts"
import type { Call } from "../http/service.ts"
import type { ArrInstance, SeriesRow } from "../world/arr.ts"
import { badRequest, parentMissing, rowMissing } from "./errors.ts"
import { cleanTitle, showEpisode, showEpisodeFile, showSeries } from "./rows.ts"

/** Repeated or comma-separated. */
export function idList(call: Call, name: string): number[] {
  return call.query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .filter((value) => value !== "")
    .map(Number)
}

interface ParsedName {
  readonly series: string
  readonly season: number
  readonly episodes: ReadonlyArray<number>
}

function parseName(name: string): ParsedName | undefined {
  const match = /^(.+?)[ ._-]+S(\d{1,2})((?:[-_. ]?E\d{1,3})+)/i.exec(name)
  if (match === null) return undefined
  return {
    series: match[1]!.replace(/[._]/g, " ").trim(),
    season: Number(match[2]),
    episodes: [...match[3]!.matchAll(/E(\d+)/gi)].map((episode) => Number(episode[1])),
  }
}

function parse(instance: ArrInstance, title: string) {
  const parsed = parseName(title.slice(title.lastIndexOf("/") + 1))
  if (parsed === undefined) return { id: 0, title, episodes: [] }
  const series = instance.series.find((each) => cleanTitle(each.title) === cleanTitle(parsed.series))
  return {
    id: 0,
    title,
    parsedEpisodeInfo: {
      releaseTitle: title,
      seriesTitle: parsed.series,
      seasonNumber: parsed.season,
      episodeNumbers: parsed.episodes,
      absoluteEpisodeNumbers: [],
      fullSeason: false,
      special: parsed.season === 0,
    },
    ...(series === undefined ? {} : { series: showSeries(series) }),
    episodes:
      series === undefined
        ? []
        : series.episodes
            .filter((e) => e.seasonNumber === parsed.season && parsed.episodes.includes(e.episodeNumber))
            .map((e) => showEpisode(series, e, false)),
  }
}

export function sonarrRoutes(instance: ArrInstance): Routes {
  const seriesById = (id: string | null): SeriesRow | undefined =>
    instance.series.find((series) => String(series.id) === id)
  const everyEpisode = () =>
    instance.series.flatMap((series) => series.episodes.map((episode) => ({ series, episode })))

  return {
    "GET /series": (call) => {
      const tvdbId = call.query.get("tvdbId")
      const rows = instance.series.filter((series) => tvdbId === null || String(series.tvdbId) === tvdbId)
      return json(rows.map(showSeries))
    },
    "GET /series/:id": (_call, { id }) => {
      const series = seriesById(id!)
      return series === undefined ? rowMissing(instance) : json(showSeries(series))
    },
    "GET /parse": (call) => {
      const title = call.query.get("title") ?? ""
      return title === "" ? json(null) : json(parse(instance, title))
    },
    // The parameters are looked at in this order; the first one given decides.
    "GET /episode": (call) => {
      const withFile = call.query.get("includeEpisodeFile") === "true"
      const seriesId = call.query.get("seriesId")
      if (seriesId !== null) {
        const series = seriesById(seriesId)
        const season = call.query.get("seasonNumber")
        const rows = (series?.episodes ?? []).filter(
          (e) => season === null || String(e.seasonNumber) === season,
        )
        return json(rows.map((episode) => showEpisode(series!, episode, withFile)))
      }
      const ids = idList(call, "episodeIds")
      const fileId = call.query.get("episodeFileId")
      if (ids.length === 0 && fileId === null) return badRequest("seriesId or episodeIds must be provided")
      const rows = everyEpisode().filter(({ episode }) =>
        ids.length > 0 ? ids.includes(episode.id) : String(episode.episodeFileId) === fileId,
      )
      return json(rows.map(({ series, episode }) => showEpisode(series, episode, withFile)))
    },
    "GET /episode/:id": (_call, { id }) => {
      const row = everyEpisode().find(({ episode }) => String(episode.id) === id)
      return row === undefined ? rowMissing(instance) : json(showEpisode(row.series, row.episode, true))
    },
    "GET /episodefile": (call) => {
      const seriesId = call.query.get("seriesId")
      if (seriesId !== null) {
        const series = seriesById(seriesId)
        return series === undefined
          ? parentMissing(instance, "Series", seriesId)
          : json(series.files.map((file) => showEpisodeFile(series, file)))
      }
      const ids = idList(call, "episodeFileIds")
      if (ids.length === 0) return badRequest("seriesId or episodeFileIds must be provided")
      return json(
        instance.series.flatMap((series) =>
          series.files.filter((file) => ids.includes(file.id)).map((file) => showEpisodeFile(series, file)),
        ),
      )
    },
    "GET /episodefile/:id": (_call, { id }) => {
      for (const series of instance.series) {
        const file = series.files.find((candidate) => String(candidate.id) === id)
        if (file !== undefined) return json(showEpisodeFile(series, file))
      }
      return rowMissing(instance)
    },
  }
}
