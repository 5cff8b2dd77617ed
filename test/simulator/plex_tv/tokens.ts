/** The account tokens that are alive. */

import { randomBytes } from "node:crypto"
import type { World } from "../world/world.ts"

export interface LiveToken {
  readonly token: string
  readonly username: string
  /** Absent for preset tokens, which stand for keys pasted by hand. */
  readonly clientIdentifier?: string
  readonly kind: "opaque" | "jwt"
  readonly expiresAtMs?: number
}

export interface TokenRegistry {
  readonly find: (token: string) => LiveToken | undefined
  /** A new opaque token; ends the client's previous one when the world says so. */
  readonly issue: (username: string, clientIdentifier: string) => string
  readonly add: (token: LiveToken) => void
  readonly revoke: (token: string) => void
  /** Ends every token of one client, as a change to device keys does. */
  readonly revokeClient: (username: string, clientIdentifier: string) => void
  readonly all: () => ReadonlyArray<LiveToken>
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

export function randomToken(length: number): string {
  let out = ""
  for (const byte of randomBytes(length)) out += ALPHABET[byte & 63]
  return out
}

export function makeTokenRegistry(world: World): TokenRegistry {
  const live = new Map<string, LiveToken>()
  for (const account of world.accounts) {
    for (const token of account.presetTokens) {
      live.set(token, { token, username: account.username, kind: "opaque" })
    }
  }
  const revokeClient = (username: string, clientIdentifier: string) => {
    for (const [token, entry] of live) {
      if (entry.username === username && entry.clientIdentifier === clientIdentifier) live.delete(token)
    }
  }
  return {
    find: (token) => live.get(token),
    issue: (username, clientIdentifier) => {
      if (world.rotateTokens) revokeClient(username, clientIdentifier)
      const token = randomToken(20)
      live.set(token, { token, username, clientIdentifier, kind: "opaque" })
      return token
    },
    add: (entry) => void live.set(entry.token, entry),
    revoke: (token) => void live.delete(token),
    revokeClient,
    all: () => [...live.values()],
  }
}
