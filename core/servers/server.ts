import type * as Redacted from "effect/Redacted"

/** One address at which a server may answer, as plex.tv lists it or as the user typed it. */
export interface Connection {
  /** Scheme, host and port without a trailing slash, for example `https://192-168-1-20.0123abcd.plex.direct:32400`. */
  readonly uri: string
  readonly protocol: "http" | "https"
  readonly address: string
  readonly port: number
  readonly local: boolean
  readonly relay: boolean
}

/** A Plex Media Server that the account may use. */
export interface Server {
  readonly name: string
  readonly machineIdentifier: string
  readonly owned: boolean
  /** The server's own token, the only one that is ever sent to it. */
  readonly accessToken: Redacted.Redacted | null
  readonly version: string
  readonly platform: string
  readonly device: string
  readonly httpsRequired: boolean
  readonly publicAddressMatches: boolean
  readonly connections: ReadonlyArray<Connection>
}

/** Where a call to a server goes, and who must answer there. */
export interface ServerAddress {
  readonly uri: string
  /** What people call the server, for errors; left out where it is not known yet. */
  readonly name?: string
  /** The machine identifier that must answer; null only while a manual address is being identified. */
  readonly machineIdentifier: string | null
  /** SHA-256 of a certificate the user accepted for this server, `AB:CD:…`; null: the chain must be valid. */
  readonly fingerprint: string | null
  /**
   * Nobody vouches for the address: dial it only when every IP address of its host is private or loopback. Checked when
   * the connection is made, so that a name cannot answer differently the second time.
   */
  readonly privateOnly?: boolean
}

/** An address together with the token that this one server accepts. */
export interface ServerAccess extends ServerAddress {
  readonly machineIdentifier: string
  readonly token: Redacted.Redacted
}

/** Why an address cannot be used, in the words the page and the journal show. */
export type ConnectionFault =
  | "refused"
  | "timeout"
  | "dns"
  | "tls"
  | "reset"
  | "wrong_server"
  | "unauthorised"
  | "bad_answer"
  | "forbidden_address"

/** The result of testing one connection. `latencyMs` is the identity call's, rounded up to a whole millisecond. */
export interface TestedConnection extends Connection {
  readonly available: boolean
  readonly latencyMs: number | null
  readonly fault: ConnectionFault | null
  /** A sentence for people when it is not available. */
  readonly reason: string | null
  /** The SHA-256 of the certificate that was refused, so that the user may accept it; null when TLS was not the fault. */
  readonly fingerprint: string | null
}

/** Longest wait for one connection's test, in milliseconds. */
export const PROBE_TIMEOUT_MS = 3_000
/** Servers tested at the same time. */
export const SERVERS_TESTED_MAX = 5
/** Connections of one server that are tested; they race together. */
export const CONNECTIONS_TESTED_MAX = 32
