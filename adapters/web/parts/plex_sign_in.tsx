import { Button } from "@mantine/core"
import { useEffect, useRef, useState } from "react"
import { ApiError, addressOf, call } from "../api/client.ts"
import { queryClient } from "../api/queries.ts"
import { signIn as words } from "../strings/setup.ts"
import { leftText } from "../strings/time.ts"
import { Action } from "./action.tsx"
import { Failure } from "./failure.tsx"
import { useFocusAfter } from "./focus.ts"
import { isSameTab, openPlexWindow, type PlexWindow } from "./plex_window.ts"
import css from "./sign_in.module.css"
import { useNow, Waiting } from "./words.tsx"

/** A sign-in that was begun. It is the server's: it goes on when this page is left. */
interface Pending {
  readonly pinId: number
  readonly state: string
  readonly code: string
  readonly authUrl: string
  /** Where the short code is typed; null for a sign-in by address. */
  readonly linkUrl: string | null
  readonly sinceMs: number
  readonly untilMs: number
  readonly blocked: boolean
}

const KEPT = "oncue-plex-sign-in"
/** The answer waits for plex.tv where it can, so little is lost between two questions. */
const CHECK_EVERY_MS = 1_000

function keptPending(): Pending | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Pending | null
    return kept !== null && kept.untilMs > Date.now() ? kept : null
  } catch {
    return null
  }
}

function keep(pending: Pending | null): void {
  try {
    if (pending === null) sessionStorage.removeItem(KEPT)
    else sessionStorage.setItem(KEPT, JSON.stringify(pending))
  } catch {
    // Without storage a sign-in is lost with the page that began it; the server still finishes it.
  }
}

async function begin(kind: "window" | "same_tab" | "code"): Promise<Pending> {
  const { data } = await call("POST /api/plex/oauth/pin", {
    input: {
      ...(kind === "same_tab" ? { forwardUrl: location.href } : {}),
      ...(kind === "code" ? { short: true } : {}),
    },
  })
  const sinceMs = Date.now()
  const { authUrl, code, linkUrl, pinId, state } = data
  return {
    pinId,
    state,
    code,
    authUrl,
    linkUrl,
    sinceMs,
    untilMs: sinceMs + data.expiresIn * 1_000,
    blocked: false,
  }
}

/** Everything that may have changed with the account. */
const AFFECTED = ["plex account", "plex servers", "attention", "health", "access", "settings"]

function PendingCode({ pending }: { readonly pending: Pending }) {
  return (
    <div className={css.code}>
      <div>
        <p className={css.note}>{words.codeText}</p>
        <output className={css.letters} aria-label={`${words.codeLabel} ${[...pending.code].join(" ")}`}>
          {pending.code}
        </output>
      </div>
      {pending.linkUrl === null ? null : (
        <figure className={css.qr}>
          <img
            src={addressOf(`/api/system/qr?text=${encodeURIComponent(pending.linkUrl)}`)}
            alt={words.qrAlt}
            width={132}
            height={132}
          />
          <figcaption className={css.note}>{words.codeScan}</figcaption>
        </figure>
      )}
    </div>
  )
}

/** Signs this installation in to Plex: by a window, in the same tab on phones, or by a code on another device. */
export function PlexSignIn(props: {
  readonly label: string
  readonly main: boolean
  readonly onDone: () => void
}) {
  const [pending, setPending] = useState<Pending | null>(keptPending)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const popup = useRef<PlexWindow | null>(null)
  const done = useRef(props.onDone)
  done.current = props.onDone
  const now = useNow(1_000)
  const place = useFocusAfter<HTMLDivElement>(pending?.pinId ?? null)

  useEffect(() => {
    if (pending === null) return
    const { pinId, state } = pending
    let isOver = false
    const end = (failure: unknown) => {
      isOver = true
      keep(null)
      popup.current?.close()
      setPending(null)
      setError(failure)
    }
    const check = async () => {
      while (!isOver) {
        try {
          const { data } = await call("GET /api/plex/oauth/pin/{pinId}/check", {
            params: { pinId: String(pinId) },
            input: { state },
          })
          if (isOver) return
          if (data.authenticated) {
            end(null)
            for (const key of AFFECTED) void queryClient.invalidateQueries({ queryKey: [key] })
            done.current()
            return
          }
        } catch (failure) {
          // An outage says nothing about the sign-in; the server goes on asking.
          const isOutage = failure instanceof ApiError && [0, 429, 503].includes(failure.status)
          if (isOver) return
          if (!isOutage) return end(failure)
        }
        await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS))
      }
    }
    void check()
    return () => {
      isOver = true
    }
  }, [pending])

  const start = async (kind: "window" | "code") => {
    const sameTab = kind === "window" && isSameTab()
    setError(null)
    setBusy(true)
    popup.current?.close()
    popup.current = kind === "window" && !sameTab ? openPlexWindow() : null
    try {
      const begun = await begin(sameTab ? "same_tab" : kind)
      keep(begun)
      if (sameTab) return location.assign(begun.authUrl)
      popup.current?.go(begun.authUrl)
      setPending({ ...begun, blocked: popup.current?.blocked ?? false })
    } catch (failure) {
      popup.current?.close()
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const cancel = () => {
    keep(null)
    popup.current?.close()
    setPending(null)
  }

  if (pending === null) {
    return (
      <div ref={place} tabIndex={-1} className={`${css.stack} ${css.place}`}>
        {error === null ? null : <Failure error={error} />}
        <div className={`${css.row} ${css.ways}`}>
          <Button
            size="md"
            variant={props.main ? "filled" : "default"}
            loading={busy}
            onClick={() => void start("window")}
          >
            {props.label}
          </Button>
          <Button size="md" variant="subtle" color="gray" disabled={busy} onClick={() => void start("code")}>
            {words.otherDevice}
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div ref={place} tabIndex={-1} className={`${css.stack} ${css.place}`}>
      {pending.linkUrl === null ? null : <PendingCode pending={pending} />}
      <p>
        <Waiting sinceMs={now}>
          {words.waiting}, {words.left(leftText(pending.untilMs - now))}
        </Waiting>
      </p>
      <div className={css.row}>
        {pending.linkUrl === null ? (
          <>
            {pending.blocked ? <span>{words.blocked}</span> : null}
            <a href={pending.authUrl} target="_blank" rel="noreferrer">
              {pending.blocked ? words.openYourself : words.openAgain}
            </a>
            <Action onClick={() => void start("code")}>{words.otherDevice}</Action>
          </>
        ) : null}
        <Action quiet onClick={cancel}>
          {words.cancel}
        </Action>
      </div>
    </div>
  )
}
