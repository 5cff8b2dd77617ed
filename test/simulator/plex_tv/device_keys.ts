/** Sign-in with device keys, as far as it must exist: a client that registers a key loses its
 *  opaque token at the first exchange, and a test must be able to notice that. */

import { createPublicKey, randomUUID, verify, type webcrypto } from "node:crypto"

import type { Simulation } from "../context.ts"
import { type Answer, empty, json } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { plexError, plexHeader, type SignedIn } from "./reply.ts"

type JsonWebKey = webcrypto.JsonWebKey

const TOKEN_LIFE_MS = 7 * 24 * 3600 * 1000

interface Registration {
  readonly jwk: JsonWebKey
  readonly username: string
}

export interface DeviceKeys {
  readonly register: (call: Call, who: SignedIn) => Answer
  readonly nonce: () => Answer
  readonly exchange: (call: Call) => Answer
  readonly keys: () => Answer
  readonly registered: () => ReadonlyArray<string>
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isSignedBy(jwt: string, jwk: JsonWebKey): boolean {
  const [header, payload, signature] = jwt.split(".")
  if (header === undefined || payload === undefined || signature === undefined) return false
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" })
    const algorithm = jwk.kty === "RSA" ? "sha256" : null
    return verify(algorithm, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"))
  } catch {
    return false
  }
}

export function makeDeviceKeys(simulation: Simulation): DeviceKeys {
  const registrations = new Map<string, Registration>()
  const nonces = new Set<string>()

  return {
    registered: () => [...registrations.keys()],
    register: (call, who) => {
      const jwk = parseJson(call.body.toString("utf8"))?.jwk as JsonWebKey | undefined
      if (jwk?.kty === undefined) return plexError(call, 422, 1099, "Invalid jwk")
      registrations.set(plexHeader(call, "X-Plex-Client-Identifier")!, {
        jwk,
        username: who.account.username,
      })
      return empty(201)
    },
    nonce: () => {
      const nonce = randomUUID()
      nonces.add(nonce)
      return json({ nonce })
    },
    exchange: (call) => {
      const client = plexHeader(call, "X-Plex-Client-Identifier")!
      const registration = registrations.get(client)
      const jwt = String(parseJson(call.body.toString("utf8"))?.jwt ?? "")
      const claims = parseJson(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8"))
      const fresh = typeof claims?.nonce === "string" && nonces.delete(claims.nonce)
      if (
        registration === undefined ||
        !fresh ||
        claims?.iss !== client ||
        !isSignedBy(jwt, registration.jwk)
      ) {
        return plexError(call, 422, 1099, "Invalid token")
      }
      const iat = Math.floor(simulation.now() / 1000)
      const token = `${part({ alg: "EdDSA", typ: "JWT", kid: "example" })}.${part({
        iss: "plex.tv",
        aud: ["plex.tv", client],
        thumbprint: (registration.jwk as { kid?: string }).kid ?? "",
        jti: randomUUID(),
        iat,
        exp: iat + TOKEN_LIFE_MS / 1000,
      })}.${Buffer.from("EXAMPLE").toString("base64url")}`
      simulation.tokens.revokeClient(registration.username, client)
      simulation.tokens.add({
        token,
        username: registration.username,
        clientIdentifier: client,
        kind: "jwt",
        expiresAtMs: simulation.now() + TOKEN_LIFE_MS,
      })
      return json({ auth_token: token })
    },
    keys: () =>
      json({
        keys: [
          {
            kty: "OKP",
            crv: "Ed25519",
            x: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            use: "sig",
            alg: "EdDSA",
            kid: "example-plex-key-1",
          },
        ],
      }),
  }
}
