import { type MediaItem, partsOf } from "../media/media_item.ts"

type Episode = Pick<MediaItem, "ref" | "season" | "episode" | "availableAt" | "versions">

/** Episodes of one show that are looked at for the ones that come next. */
export const EPISODES_READ_MAX = 5_000

/** Specials are seen when people like, so they come before and after nothing but one another. */
const isSpecial = (episode: Pick<Episode, "season">) => episode.season === 0

function order(a: Episode, b: Episode): number {
  const season = (a.season ?? Number.MAX_SAFE_INTEGER) - (b.season ?? Number.MAX_SAFE_INTEGER)
  if (season !== 0) return season
  if (a.episode !== null && b.episode !== null) return a.episode - b.episode
  return (a.availableAt ?? "").localeCompare(b.availableAt ?? "")
}

const filesOf = (episode: Episode) => partsOf(episode as MediaItem).flatMap(({ file }) => file ?? [])

/**
 * The episodes that follow one, at most `count`, across the ends of seasons. A file that holds several episodes is one
 * of them, and needs its subtitles once.
 *
 * @example
 * ```ts
 * const at = (key, season, episode) => ({ ref: { serverId: "den", ratingKey: key }, season, episode, availableAt: null, versions: [] })
 * const show = [at("s", 0, 1), at("c", 2, 1), at("a", 1, 9), at("b", 1, 10)]
 * assert.deepStrictEqual(nextEpisodes(at("b", 1, 10), show, 1).map((one) => one.ref.ratingKey), ["c"])
 * assert.deepStrictEqual(nextEpisodes(at("s", 0, 1), show, 2), [])
 * ```
 */
export function nextEpisodes<A extends Episode>(
  current: Episode,
  all: ReadonlyArray<A>,
  count: number,
): ReadonlyArray<A> {
  const seen = new Set(filesOf(current))
  const later = all
    .filter((one) => isSpecial(one) === isSpecial(current) && order(one, current) > 0)
    .sort(order)
  const next: Array<A> = []
  for (const one of later) {
    if (next.length >= count) break
    const files = filesOf(one)
    if (files.some((file) => seen.has(file))) continue
    for (const file of files) seen.add(file)
    next.push(one)
  }
  return next
}
