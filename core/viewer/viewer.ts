import type { Cause } from "../jobs/job.ts"
import type { PlaySession } from "../ports/plex_server.ts"
import type { Settings } from "../settings/settings.ts"

export type Viewer = NonNullable<Cause["viewer"]>

/** On a server, whatever the account is at plex.tv, its owner has this id. */
export const SERVER_OWNER_ID = "1"

const same = (a: string, b: string) => a !== "" && a.toLowerCase() === b.toLowerCase()

/**
 * Whether two names are of one person. The id of a server's owner is 1 for the server and another one for plex.tv and
 * Tautulli, so the name is as good.
 *
 * @example
 * ```ts
 * assert.strictEqual(isSamePerson({ id: "1", name: "Ann" }, { id: "10000001", name: "ann" }), true)
 * assert.strictEqual(isSamePerson({ id: "7", name: "Ann" }, { id: "8", name: "Ben" }), false)
 * ```
 */
export function isSamePerson(a: Viewer, b: Viewer): boolean {
  return (a.id !== "" && a.id === b.id) || same(a.name, b.name)
}

/** The viewer's session: of this item, or of any where `ratingKey` is null. */
export function sessionOf(
  sessions: ReadonlyArray<PlaySession>,
  viewer: Viewer,
  ratingKey: string | null,
): PlaySession | null {
  const theirs = sessions.filter(({ user }) => isSamePerson({ id: user.id, name: user.title }, viewer))
  return (ratingKey === null ? theirs[0] : theirs.find((one) => one.ratingKey === ratingKey)) ?? null
}

/**
 * Whether a viewer is the account whose token we have: `unknown` where neither the names nor the ids tell.
 * `tokenIsOwners`: the server lets the token do what only its owner may; null where that is not known.
 */
export function isTokensAccount(
  viewer: Viewer,
  account: Pick<Settings["plex"], "username" | "user_id" | "email">,
  tokenIsOwners: boolean | null,
): "yes" | "no" | "unknown" {
  const { email, user_id, username } = account
  if (same(viewer.name, username) || same(viewer.name, email)) return "yes"
  if (user_id !== "" && viewer.id === user_id) return "yes"
  if (viewer.id === SERVER_OWNER_ID) {
    if (tokenIsOwners === true) return "yes"
    return tokenIsOwners === false ? "no" : "unknown"
  }
  return username !== "" || tokenIsOwners === true ? "no" : "unknown"
}
