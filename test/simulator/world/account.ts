/** People and their devices, as plex.tv knows them. */

export interface Account {
  id: number
  uuid: string
  username: string
  email: string
  plexPass: boolean
  /** A token that is valid from the start, as one pasted by hand would be. */
  readonly presetTokens: ReadonlyArray<string>
  /** The account's webhook list. */
  webhooks: string[]
  defaultSubtitleLanguage: string | null
  /** As a media server knows it: 0 by hand, 1 with foreign audio, 2 always. */
  subtitleMode: number
  /** What media servers know of the account's languages; null: nothing. */
  serverSubtitleLanguage: string | null
  /** A managed user of someone's Plex Home: no subscription features at all. */
  restricted: boolean
}

export interface PlayerDevice {
  readonly owner: string
  readonly name: string
  readonly product: string
  readonly platform: string
  readonly device: string
  readonly clientIdentifier: string
  /** Address on the player's side of the network; `local` is decided by the server's list. */
  readonly publicAddress: string
  readonly local: boolean
}

export function makeAccount(fields: Pick<Account, "id" | "username" | "email"> & Partial<Account>): Account {
  return {
    uuid: fields.id.toString(16).padStart(16, "0"),
    plexPass: false,
    presetTokens: [],
    webhooks: [],
    defaultSubtitleLanguage: "en",
    subtitleMode: 2,
    serverSubtitleLanguage: null,
    restricted: false,
    ...fields,
  }
}
