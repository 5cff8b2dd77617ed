import type { Cause, TriggerSource } from "../jobs/job.ts"

const WHO: Readonly<Record<TriggerSource, string>> = {
  webhook: "Plex's webhook",
  stream: "the event stream",
  tautulli: "Tautulli",
  sonarr: "Sonarr",
  radarr: "Radarr",
  api: "the API",
  sweep: "a sweep",
  next: "the episode before it",
  upgrade: "the upgrades",
}

const nameOf = (cause: Cause) => cause.title ?? "something"

/** What happened to the item, with its name or without. */
function happening(cause: Cause): string {
  const what = nameOf(cause)
  const player = cause.player === null || cause.player === "" ? "" : ` on ${cause.player}`
  if (cause.event.startsWith("library.")) return `${what} was added`
  if (cause.source === "sonarr" || cause.source === "radarr") return `${what} was imported`
  if (cause.source === "sweep") return `${what} is looked at`
  if (cause.source === "upgrade") return `is there a better subtitle for ${what}`
  if (cause.source === "next") return `${cause.viewer?.name || "somebody"} may play ${what} soon`
  if (cause.viewer === null) return `${what} is being played${player}`
  return `${cause.viewer.name || "somebody"} plays ${what}${player}`
}

/**
 * The first sentence of a job's story.
 *
 * @example
 * ```ts
 * const viewer = { id: "1", name: "owner" }
 * const cause = { source: "stream", event: "media.play", atMs: 0, viewer, player: "Living room", title: "Sintel" }
 * assert.strictEqual(heardText(cause), "Heard from the event stream: owner plays Sintel on Living room")
 * ```
 */
export function heardText(cause: Cause): string {
  if (cause.event === "not_this_one") return `Not this one: another subtitle is searched for ${nameOf(cause)}`
  if (cause.source === "api") return `Asked for by hand: ${nameOf(cause)}`
  return `Heard from ${WHO[cause.source]}: ${happening(cause)}`
}
