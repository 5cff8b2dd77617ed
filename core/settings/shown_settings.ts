import * as Redacted from "effect/Redacted"
import { FIELDS, type Settings } from "./settings.ts"

/** What is shown, and may come back, instead of a secret. */
export const SECRET_MASK = "***"

/**
 * A value without its secrets: a mask where there is one, an empty text where there is none.
 *
 * @example
 * ```ts
 * assert.deepStrictEqual(masked([{ id: "main", retries: 3 }]), [{ id: "main", retries: 3 }])
 * assert.strictEqual(masked("plain"), "plain")
 * ```
 */
export function masked(value: unknown): unknown {
  if (Redacted.isRedacted(value)) return Redacted.value(value) === "" ? "" : SECRET_MASK
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one)]))
}

/** The settings as Bazarr's clients read them: sections of keys, in the order of the tables. */
export function shownSettings(
  settings: Settings,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const sections = Object.keys(FIELDS) as ReadonlyArray<keyof Settings>
  return Object.fromEntries(
    sections.map((section) => [section, masked(settings[section]) as Record<string, unknown>]),
  )
}
