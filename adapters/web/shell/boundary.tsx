import { Button } from "@mantine/core"
import { Component, type ReactNode, useEffect, useState } from "react"
import { call } from "../api/client.ts"
import { Empty } from "../parts/layout.tsx"
import { Waiting } from "../parts/words.tsx"
import { nav } from "../strings/shell.ts"
import { NotLoaded } from "./view.ts"

/** How often, in milliseconds, is looked whether OnCue answers again, */
const ASK_EVERY_MS = 2_000
/** and how soon after the last time, in milliseconds, the page is not loaded by itself once more. */
const RELOAD_PAUSE_MS = 30_000
const RELOADED = "oncue-reloaded"

function mayReload(): boolean {
  try {
    return Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) > RELOAD_PAUSE_MS
  } catch {
    return false
  }
}

function reload(): void {
  try {
    sessionStorage.setItem(RELOADED, String(Date.now()))
  } catch {
    // Without storage the page is loaded by the button alone.
  }
  location.reload()
}

/**
 * Waits for the server and loads the page anew: a browser may keep the failure of a file, and a newer OnCue has other
 * files. Where that has just been done in vain, the button is left.
 */
function Unread() {
  const [sinceMs] = useState(Date.now)
  useEffect(() => {
    if (!mayReload()) return
    const asking = new AbortController()
    const timer = setInterval(() => {
      const { signal } = asking
      void call("GET /api/access", { signal }).then(reload, () => {})
    }, ASK_EVERY_MS)
    return () => {
      asking.abort()
      clearInterval(timer)
    }
  }, [])
  return (
    <Empty
      title={nav.unreadTitle}
      action={
        <Button variant="default" onClick={() => location.reload()}>
          {nav.reload}
        </Button>
      }
    >
      <Waiting sinceMs={sinceMs}>{nav.unread}</Waiting>
    </Empty>
  )
}

interface Props {
  /** A new value (the address) gives the view another chance. */
  readonly place: string
  readonly children: ReactNode
}

interface State {
  readonly failure: "none" | "unread" | "crashed"
}

/** Keeps a view that fails from taking the rest of the page with it. */
export class Boundary extends Component<Props, State> {
  override state: State = { failure: "none" }

  static getDerivedStateFromError(error: unknown): State {
    return { failure: error instanceof NotLoaded ? "unread" : "crashed" }
  }

  override componentDidUpdate(before: Props) {
    if (before.place !== this.props.place && this.state.failure !== "none") this.setState({ failure: "none" })
  }

  override render() {
    const { failure } = this.state
    if (failure === "none") return this.props.children
    if (failure === "unread") return <Unread />
    return (
      <Empty
        title={nav.crashTitle}
        action={
          <Button variant="default" onClick={() => location.reload()}>
            {nav.reload}
          </Button>
        }
      >
        {nav.crash}
      </Empty>
    )
  }
}
