/** Radarr's own routes, below /api/v3. */

import { json } from "../http/answer.ts"
import type { Routes } from "../http/router.ts"
import type { ArrInstance } from "../world/arr.ts"
import { badRequest, rowMissing } from "./errors.ts"
import { cleanTitle, showMovie, showMovieFile } from "./rows.ts"
import { idList } from "./sonarr.ts"

export function radarrRoutes(instance: ArrInstance): Routes {
  /** A description from the internet: it does not tell whether the film is in the library. */
  const lookup = (tmdbId: number, imdbId: string | undefined) => {
    const known = instance.movies.find((movie) => movie.tmdbId === tmdbId || movie.imdbId === imdbId)
    if (known === undefined) return rowMissing(instance)
    const { movieFile: _movieFile, ...rest } = showMovie(known) as Record<string, unknown>
    return json({ ...rest, id: 0, path: undefined, hasFile: false, movieFileId: 0, monitored: false })
  }

  return {
    "GET /movie": (call) => {
      const tmdbId = call.query.get("tmdbId")
      const rows = instance.movies.filter((movie) => tmdbId === null || String(movie.tmdbId) === tmdbId)
      return json(rows.map(showMovie))
    },
    "GET /movie/lookup/imdb": (call) => lookup(-1, call.query.get("imdbId") ?? "none"),
    "GET /movie/lookup/tmdb": (call) => lookup(Number(call.query.get("tmdbId")), "none"),
    "GET /movie/:id": (_call, { id }) => {
      const movie = instance.movies.find((candidate) => String(candidate.id) === id)
      return movie === undefined ? rowMissing(instance) : json(showMovie(movie))
    },
    "GET /moviefile": (call) => {
      const movieIds = idList(call, "movieId")
      const fileIds = idList(call, "movieFileIds")
      if (movieIds.length === 0 && fileIds.length === 0)
        return badRequest("movieId or movieFileIds must be provided")
      return json(
        instance.movies.flatMap((movie) =>
          movie.file !== undefined && (movieIds.includes(movie.id) || fileIds.includes(movie.file.id))
            ? [showMovieFile(movie, movie.file)]
            : [],
        ),
      )
    },
    "GET /moviefile/:id": (_call, { id }) => {
      const movie = instance.movies.find(({ file }) => String(file?.id) === id)
      return movie?.file === undefined ? rowMissing(instance) : json(showMovieFile(movie, movie.file))
    },
    "GET /parse": (call) => {
      const title = call.query.get("title") ?? ""
      const match = /^(.+?)[ ._(]+((?:19|20)\d{2})/.exec(title)
      if (match === null) return json(title === "" ? null : { id: 0, title })
      const name = match[1]!.replace(/[._]/g, " ").trim()
      const movie = instance.movies.find((candidate) => cleanTitle(candidate.title) === cleanTitle(name))
      return json({
        id: 0,
        title,
        parsedMovieInfo: { movieTitles: [name], year: Number(match[2]) },
        ...(movie === undefined ? {} : { movie: showMovie(movie) }),
      })
    },
  }
}
