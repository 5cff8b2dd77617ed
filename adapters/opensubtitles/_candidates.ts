import * as Option from "effect/Option"
import type { Release } from "../../core/media/release.ts"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import { decodeSubtitle, type Feature } from "./_answers.ts"
import { languageBehind, type Search } from "./_query.ts"

const number = (id: string | undefined) => (id === undefined ? null : Number(id.replace(/^tt/i, "")))
const known = (value: number | null | undefined) => (value === undefined || value === 0 ? null : value)

/** Whether the service's answer is about another film or show than the one that was asked for. */
function isAnother(release: Release, search: Search, feature: Feature | null): boolean {
  if (feature === null || search.by === "title" || search.by === "hash") return false
  const differs = (ours: number | null, theirs: number | null) =>
    ours !== null && theirs !== null && ours !== theirs
  const { ids, showIds } = release
  if ("parent_imdb_id" in search.parameters)
    return differs(number(showIds.imdb), known(feature.parent_imdb_id))
  if ("parent_tmdb_id" in search.parameters)
    return differs(number(showIds.tmdb), known(feature.parent_tmdb_id))
  return search.by === "imdb"
    ? differs(number(ids.imdb), known(feature.imdb_id))
    : differs(number(ids.tmdb), known(feature.tmdb_id))
}

/** One row of an answer; null for one that is not understood, has no file or several, or is for something else. */
export function candidateOf(
  row: unknown,
  provider: string,
  release: Release,
  search: Search,
): Candidate | null {
  const found = Option.getOrNull(decodeSubtitle(row))
  if (found === null) return null
  const { attributes } = found
  const [file, ...others] = attributes.files
  const language = languageBehind(attributes.language ?? "")
  if (file === undefined || others.length > 0 || (file.cd_number ?? 1) > 1 || language === null) return null
  const feature = attributes.feature_details ?? null
  const byHash = attributes.moviehash_match === true
  if (!byHash && isAnother(release, search, feature)) return null
  const hearingImpaired = attributes.hearing_impaired === true
  const names = [attributes.release, file.file_name].map((name) => name?.trim() ?? "")
  const isEpisode = release.kind === "episode"
  return {
    provider,
    id: String(found.id),
    language,
    forced: attributes.foreign_parts_only === true && !hearingImpaired,
    hearingImpaired,
    releases: [...new Set(names.filter((name) => name !== ""))],
    matchedBy: [...(byHash ? ["hash" as const] : []), ...(search.by === "hash" ? [] : [search.by])],
    season: isEpisode ? (feature?.season_number ?? null) : null,
    episode: isEpisode ? (feature?.episode_number ?? null) : null,
    seasonPack: false,
    frameRate: known(attributes.fps),
    machineTranslated: attributes.ai_translated === true || attributes.machine_translated === true,
    trusted: attributes.from_trusted === true,
    downloads: attributes.download_count ?? null,
    uploader: attributes.uploader?.name ?? null,
    fileName: names[1] === undefined || names[1] === "" ? null : names[1],
    handle: String(file.file_id),
  }
}
