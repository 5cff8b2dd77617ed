/** Sonarr and Radarr importing something. */

import { movieImport, seriesImport, testEvent } from "./arr/import_webhook.ts"
import type { ImportOptions, ImportResult, Simulator } from "./simulator.ts"
import { postTo } from "./webhook/post.ts"
import type { ArrInstance } from "./world/arr.ts"
import type { World } from "./world/world.ts"

async function send(
  instance: ArrInstance,
  body: Record<string, unknown>,
  options: ImportOptions,
): Promise<ImportResult> {
  const posted = {
    contentType: "application/json",
    body: JSON.stringify(body),
    userAgent: `${instance.app}/${instance.version} (ubuntu 22.04)`,
  }
  const answers = await Promise.all(
    (options.urls ?? instance.notifications.map(({ url }) => url)).map((url) => postTo(url, posted)),
  )
  return { body, answers }
}

export function makeImports(world: World): Pick<Simulator, "importEpisodes" | "importMovie" | "arrTest"> {
  const instanceOf = (list: ReadonlyArray<ArrInstance>, options: ImportOptions): ArrInstance => {
    const found = list[options.instance ?? 0]
    if (found === undefined) throw new Error(`Cannot find instance ${options.instance ?? 0}`)
    return found
  }
  return {
    importEpisodes: (episodeIds, options = {}) => {
      const instance = instanceOf(world.sonarr, options)
      const series = instance.series.find(({ episodes }) =>
        episodes.some(({ id }) => episodeIds.includes(id)),
      )
      if (series === undefined) throw new Error(`Cannot find episodes ${episodeIds.join(", ")}`)
      const episodes = series.episodes.filter(({ id }) => episodeIds.includes(id))
      return send(instance, seriesImport(instance, series, episodes, options), options)
    },
    importMovie: (movieId, options = {}) => {
      const instance = instanceOf(world.radarr, options)
      const movie = instance.movies.find(({ id }) => id === movieId)
      if (movie === undefined) throw new Error(`Cannot find movie ${movieId}`)
      return send(instance, movieImport(instance, movie, options), options)
    },
    arrTest: (app, options = {}) => {
      const instance = instanceOf(app === "Sonarr" ? world.sonarr : world.radarr, options)
      return send(instance, testEvent(instance), options)
    },
  }
}
