import { Link } from "wouter"
import type { Data } from "../api/types.ts"
import { State } from "../parts/words.tsx"
import type { Notice } from "../strings/attention.ts"
import { serverName } from "../strings/common.ts"
import { home as words } from "../strings/home.ts"
import { spanText } from "../strings/time.ts"
import css from "./home.module.css"

/** Notices with which OnCue still does its work. */
const MILD = new Set<Notice["_tag"]>([
  "Unprotected",
  "Failed",
  "ProviderResting",
  "Setting",
  "SettingsRejected",
])

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
  const isWorking = props.notices.every((notice) => MILD.has(notice._tag))
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
      <Link href="/system/status" className={css.lead ?? ""}>
        {isWorking ? (
          <State tone="good">{words.working}</State>
        ) : (
          <State tone="bad" icon="warn">
            {words.needsYou}
          </State>
        )}
      </Link>
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
