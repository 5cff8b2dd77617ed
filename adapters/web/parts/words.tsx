import { type ReactNode, useEffect, useState } from "react"
import { common } from "../strings/common.ts"
import { clockText, exactText, relativeText, spanText } from "../strings/time.ts"
import { Icon, type IconName } from "./icon.tsx"
import css from "./parts.module.css"

export type Tone = "good" | "bad" | "now" | "quiet"

const SIGNS: Readonly<Record<Tone, IconName>> = { good: "check", bad: "cross", now: "clock", quiet: "dot" }

/** A state as a sign and a word, never as a colour alone. */
export function State(props: {
  readonly tone: Tone
  readonly icon?: IconName
  readonly children: ReactNode
}) {
  return (
    <span className={`${css.state} ${css[props.tone]}`}>
      <Icon name={props.icon ?? SIGNS[props.tone]} size={16} />
      <span>{props.children}</span>
    </span>
  )
}

/** The time, again every `everyMs` milliseconds. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** A time as people say it, and exactly when it is pointed at or tapped. */
export function When({ atMs }: { readonly atMs: number }) {
  // What has just happened is not to come, however long ago the clock was looked at.
  const now = Math.max(useNow(15_000), Date.now())
  const [exact, setExact] = useState(false)
  return (
    <button
      type="button"
      className={css.when}
      title={exactText(atMs)}
      aria-label={exact ? exactText(atMs) : `${relativeText(atMs, now)}, ${exactText(atMs)}`}
      onClick={() => setExact(!exact)}
    >
      <time dateTime={new Date(atMs).toISOString()}>{exact ? exactText(atMs) : relativeText(atMs, now)}</time>
    </button>
  )
}

/** The time of day, for lists of things that happened. */
export function Clock({ atMs }: { readonly atMs: number }) {
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactText(atMs)}>
      {clockText(atMs)}
    </time>
  )
}

/** Says what is being waited for and since when. */
export function Waiting({ sinceMs, children }: { readonly sinceMs: number; readonly children: ReactNode }) {
  const now = useNow(1_000)
  return (
    <span className={css.waiting} role="status">
      <span className={css.pulse} />
      <span>
        {children} {now - sinceMs < 2_000 ? null : <span>({spanText(now - sinceMs)})</span>}
      </span>
    </span>
  )
}

export function Chip({ children, title }: { readonly children: ReactNode; readonly title?: string }) {
  return (
    <span className={css.chip} {...(title === undefined ? {} : { title })}>
      {children}
    </span>
  )
}

/** Copies a text, also where the browser allows no clipboard (a page without https). */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement("textarea")
    area.value = text
    area.style.position = "fixed"
    area.style.opacity = "0"
    document.body.append(area)
    area.select()
    const done = document.execCommand("copy")
    area.remove()
    return done
  }
}

export function Copy(props: { readonly text: string; readonly what: string; readonly label?: string }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle")
  useEffect(() => {
    if (state === "idle") return
    const timer = setTimeout(() => setState("idle"), 2_000)
    return () => clearTimeout(timer)
  }, [state])
  const word = state === "copied" ? common.copied : state === "failed" ? common.notCopied : props.label
  return (
    <button
      type="button"
      className={`${css.copy} ${state === "copied" ? css.copied : ""}`}
      {...(props.label === undefined
        ? { "aria-label": common.copy(props.what) }
        : { title: common.copy(props.what) })}
      onClick={() => void copyText(props.text).then((done) => setState(done ? "copied" : "failed"))}
    >
      <Icon name={state === "copied" ? "check" : "copy"} size={16} />
      <span aria-live="polite">{word}</span>
    </button>
  )
}

/** An id, a path or an address: whole, selectable, and with a button that copies it. */
export function Value({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <span className={css.valueRow}>
      <span className={css.value}>{text}</span>
      <Copy text={text} what={what} />
    </span>
  )
}
