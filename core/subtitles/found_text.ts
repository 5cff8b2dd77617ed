import type { ProviderReport } from "../providers/search_providers.ts"
import type { Fulfilled } from "./fulfil_wish.ts"
import { explain, type Scored } from "./score.ts"

/** Candidates beside the chosen one that are named in the journal. */
export const CANDIDATES_TOLD_MAX = 20

/** For the journal: whom the search asked and what each said. */
export function searchText(reports: ReadonlyArray<ProviderReport>): string {
  const asked = reports.filter((one) => one.result !== "unsuited")
  if (asked.length === 0) return "Searched nowhere: no provider is suited"
  const words = asked.map((one) =>
    one.result === "answered"
      ? `${one.name} ${one.found}`
      : `${one.name} ${one.result.replace("_", " ")} (${one.reason})`,
  )
  return `Searched ${words.join(", ")}`
}

/** For people: the release a candidate is for, else what else it is called. */
export const candidateName = ({ candidate }: Pick<Scored, "candidate">): string =>
  candidate.releases[0] ?? candidate.fileName ?? candidate.id

/** A candidate as the journal's detail holds it. `id` names it towards the blacklist. */
export const told = (scored: Scored) => ({
  provider: scored.candidate.provider,
  id: scored.candidate.id,
  name: candidateName(scored),
  score: scored.score,
  why: explain(scored),
})

/** For the journal: where it went. */
export function placedText(placement: Fulfilled["placement"]): string {
  switch (placement._tag) {
    case "Sidecar":
      return `Wrote ${placement.name} beside the video`
    case "Uploaded":
      return `Gave the subtitle to Plex as "${placement.title}": ${placement.why}`
    case "StoredByPlex":
      return `Plex fetches and keeps the subtitle itself (${placement.title})`
  }
}
