/** One check of the diagnostics. */
export interface Check {
  /** What is checked; of several servers or applications each has its own. */
  readonly id: CheckId
  /** The server, application, library or provider that it is about; null where there is only one. */
  readonly about: string | null
  /** `skipped`: it makes no sense here, for example without a server. */
  readonly state: "ok" | "warn" | "bad" | "skipped"
  /** One sentence: what was found. */
  readonly text: string
  /** What to do; null when there is nothing to do. */
  readonly advice: string | null
}

export const CHECK_IDS = [
  "plextv",
  "token",
  "server",
  "connection",
  "addresses",
  "certificate",
  "dns",
  "libraries",
  "stream",
  "webhook",
  "folders",
  "arr",
  "paths",
  "bazarr",
  "providers",
  "settings",
  "store",
] as const
export type CheckId = (typeof CHECK_IDS)[number]

const make =
  (state: Check["state"]) =>
  (id: CheckId, about: string | null, text: string, advice: string | null = null): Check => ({
    id,
    about,
    state,
    text,
    advice,
  })

export const ok = make("ok")
export const warn = make("warn")
export const bad = make("bad")
export const skipped = make("skipped")

/**
 * The checks as a text for a forum or an issue. It has no secrets, since no check has.
 *
 * @example
 * ```ts
 * const check = bad("server", "Den", "Den refused the connection", "Is it running?")
 * assert.strictEqual(reportOf([check]), "[bad] server (Den): Den refused the connection. Is it running?")
 * ```
 */
export function reportOf(checks: ReadonlyArray<Check>): string {
  return checks
    .map(({ about, advice, id, state, text }) => {
      const name = about === null ? id : `${id} (${about})`
      return `[${state}] ${name}: ${text}${advice === null ? "" : `. ${advice}`}`
    })
    .join("\n")
}
