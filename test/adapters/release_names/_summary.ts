import type { ReleaseName } from "../../../core/media/release_name.ts"

const two = (number: number) => String(number).padStart(2, "0")

/** A parsed name on one line: place, year, source, resolution, service, cuts, then the group after a dash. */
export function summary(name: ReleaseName): string {
  const episodes = name.episodes.map((one) => `E${two(one)}`).join("")
  return [
    ...name.seasons.map((season) => `S${two(season)}${episodes}`),
    ...name.absoluteEpisodes.map((one) => `#${one}`),
    ...(name.fullSeason ? ["whole"] : []),
    name.airDate ?? name.year,
    name.source,
    name.resolution,
    name.service,
    ...name.editions,
    name.group === null ? null : `-${name.group}`,
  ]
    .filter((one) => one !== null)
    .join(" ")
}
