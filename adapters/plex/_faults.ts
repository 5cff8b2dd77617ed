import { PlexUnreachable } from "../../core/ports/mod.ts"

type Fault = PlexUnreachable["fault"]

/** The dialler refused an address before anything was sent. */
export class ForbiddenAddress extends Error {
  override readonly name = "ForbiddenAddress"
}

/** The certificate is neither valid nor the one that the user accepted. */
export class OtherCertificate extends Error {
  override readonly name = "OtherCertificate"
  readonly fingerprint: string
  constructor(fingerprint: string) {
    super("the certificate is not the one that was accepted for this server")
    this.fingerprint = fingerprint
  }
}

const BY_CODE: Readonly<Record<string, readonly [Fault, string]>> = {
  ECONNREFUSED: ["refused", "the connection was refused"],
  EHOSTUNREACH: ["refused", "there is no route to the host"],
  ENETUNREACH: ["refused", "there is no route to the network"],
  EADDRNOTAVAIL: ["refused", "the address cannot be dialled from here"],
  EHOSTDOWN: ["refused", "the host is down"],
  ENOTFOUND: ["dns", "the name does not resolve"],
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
  SELF_SIGNED_CERT_IN_CHAIN: ["tls", "the certificate comes from an unknown authority"],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["tls", "the certificate comes from an unknown authority"],
  UNABLE_TO_GET_ISSUER_CERT: ["tls", "the certificate comes from an unknown authority"],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["tls", "the certificate comes from an unknown authority"],
  EPROTO: ["tls", "it does not speak TLS"],
}

/** The error itself and what it was made from; happy eyeballs wraps one error for each address. */
function chainOf(error: unknown): ReadonlyArray<Error> {
  const chain: Array<Error> = []
  const visit = (one: unknown): void => {
    if (!(one instanceof Error) || chain.length >= 8 || chain.includes(one)) return
    chain.push(one)
    if (one instanceof AggregateError) for (const inner of one.errors) visit(inner)
    visit(one.cause)
  }
  visit(error)
  return chain
}

function classify(error: unknown): readonly [Fault, string] {
  const chain = chainOf(error)
  for (const one of chain) {
    if (one instanceof ForbiddenAddress) return ["forbidden_address", one.message]
    if (one instanceof OtherCertificate) return ["tls", one.message]
  }
  for (const one of chain) {
    const code = (one as { readonly code?: unknown }).code
    if (typeof code !== "string") continue
    const known = BY_CODE[code]
    if (known !== undefined) return known
    if (code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_") || code.startsWith("CERT_")) {
      return ["tls", "the TLS handshake failed"]
    }
    if (code.startsWith("HPE_") || code.startsWith("UND_ERR_RES_")) {
      return ["bad_answer", "it does not speak HTTP as it should"]
    }
  }
  return ["reset", "the connection failed"]
}

/** What a failed exchange with `where` means. The error's own text is not passed on: it may hold the address asked. */
export function unreachable(where: string, error: unknown): PlexUnreachable {
  const [fault, detail] = classify(error)
  return new PlexUnreachable({ where, fault, status: null, retryAfterSeconds: null, detail })
}

/** An answer came and is of no use. */
export function badAnswer(where: string, detail: string, status: number | null = null): PlexUnreachable {
  return new PlexUnreachable({ where, fault: "bad_answer", status, retryAfterSeconds: null, detail })
}

export function timedOut(where: string, timeoutMs: number): PlexUnreachable {
  const detail = `no answer in ${timeoutMs / 1000} s`
  return new PlexUnreachable({ where, fault: "timeout", status: null, retryAfterSeconds: null, detail })
}
