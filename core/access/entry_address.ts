import * as Context from "effect/Context"

/** Where people approve a sign-in; a proxy or a test may stand in for it. */
export const PlexAppUrl = Context.Reference<string>("core/access/PlexAppUrl", {
  defaultValue: () => "https://app.plex.tv",
})

/**
 * The page of plex.tv at which a code is approved. Plex reads what is behind the `#` and percent-decodes it.
 *
 * @example
 * ```ts
 * const entry = { clientIdentifier: "c1", code: "abc", deviceName: "Den & co" }
 * assert.strictEqual(
 *   entryAddress("https://app.plex.tv", entry),
 *   "https://app.plex.tv/auth#?clientID=c1&code=abc&context%5Bdevice%5D%5Bproduct%5D=OnCue&context%5Bdevice%5D%5BdeviceName%5D=Den+%26+co",
 * )
 * ```
 */
export function entryAddress(
  plexApp: string,
  entry: {
    readonly clientIdentifier: string
    readonly code: string
    readonly deviceName: string
    /** Where Plex sends the browser back to; it carries no token and no state of Plex's. */
    readonly forwardUrl?: string
  },
): string {
  const pairs = [
    ["clientID", entry.clientIdentifier],
    ["code", entry.code],
    ["context[device][product]", "OnCue"],
    ["context[device][deviceName]", entry.deviceName],
    ...(entry.forwardUrl === undefined ? [] : [["forwardUrl", entry.forwardUrl] as const]),
  ] as const
  const encoded = pairs.map(([name, value]) => {
    return `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll("%20", "+")}`
  })
  return `${plexApp}/auth#?${encoded.join("&")}`
}
