import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Redacted from "effect/Redacted"
import { parse } from "yaml"
import { DEFAULT_SETTINGS, readSettings } from "../../core/settings/settings.ts"
import type { AppConfig } from "../config.ts"

/** How long, in milliseconds, a running server may take to say that it is there. */
const THERE_MS = 1_500

/** A server of this installation that is running now. */
export interface RunningServer {
  readonly address: string
  /** Calls its API with its own key; throws an Error with the server's sentence for anything but a success. */
  readonly call: <A>(
    method: "GET" | "POST",
    path: string,
    fields?: Readonly<Record<string, string>>,
  ) => Promise<A>
}

function settingsOf(config: AppConfig) {
  const file = join(config.configDir, "config.yaml")
  if (!existsSync(file)) return DEFAULT_SETTINGS
  return readSettings(parse(readFileSync(file, "utf8"), { version: "1.1", merge: true, uniqueKeys: false }))
    .settings
}

/** The running server of the installation, or null. It is known by its key, so another program on the port is none. */
export async function runningServer(config: AppConfig): Promise<RunningServer | null> {
  const { auth, general } = settingsOf(config)
  const key = Redacted.value(config.overrides.auth?.apikey ?? auth.apikey)
  const host = config.host ?? general.ip
  const shown = host === "*" || host === "0.0.0.0" || host === "" ? "127.0.0.1" : host
  const address = `http://${shown}:${config.port ?? general.port}`
  const headers = { "x-api-key": key }
  const call: RunningServer["call"] = async (method, path, fields) => {
    const body = method === "POST" ? new URLSearchParams(fields) : undefined
    const response = await fetch(`${address}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    })
    const answer = (await response.json()) as { error?: string; message?: string }
    if (!response.ok) throw new Error(answer.error ?? answer.message ?? `${path} answered ${response.status}`)
    return answer as never
  }
  try {
    const health = await fetch(`${address}/api/system/health`, {
      headers,
      signal: AbortSignal.timeout(THERE_MS),
    })
    const answer = (await health.json()) as { data?: unknown }
    return health.ok && answer.data !== undefined ? { address, call } : null
  } catch {
    return null
  }
}
