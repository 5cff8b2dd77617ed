import { useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { call } from "../api/client.ts"
import { Failure } from "../parts/failure.tsx"
import { Bone, Bones, PageHead, Panel } from "../parts/layout.tsx"
import { home as words } from "../strings/home.ts"
import { AttentionPanel } from "./attention.tsx"
import { Chart } from "./chart.tsx"
import { Finds } from "./finds.tsx"
import css from "./home.module.css"
import { PlayingPanel, usePlaying } from "./playing.tsx"
import { StatusLine } from "./status_line.tsx"
import { isBlind } from "./verdict.ts"

/** How often, in milliseconds, what is not told by events is asked again. */
const REFRESH_MS = 15_000
/** How long, in milliseconds, what stands below is held back for what plays: a server may be slow to say. */
const PLAYING_WAIT_MS = 1_500

/** Whether so many milliseconds have passed since the view was opened. */
function usePassed(ms: number): boolean {
  const [passed, setPassed] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return passed
}

/** Is it working? What happened last? What needs me? */
export default function Home() {
  const status = useQuery({
    queryKey: ["health", "status"],
    queryFn: ({ signal }) => call("GET /api/system/status", { signal }),
    refetchInterval: REFRESH_MS,
  })
  const attention = useQuery({
    queryKey: ["attention"],
    queryFn: ({ signal }) => call("GET /api/system/attention", { signal }),
    refetchInterval: REFRESH_MS,
  })
  const servers = useQuery({
    queryKey: ["plex servers"],
    queryFn: ({ signal }) => call("GET /api/plex/servers", { signal }),
    refetchInterval: REFRESH_MS,
  })
  const statistics = useQuery({
    queryKey: ["statistics"],
    queryFn: ({ signal }) => call("GET /api/system/statistics", { signal }),
  })
  const playing = usePlaying()
  const isLate = usePassed(PLAYING_WAIT_MS)
  const notices = attention.data?.data
  const figures = statistics.data?.data
  // Nobody knows how high a part will be, so each waits for the one above it, and nothing is pushed down.
  const hasLine = !status.isPending && !attention.isPending && !servers.isPending
  const hasPlaying = hasLine && (!playing.isPending || isLate)
  return (
    <>
      <PageHead title={words.title} />
      {status.error !== null && status.data === undefined ? (
        <Failure error={status.error} again={() => void status.refetch()} />
      ) : status.data === undefined || !hasLine ? (
        <div className={css.line}>
          <Bone height={22} width={280} />
        </div>
      ) : notices === undefined ? null : (
        <StatusLine status={status.data.data} notices={notices} servers={servers.data?.data ?? null} />
      )}
      {hasLine ? (
        <div className={css.grid}>
          <PlayingPanel playing={playing} obstacle={notices?.find(isBlind) ?? null} />
          {!hasPlaying ? null : notices === undefined ? (
            <Panel flush title={words.attentionNone}>
              <Failure error={attention.error} again={() => void attention.refetch()} />
            </Panel>
          ) : (
            <AttentionPanel notices={notices} />
          )}
          {!hasPlaying ? null : figures === undefined ? (
            <Panel className={css.wide} title={words.chart}>
              {statistics.error === null ? (
                <Bone height="6.75rem" />
              ) : (
                <Failure error={statistics.error} again={() => void statistics.refetch()} />
              )}
            </Panel>
          ) : (
            <>
              <Chart statistics={figures} />
              <Finds finds={figures.finds} />
            </>
          )}
        </div>
      ) : (
        <Bones count={4} height={72} />
      )}
    </>
  )
}
