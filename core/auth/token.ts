/** Where sign-in leaves the account's own subtitle language, for when no language profile is set. */
export const ACCOUNT_LANGUAGE_KEY = "account/subtitle_language"

/** The account behind a token; nothing secret in it. */
export interface PlexUser {
  readonly id: string
  readonly username: string
  readonly email: string
  /** The account's own subtitle language, for example `en`; null when it has none. */
  readonly subtitleLanguage: string | null
  readonly audioLanguage: string | null
  readonly subscription: {
    readonly active: boolean
    /** The plan's name; empty without one. */
    readonly plan: string
    readonly hasWebhooks: boolean
  }
}

/** Three answers, not two: an outage says nothing about a token. */
export type TokenState = "valid" | "rejected" | "unknown" | "absent"
