/** Sign-in by PIN: created by an application, approved by a person, polled until claimed. */

import { randomBytes } from "node:crypto"
import type { Simulation } from "../context.ts"
import type { Answer } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { accountOf } from "../world/world.ts"
import { plexError, plexHeader, reply } from "./reply.ts"

const STRONG_LIFE_MS = 1_800_000
const WEAK_LIFE_MS = 900_000

export interface Pin {
  readonly id: number
  readonly code: string
  readonly strong: boolean
  readonly product: string
  readonly clientIdentifier: string
  readonly createdAtMs: number
  expiresAtMs: number
  token: string | null
  /** The person refused; plex.tv itself keeps answering "pending". */
  denied: boolean
  /** Device key that came with the request, for the signed variant. */
  readonly jwk?: unknown
}

export interface Pins {
  readonly create: (call: Call) => Answer
  readonly poll: (call: Call, id: string) => Answer
  readonly find: (codeOrId: string | number) => Pin | undefined
  readonly approve: (codeOrId: string | number, username: string) => void
  readonly deny: (codeOrId: string | number) => void
  readonly expire: (codeOrId: string | number) => void
  readonly all: () => ReadonlyArray<Pin>
}

const LOCATION = {
  code: "US",
  european_union_member: false,
  continent_code: "NA",
  country: "United States",
  city: "Exampleville",
  time_zone: "America/New_York",
  postal_code: "00000",
  in_privacy_restricted_country: false,
  in_privacy_restricted_region: false,
  subdivisions: "Example",
  coordinates: "0.0000, 0.0000",
}

const WEAK_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
const STRONG_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"

function randomCode(alphabet: string, length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join("")
}

function bodyFields(call: Call): Record<string, unknown> {
  const type = call.headers["content-type"] ?? ""
  try {
    if (type.includes("json")) return JSON.parse(call.body.toString("utf8")) as Record<string, unknown>
  } catch {
    return {}
  }
  return Object.fromEntries(new URLSearchParams(call.body.toString("utf8")))
}

const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`

export function makePins(simulation: Simulation): Pins {
  const pins = new Map<number, Pin>()
  let nextId = 1_748_392_001

  const find = (codeOrId: string | number): Pin | undefined => {
    const wanted = String(codeOrId)
    for (const pin of pins.values()) if (String(pin.id) === wanted || pin.code === wanted) return pin
    return undefined
  }
  const must = (codeOrId: string | number): Pin => {
    const pin = find(codeOrId)
    if (pin === undefined) throw new Error(`Cannot find pin "${codeOrId}"`)
    return pin
  }
  const show = (call: Call, pin: Pin, status: number): Answer =>
    reply(
      call,
      "pin",
      {
        id: pin.id,
        code: pin.code,
        product: pin.product,
        trusted: false,
        qr: `https://plex.tv/api/v2/pins/qr/${pin.code}`,
        clientIdentifier: pin.clientIdentifier,
        location: LOCATION,
        expiresIn: Math.max(0, Math.floor((pin.expiresAtMs - simulation.now()) / 1000)),
        createdAt: iso(pin.createdAtMs),
        expiresAt: iso(pin.expiresAtMs),
        authToken: pin.token,
        newRegistration: pin.token === null ? null : false,
      },
      status,
    )

  return {
    find,
    all: () => [...pins.values()],
    create: (call) => {
      const fields = bodyFields(call)
      const strong = String(call.query.get("strong") ?? fields.strong ?? "false")
      const isStrong = strong === "true" || strong === "1"
      const createdAtMs = simulation.now()
      const pin: Pin = {
        id: nextId++,
        code: isStrong ? randomCode(STRONG_ALPHABET, 25) : randomCode(WEAK_ALPHABET, 4),
        strong: isStrong,
        product: plexHeader(call, "X-Plex-Product") ?? "",
        clientIdentifier: plexHeader(call, "X-Plex-Client-Identifier")!,
        createdAtMs,
        expiresAtMs: createdAtMs + (isStrong ? STRONG_LIFE_MS : WEAK_LIFE_MS),
        token: null,
        denied: false,
        ...(fields.jwk === undefined ? {} : { jwk: fields.jwk }),
      }
      pins.set(pin.id, pin)
      return show(call, pin, 201)
    },
    poll: (call, id) => {
      const pin = pins.get(Number(id))
      const client = plexHeader(call, "X-Plex-Client-Identifier")
      if (pin === undefined || pin.clientIdentifier !== client || pin.expiresAtMs <= simulation.now()) {
        return plexError(call, 404, 1020, "Code not found or expired")
      }
      return show(call, pin, 200)
    },
    approve: (codeOrId, username) => {
      const pin = must(codeOrId)
      if (pin.denied || pin.expiresAtMs <= simulation.now()) return
      if (accountOf(simulation.world, username) === undefined) {
        throw new Error(`Cannot approve a pin for "${username}": no such account`)
      }
      pin.token = simulation.tokens.issue(username, pin.clientIdentifier)
    },
    deny: (codeOrId) => {
      must(codeOrId).denied = true
    },
    expire: (codeOrId) => {
      must(codeOrId).expiresAtMs = simulation.now()
    },
  }
}
