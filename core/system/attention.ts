/** Something that needs its owner. The page has the words and the one button for each. */
export type Attention =
  /** Nobody is signed in to Plex. */
  | { readonly _tag: "SignIn" }
  /** plex.tv refuses the token. */
  | { readonly _tag: "TokenRejected" }
  | { readonly _tag: "PlexOff" }
  | { readonly _tag: "NoServer" }
  | {
      readonly _tag: "ServerLost"
      readonly serverId: string
      readonly serverName: string
      readonly reason: string
      readonly untilMs: number
    }
  | {
      readonly _tag: "ProviderResting"
      readonly provider: string
      readonly name: string
      readonly reason: string
      readonly untilMs: number
      /** The other providers, which go on meanwhile. */
      readonly others: ReadonlyArray<string>
    }
  | { readonly _tag: "NoProvider" }
  /** config.yaml was edited and cannot be used at all: what it said before stays in force, and nothing can be saved. */
  | {
      readonly _tag: "SettingsRejected"
      readonly line: number | null
      readonly key: string | null
      readonly expected: string
    }
  /** A value of config.yaml that could not be read. */
  | { readonly _tag: "Setting"; readonly key: string; readonly expected: string }
  /** Jobs that failed within the last day. */
  | { readonly _tag: "Failed"; readonly count: number }
  /** Neither a password nor a Plex account protects the page. */
  | { readonly _tag: "Unprotected" }
  /** Nothing that is queued survives a restart. */
  | { readonly _tag: "NotDurable" }
  /** Nothing can be written now: events are refused. */
  | { readonly _tag: "StoreRefuses"; readonly reason: string }

/** What cannot go on comes before what goes on with less. */
const ORDER: Readonly<Record<Attention["_tag"], number>> = {
  TokenRejected: 0,
  SignIn: 1,
  NoServer: 2,
  ServerLost: 3,
  NotDurable: 4,
  StoreRefuses: 5,
  SettingsRejected: 6,
  PlexOff: 7,
  NoProvider: 8,
  Setting: 9,
  ProviderResting: 10,
  Failed: 11,
  Unprotected: 12,
}

/**
 * The most pressing first.
 *
 * @example
 * ```ts
 * const notices = [{ _tag: "Unprotected" }, { _tag: "SignIn" }]
 * assert.deepStrictEqual(byUrgency(notices).map((one) => one._tag), ["SignIn", "Unprotected"])
 * ```
 */
export function byUrgency(notices: ReadonlyArray<Attention>): ReadonlyArray<Attention> {
  return [...notices].sort((a, b) => ORDER[a._tag] - ORDER[b._tag])
}
