import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Link } from "wouter"
import { call } from "../api/client.ts"
import { State, useNow, Waiting } from "../parts/words.tsx"
import { type Notice, noticeWords } from "../strings/attention.ts"
import { tryIt as words } from "../strings/setup.ts"
import css from "./setup.module.css"

/** What has to be mended before anything can be heard. */
const OBSTACLES = new Set<Notice["_tag"]>(["SignIn", "PlexOff", "NoServer", "ServerLost", "NotDurable"])
/** How often, in milliseconds, it is looked whether the server is heard by now. */
const LOOK_EVERY_MS = 2_000

/** That the first event is being waited for; or why none can come, and where that is mended. */
export function Listening() {
  const now = useNow(LOOK_EVERY_MS)
  const [since] = useState(Date.now)
  const attention = useQuery({
    queryKey: ["attention"],
    queryFn: ({ signal }) => call("GET /api/system/attention", { signal }),
    refetchInterval: LOOK_EVERY_MS,
  })
  const status = useQuery({
    queryKey: ["health", "status"],
    queryFn: ({ signal }) => call("GET /api/system/status", { signal }),
    refetchInterval: LOOK_EVERY_MS,
  })
  if (attention.data === undefined || status.data === undefined) {
    return <Waiting sinceMs={since}>{words.looking}</Waiting>
  }
  const obstacle = attention.data.data.find((notice) => OBSTACLES.has(notice._tag))
  if (obstacle !== undefined) {
    const { action, text, title, to } = noticeWords(obstacle, now)
    return (
      <div className={css.body}>
        <State tone="bad" icon="warn">
          {title}
        </State>
        <p className={css.intro}>{text}</p>
        <div>
          <Button component={Link} href={to} variant="default">
            {action}
          </Button>
        </div>
      </div>
    )
  }
  const { streams } = status.data.data
  const [first] = streams
  const isHeard = streams.some(({ state }) => state._tag === "Connected")
  return (
    <Waiting sinceMs={since}>
      {first === undefined ? words.webhookOnly : isHeard ? words.waiting : words.connecting(first.serverName)}
    </Waiting>
  )
}
