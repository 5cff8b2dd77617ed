import * as Redacted from "effect/Redacted"
import { applyPatch, changedKeys, fieldOf, type Settings, type SettingsPatch } from "../settings/settings.ts"

/** Longest value that is shown, in characters. */
export const SHOWN_CHARS_MAX = 200

const cut = (text: string) => (text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text)

/** One key that gets another value, in words that may be shown. */
export interface PlannedChange {
  /** `plex.auth_method` */
  readonly key: string
  readonly before: string
  readonly after: string
}

/**
 * A value as it may be shown.
 *
 * @example
 * ```ts
 * assert.strictEqual(shown("", false), "(empty)")
 * assert.strictEqual(shown("ExamplePlexToken0001", true), "(secret)")
 * assert.strictEqual(shown([{ machine_id: "c0ffee", name: "Attic", url: "http://10.0.0.5:32400" }], false), "Attic at http://10.0.0.5:32400")
 * ```
 */
export function shown(value: unknown, secret: boolean): string {
  if (Redacted.isRedacted(value)) return Redacted.value(value) === "" ? "(empty)" : "(secret)"
  if (secret) return "(secret)"
  if (value === "") return "(empty)"
  if (Array.isArray(value))
    return value.length === 0 ? "(none)" : value.map((one) => shown(one, false)).join(", ")
  if (typeof value !== "object" || value === null) return String(value)
  const { name, machine_id, id, url } = value as Record<string, unknown>
  return [name ?? machine_id ?? id, url]
    .filter((part) => typeof part === "string" && part !== "")
    .join(" at ")
}

/**
 * What a patch changes, key by key, with no secret in it.
 */
export function changesOf(settings: Settings, patch: SettingsPatch): ReadonlyArray<PlannedChange> {
  const after = applyPatch(settings, patch)
  return changedKeys(settings, after).map((name) => {
    const [section = "", key = ""] = name.split(".")
    const valueIn = (of: Settings) =>
      (of as unknown as Record<string, Record<string, unknown>>)[section]?.[key]
    const secret = fieldOf(section, key)?.secret === true
    return {
      key: name,
      before: cut(shown(valueIn(settings), secret)),
      after: cut(shown(valueIn(after), secret)),
    }
  })
}
