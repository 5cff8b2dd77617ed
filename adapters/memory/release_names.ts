import * as Layer from "effect/Layer"
import { type ReleaseName, streamingService, UNKNOWN_RELEASE_NAME } from "../../core/media/release_name.ts"
import { ReleaseNames } from "../../core/ports/release_names.ts"

const SOURCES: ReadonlyArray<readonly [RegExp, ReleaseName["source"]]> = [
  [/\bweb([-. ]?(dl|rip))?\b/i, "web"],
  [/\b(blu-?ray|bdrip|brrip)\b/i, "bluray"],
  [/\bhdtv\b/i, "tv"],
  [/\bdvd(rip)?\b/i, "dvd"],
]

function parse(name: string, kind: "movie" | "episode"): ReleaseName {
  const place = /\bs(\d{1,2})(?:e(\d{1,3}))?\b/i.exec(name)
  const year = /\b(19|20)\d\d\b/.exec(name)
  const title = /^(.*?)[. (]+(?:s\d{1,2}|(?:19|20)\d\d|\d{3,4}p)\b/i.exec(name)?.[1]?.replace(/\./g, " ")
  const isShow = kind === "episode"
  return {
    ...UNKNOWN_RELEASE_NAME,
    title: title ?? null,
    year: year === null ? null : Number(year[0]),
    seasons: isShow && place !== null ? [Number(place[1])] : [],
    episodes: isShow && place?.[2] !== undefined ? [Number(place[2])] : [],
    fullSeason: isShow && place !== null && place[2] === undefined,
    group: /-([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? null,
    source: SOURCES.find(([pattern]) => pattern.test(name))?.[1] ?? null,
    resolution: /\b\d{3,4}p\b/i.exec(name)?.[0].toLowerCase() ?? null,
    service: streamingService(name),
  }
}

/** Understands names as scene groups write them and no others. */
export const layer: Layer.Layer<ReleaseNames> = Layer.succeed(ReleaseNames, ReleaseNames.of({ parse }))
