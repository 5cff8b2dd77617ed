import { useQuery } from "@tanstack/react-query"
import { call } from "../api/client.ts"
import { State } from "../parts/words.tsx"
import { settings as words } from "../strings/settings.ts"

/** That a secret is there, and by which end it can be told from another. */
export function SecretState({ where }: { readonly where: string }) {
  const hints = useQuery({
    queryKey: ["settings", "secrets"],
    queryFn: ({ signal }) => call("GET /api/system/secrets", { signal }),
  })
  const hint = hints.data?.data.find((one) => one.where === where)
  if (hint?.readable === false) {
    return (
      <State tone="bad" icon="warn">
        {words.secretUnreadable}
      </State>
    )
  }
  return <State tone="good">{hint?.endsIn == null ? words.secretSet : words.secretEnds(hint.endsIn)}</State>
}
