import { plexDirect } from "../../../core/servers/address.ts"

/** An address as people know it: host and port, and for a name of plex.direct the address that it stands for. */
export function shortAddress(uri: string): string {
  if (!URL.canParse(uri)) return uri
  const { hostname, port, protocol } = new URL(uri)
  const known = plexDirect(hostname)?.address
  const host = known === undefined ? hostname : known.includes(":") ? `[${known}]` : known
  return `${host}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`
}
