import { release, type } from "node:os"
import type { PlexClient } from "../../core/ports/plex_account.ts"

export const PRODUCT = "OnCue"

/**
 * A text for a header: Plex reads UTF-8 there and HTTP clients refuse to send it, so accents are dropped and anything
 * else outside ASCII goes.
 */
export function ascii(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/g, "")
    .replace(/ {2,}/g, " ")
    .trim()
}

/** What every call says about this installation; shown under "Authorized Devices" of the account. */
export function clientHeaders(client: PlexClient, version: string): Readonly<Record<string, string>> {
  return {
    accept: "application/json",
    "user-agent": `${PRODUCT}/${version}`,
    "x-plex-client-identifier": ascii(client.identifier),
    "x-plex-product": PRODUCT,
    "x-plex-version": version,
    "x-plex-platform": type(),
    "x-plex-platform-version": release(),
    "x-plex-device": PRODUCT,
    "x-plex-device-name": ascii(client.deviceName) || PRODUCT,
  }
}
