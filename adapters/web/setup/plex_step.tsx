import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { call } from "../api/client.ts"
import { Failure } from "../parts/failure.tsx"
import { useFocusAfter } from "../parts/focus.ts"
import { Bones, PageHead } from "../parts/layout.tsx"
import { PlexSignIn } from "../parts/plex_sign_in.tsx"
import { State } from "../parts/words.tsx"
import { signIn as words } from "../strings/setup.ts"
import css from "./setup.module.css"
import { StepFoot } from "./step_foot.tsx"

export function usePlexAccount() {
  return useQuery({
    queryKey: ["plex account"],
    queryFn: ({ signal }) => call("GET /api/plex/oauth/validate", { signal }),
    staleTime: 60_000,
  })
}

export default function PlexStep() {
  const account = usePlexAccount()
  const [other, setOther] = useState(false)
  const data = account.data?.data
  const isIn = data?.state === "valid"
  const place = useFocusAfter<HTMLDivElement>(isIn && !other)
  return (
    <>
      <PageHead title={words.title} intro={words.intro} />
      <div className={css.body}>
        {account.error === null ? null : (
          <Failure error={account.error} again={() => void account.refetch()} />
        )}
        {data === undefined && account.error === null ? <Bones count={1} /> : null}
        {data?.state === "rejected" ? <State tone="bad">{words.rejected}</State> : null}
        {data?.state === "unknown" ? <State tone="now">{words.unknown}</State> : null}
        <div ref={place} tabIndex={-1} className={css.place} hidden={!isIn}>
          {isIn ? (
            <State tone="good">
              {data.username === undefined ? words.byKey : words.signedIn(data.username)}
            </State>
          ) : null}
        </div>
        {data === undefined || (isIn && !other) ? null : (
          <PlexSignIn label={words.button} main onDone={() => setOther(false)} />
        )}
        {isIn && !other ? (
          <div>
            <button type="button" className={css.quiet} onClick={() => setOther(true)}>
              {words.again}
            </button>
          </div>
        ) : null}
      </div>
      <StepFoot done={isIn} />
    </>
  )
}
