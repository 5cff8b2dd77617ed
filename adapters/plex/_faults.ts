import { PlexUnreachable } from "../../core/ports/mod.ts"
import { chainOf, transportFault } from "../_http/transport_fault.ts"

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

function classify(error: unknown): readonly [Fault, string] {
  for (const one of chainOf(error)) {
    if (one instanceof ForbiddenAddress) return ["forbidden_address", one.message]
    if (one instanceof OtherCertificate) return ["tls", one.message]
  }
  const { kind, reason } = transportFault(error) ?? { kind: "reset", reason: "the connection failed" }
  return [kind, reason]
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
