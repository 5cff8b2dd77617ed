import { useQuery } from "@tanstack/react-query"
import { call } from "./client.ts"
import { queryClient } from "./queries.ts"
import type { Data } from "./types.ts"

/** The settings by `section.key`, as the server gives them: a secret that is set is `***`. */
export type Values = Readonly<Record<string, unknown>>

/** What the server shows instead of a secret, and leaves alone when it comes back. */
const MASK = "***"

function flat(sections: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Values {
  return Object.fromEntries(
    Object.entries(sections).flatMap(([section, keys]) =>
      Object.entries(keys).map(([key, value]) => [`${section}.${key}`, value] as const),
    ),
  )
}

export function useSettings() {
  return useQuery({
    queryKey: ["settings"],
    queryFn: async ({ signal }) => flat(await call("GET /api/system/settings", { signal })),
  })
}

export type Fixed = Data<"GET /api/system/settings/fixed">[number]

/** What a flag or the environment has decided at the start about one setting; null: the file decides. */
export function useFixed(key: string): Fixed | null {
  const fixed = useQuery({
    queryKey: ["settings", "fixed"],
    queryFn: ({ signal }) => call("GET /api/system/settings/fixed", { signal }),
    // It stays as it is for as long as the process runs.
    staleTime: 60 * 60_000,
  })
  return fixed.data?.data.find((one) => one.key === key) ?? null
}

/** Whether a secret is set; the secret itself never leaves the server. */
export const isSecretSet = (value: unknown) => value === MASK

/** Everything that may be different after other settings. */
const AFFECTED = [
  "settings",
  "attention",
  "health",
  "plex servers",
  "plex account",
  "access",
  "providers",
  "log level",
  "journal",
]

/** Saves all of these or none. Keys are `section.key`. */
export async function saveSettings(changes: Values): Promise<void> {
  const input = Object.fromEntries(
    Object.entries(changes).map(([name, value]) => {
      const [section = "", key = ""] = name.split(".")
      return [`settings-${section}-${key}`, value]
    }),
  )
  await call("POST /api/system/settings", { input })
  await Promise.all(AFFECTED.map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
}
