import type { ServerAccount } from "../ports/plex_server.ts"
import { parseLanguage } from "../subtitles/language.ts"
import type { Profile } from "../subtitles/profile.ts"

/** What Plex tells of how somebody wants to watch. */
export type ViewerPreferences = Pick<ServerAccount, "subtitleLanguage" | "subtitleMode">

/**
 * The profile of somebody who watches, by their own settings in Plex: their subtitle language, and only where the film
 * is not spoken in it when they see subtitles "with foreign audio". Null where Plex does not tell their language; then
 * the library's profile counts.
 *
 * @example
 * ```ts
 * const profile = profileOfViewer("Ann", { subtitleLanguage: "nl", subtitleMode: "foreign" })
 * assert.deepStrictEqual(profile.wishes.map((one) => [one.language, one.unlessAudio]), [["nl", true]])
 * assert.strictEqual(profileOfViewer("Ann", { subtitleLanguage: null, subtitleMode: "always" }), null)
 * ```
 */
export function profileOfViewer(name: string, preferences: ViewerPreferences): Profile | null {
  const language = preferences.subtitleLanguage === null ? null : parseLanguage(preferences.subtitleLanguage)
  if (language === null) return null
  return {
    name: `what ${name} has set in Plex`,
    wishes: [
      {
        language,
        forced: "avoid",
        hearingImpaired: "avoid",
        unlessAudio: preferences.subtitleMode === "foreign",
      },
    ],
    cutoff: null,
    warnings: [],
  }
}
