import { useContext } from "react"
import { Link } from "wouter"
import { Connected } from "../api/live.ts"
import type { Data } from "../api/types.ts"
import { State } from "../parts/words.tsx"
import type { Notice } from "../strings/attention.ts"
import { serverName } from "../strings/common.ts"
import { home as words } from "../strings/home.ts"
import { spanText } from "../strings/time.ts"
import { NOTICES_ID } from "./attention.tsx"
import css from "./home.module.css"
import { verdictOf } from "./verdict.ts"

const SIGNS = {
  working: { tone: "good" },
  reconnecting: { tone: "now" },
  needs_you: { tone: "bad", icon: "warn" },
  away: { tone: "bad" },
} as const

/** `Den · local · 4 ms` */
const connectionText = (one: Data<"GET /api/plex/servers">[number]) =>
  [
    serverName(one),
    one.class === null ? null : words.kind(one.class),
    one.latencyMs === null ? null : spanText(one.latencyMs),
  ]
    .filter((part) => part !== null)
    .join(" · ")

/** Is it working? One line, each part of which leads to more. */
export function StatusLine(props: {
  readonly status: Data<"GET /api/system/status">
  readonly notices: ReadonlyArray<Notice>
  /** Null when they could not be had. */
  readonly servers: Data<"GET /api/plex/servers"> | null
}) {
  const { queue, streams } = props.status
  const verdict = verdictOf(useContext(Connected), props.notices, streams)
  const sign = <State {...SIGNS[verdict]}>{words.verdict(verdict, props.notices.length)}</State>
  const connected = streams.filter((stream) => stream.state._tag === "Connected")
  const lost = streams.find((stream) => stream.state._tag !== "Connected")
  const streamText =
    streams.length === 0
      ? words.stream.none
      : streams.length === 1 && lost !== undefined
        ? words.stream.lost(lost.serverName)
        : words.stream.connected(connected.length, streams.length)
  return (
    <div className={css.line}>
      {props.notices.length === 0 ? (
        <Link href="/system/status" className={css.lead ?? ""}>
          {sign}
        </Link>
      ) : (
        <a href={`#${NOTICES_ID}`} className={css.lead ?? ""}>
          {sign}
        </a>
      )}
      {props.servers === null ? null : (
        <Link href="/settings/plex">
          {props.servers.length === 0 ? words.noServer : props.servers.map(connectionText).join(", ")}
        </Link>
      )}
      <Link href="/system/status">{streamText}</Link>
      <Link href="/activity">
        {queue.running + queue.waiting === 0 ? words.queueEmpty : words.queue(queue.running, queue.waiting)}
      </Link>
    </div>
  )
}
