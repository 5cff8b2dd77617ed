import { Button } from "@mantine/core"
import { useEffect, useRef, useState } from "react"
import { call } from "../api/client.ts"
import { queryClient } from "../api/queries.ts"
import { Failure } from "../parts/failure.tsx"
import { isSameTab, openPlexWindow, type PlexWindow, withWayBack } from "../parts/plex_window.ts"
import { Waiting } from "../parts/words.tsx"
import { access as words } from "../strings/shell.ts"
import css from "./access.module.css"

interface Pending {
  readonly pinId: string
  readonly state: string
  readonly authUrl: string
  readonly sinceMs: number
  readonly blocked: boolean
}

const CHECK_EVERY_MS = 1_500
const KEPT = "oncue-plex-entry"

/** A sign-in that was begun in this tab before it went to plex.tv and came back. */
function kept(): Pending | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Pending | null
  } catch {
    return null
  }
}

/** Signs the owner in with the account at plex.tv. */
export function PlexEntry() {
  const [pending, setPending] = useState<Pending | null>(kept)
  const [error, setError] = useState<unknown>(null)
  const popup = useRef<PlexWindow | null>(null)

  useEffect(() => {
    if (pending === null) return
    const { pinId, state } = pending
    const stop = () => {
      sessionStorage.removeItem(KEPT)
      setPending(null)
    }
    const timer = setInterval(() => {
      call("POST /api/access/plex/{pinId}", { params: { pinId }, input: { state } }).then(
        ({ data }) => {
          if (data.csrf === null) return
          stop()
          popup.current?.close()
          void queryClient.invalidateQueries({ queryKey: ["access"] })
        },
        (failure: { readonly status: number }) => {
          // While there is no answer it is asked again; the server goes on by itself.
          if (failure.status === 0 || failure.status === 503) return
          stop()
          popup.current?.close()
          setError(failure)
        },
      )
    }, CHECK_EVERY_MS)
    return () => clearInterval(timer)
  }, [pending])

  const begin = async () => {
    setError(null)
    const sameTab = isSameTab()
    popup.current = sameTab ? null : openPlexWindow()
    try {
      const { data } = await call("POST /api/access/plex")
      const blocked = !sameTab && popup.current?.blocked === true
      const next = {
        pinId: data.pinId,
        state: data.state,
        authUrl: data.authUrl,
        sinceMs: Date.now(),
        blocked,
      }
      if (sameTab) {
        sessionStorage.setItem(KEPT, JSON.stringify(next))
        location.assign(withWayBack(data.authUrl, location.href))
        return
      }
      popup.current?.go(data.authUrl)
      setPending(next)
    } catch (failure) {
      popup.current?.close()
      setError(failure)
    }
  }

  if (pending !== null) {
    return (
      <div className={css.block}>
        <Waiting sinceMs={pending.sinceMs}>{words.plexWaiting}</Waiting>
        <p className={css.note}>
          {pending.blocked ? `${words.plexBlocked} ` : ""}
          <a href={pending.authUrl} target="_blank" rel="noreferrer">
            {pending.blocked ? words.plexOpenLink : words.plexOpen}
          </a>
        </p>
      </div>
    )
  }
  return (
    <div className={css.block}>
      {error === null ? null : <Failure error={error} />}
      <Button fullWidth size="md" onClick={() => void begin()}>
        {words.plexButton}
      </Button>
      <p className={css.note}>{words.plexNote}</p>
    </div>
  )
}
