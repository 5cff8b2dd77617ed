import { getSystemErrorName } from "node:util"

/** In which way an exchange over the network failed before an answer was there. */
export type FaultKind = "refused" | "dns" | "timeout" | "reset" | "tls" | "bad_answer"

export interface TransportFault {
  readonly kind: FaultKind
  /** Completes "Cannot reach X: …". */
  readonly reason: string
}

const AUTHORITY = "the certificate comes from an unknown authority"

const BY_CODE: Readonly<Record<string, readonly [FaultKind, string]>> = {
  ECONNREFUSED: ["refused", "the connection was refused"],
  EHOSTUNREACH: ["refused", "there is no route to the host"],
  ENETUNREACH: ["refused", "there is no route to the network"],
  EADDRNOTAVAIL: ["refused", "the address cannot be dialled from here"],
  EHOSTDOWN: ["refused", "the host is down"],
  ENOTFOUND: ["dns", "the name does not resolve"],
  EAI_NONAME: ["dns", "the name does not resolve"],
  EAI_AGAIN: ["dns", "the name could not be looked up now"],
  ENODATA: ["dns", "the name has no address"],
  ETIMEDOUT: ["timeout", "no answer in time"],
  UND_ERR_CONNECT_TIMEOUT: ["timeout", "no connection in time"],
  UND_ERR_HEADERS_TIMEOUT: ["timeout", "no answer in time"],
  UND_ERR_BODY_TIMEOUT: ["timeout", "the answer stopped half-way"],
  ECONNRESET: ["reset", "the connection was closed"],
  ECONNABORTED: ["reset", "the connection was closed"],
  EPIPE: ["reset", "the connection was closed"],
  UND_ERR_SOCKET: ["reset", "the connection was closed"],
  UND_ERR_HEADERS_OVERFLOW: ["bad_answer", "the answer's header is too long"],
  ERR_TLS_CERT_ALTNAME_INVALID: ["tls", "the certificate is for another name"],
  CERT_HAS_EXPIRED: ["tls", "the certificate has expired"],
  CERT_NOT_YET_VALID: ["tls", "the certificate is not valid yet"],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["tls", "the certificate is self-signed"],
  SELF_SIGNED_CERT_IN_CHAIN: ["tls", AUTHORITY],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["tls", AUTHORITY],
  UNABLE_TO_GET_ISSUER_CERT: ["tls", AUTHORITY],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["tls", AUTHORITY],
  ERR_SSL_WRONG_VERSION_NUMBER: ["tls", "it does not speak TLS"],
  EPROTO: ["tls", "it does not speak TLS"],
}

/** Errors looked at, the outermost first. */
const CHAIN_MAX = 8

/** An error and what it was made from; the dialling of a name with several addresses wraps one error for each. */
export function chainOf(error: unknown): ReadonlyArray<Error> {
  const chain: Array<Error> = []
  const visit = (one: unknown): void => {
    if (!(one instanceof Error) || chain.length >= CHAIN_MAX || chain.includes(one)) return
    chain.push(one)
    if (one instanceof AggregateError) for (const inner of one.errors) visit(inner)
    visit(one.cause)
  }
  visit(error)
  return chain
}

/** What undici's parser fails with; it leaves the code out for some of its reasons. */
const NO_HTTP = "HTTPParserError"

/** The codes of one error: its own, and the system's where a library has put its own in that one's place. */
function codesOf(error: Error): ReadonlyArray<string> {
  if (error.name === NO_HTTP) return [NO_HTTP]
  const code = "code" in error && typeof error.code === "string" ? [error.code] : []
  const isSystem = "errno" in error && typeof error.errno === "number" && error.errno < 0
  return isSystem ? [...code, getSystemErrorName(error.errno as number)] : code
}

function faultOf(code: string): TransportFault | null {
  const known = BY_CODE[code]
  if (known !== undefined) return { kind: known[0], reason: known[1] }
  if (/^(ERR_SSL_|ERR_TLS_|CERT_)/.test(code)) return { kind: "tls", reason: "the TLS handshake failed" }
  return code === NO_HTTP || /^(HPE_|UND_ERR_RES_)/.test(code)
    ? { kind: "bad_answer", reason: "it does not speak HTTP as it should" }
    : null
}

/**
 * What an error of undici, a socket or TLS means; null: it is none that is known. The error's own text is never passed
 * on, since it may hold the address that was asked.
 *
 * Codes: Node's `errors` and `tls` documents, undici's `docs/api/Errors.md`.
 */
export function transportFault(error: unknown): TransportFault | null {
  for (const code of chainOf(error).flatMap(codesOf)) {
    const fault = faultOf(code)
    if (fault !== null) return fault
  }
  return null
}
