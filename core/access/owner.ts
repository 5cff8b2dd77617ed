import * as Redacted from "effect/Redacted"
import type { Settings } from "../settings/settings.ts"

type Access = Pick<Settings, "auth" | "plex">

/** Whether a password opens the page. */
export function hasPassword({ auth }: Access): boolean {
  return Redacted.value(auth.password) !== ""
}

/**
 * The account at plex.tv that owns the installation; null while nobody is signed in to Plex with one.
 *
 * @example
 * ```ts
 * assert.strictEqual(ownerOf({ plex: { user_id: "", username: "" } }), null)
 * assert.deepStrictEqual(ownerOf({ plex: { user_id: "7", username: "ann" } }), { id: "7", username: "ann" })
 * ```
 */
export function ownerOf({ plex }: Access): { readonly id: string; readonly username: string } | null {
  return plex.user_id === "" ? null : { id: plex.user_id, username: plex.username }
}

/** Whether the installation has an owner who can prove to be it. Until then whoever sits at the machine may come in. */
export function isClaimed(settings: Access): boolean {
  return hasPassword(settings) || ownerOf(settings) !== null
}
