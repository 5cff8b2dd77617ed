import * as Option from "effect/Option"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import { type Language, parseLanguage, sameLanguage } from "../../core/subtitles/language.ts"
import { decodeSubtitle } from "./_answers.ts"

/** Names of one subtitle that are kept. */
const RELEASES_MAX = 10

/** Addic7ed names the group alone, or what the group is for; `Bluray-CtrlHD` is a whole ending, `DIMENSION` a group. */
const WHOLE_ENDING = /[ ._-]|^(?:web|webrip|webdl|hdtv|bluray|dvdrip|dvd|proper|repack|\d+p)$/i

/** The names of releases that Addic7ed's "version" stands for, in the form that releases have. */
export function releasesOf(
  show: string,
  season: number,
  episode: number,
  version: string,
  release: string | null,
): ReadonlyArray<string> {
  const two = (number: number) => String(number).padStart(2, "0")
  const start = `${show.trim().replace(/\s+/g, ".")}.S${two(season)}E${two(episode)}`
  const endings = version
    .split(/[,+]/)
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => `${start}${WHOLE_ENDING.test(one) ? "." : "-"}${one.replace(/\s+/g, ".")}`)
  return [...(release === null || release.trim() === "" ? [] : [release.trim()]), ...endings].slice(
    0,
    RELEASES_MAX,
  )
}

export interface Asked {
  readonly provider: string
  readonly showName: string
  readonly season: number
  readonly episode: number
  readonly language: Language
  readonly matchedBy: "tvdb" | "title"
}

/** One row of an answer; null for one that is not finished, not understood, or in a language that was not asked for. */
export function candidateOf(row: unknown, asked: Asked): Candidate | null {
  const found = Option.getOrNull(decodeSubtitle(row))
  if (found === null || !found.completed) return null
  const language = parseLanguage(found.language ?? "") ?? asked.language
  if (!sameLanguage(language, asked.language)) return null
  return {
    provider: asked.provider,
    id: found.subtitleId,
    language: asked.language,
    forced: false,
    hearingImpaired: found.hearingImpaired === true,
    releases: releasesOf(
      asked.showName,
      asked.season,
      asked.episode,
      found.version ?? "",
      found.release ?? null,
    ),
    matchedBy: [asked.matchedBy],
    season: asked.season,
    episode: asked.episode,
    seasonPack: false,
    frameRate: null,
    machineTranslated: false,
    trusted: false,
    downloads: found.downloadCount ?? null,
    uploader: null,
    fileName: null,
    handle: found.downloadUri,
  }
}
