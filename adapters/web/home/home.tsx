import { useQuery } from "@tanstack/react-query"
import { call } from "../api/client.ts"
import { Failure } from "../parts/failure.tsx"
import { Bone, Bones, PageHead, Panel } from "../parts/layout.tsx"
import { home as words } from "../strings/home.ts"
import { AttentionPanel } from "./attention.tsx"
import { Chart } from "./chart.tsx"
import { Finds } from "./finds.tsx"
import css from "./home.module.css"
import { PlayingPanel } from "./playing.tsx"
import { StatusLine } from "./status_line.tsx"

/** How often, in milliseconds, what is not told by events is asked again. */
const REFRESH_MS = 15_000

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
  })
  const statistics = useQuery({
    queryKey: ["statistics"],
    queryFn: ({ signal }) => call("GET /api/system/statistics", { signal }),
  })
  const notices = attention.data?.data
  const figures = statistics.data?.data
  return (
    <>
      <PageHead title={words.title} />
      {status.error !== null && status.data === undefined ? (
        <Failure error={status.error} again={() => void status.refetch()} />
      ) : status.data === undefined || notices === undefined ? (
        <div className={css.line}>
          <Bone height={22} width={280} />
        </div>
      ) : (
        <StatusLine status={status.data.data} notices={notices} servers={servers.data?.data ?? null} />
      )}
      <div className={css.grid}>
        <PlayingPanel />
        {notices === undefined ? (
          <Panel flush title={words.attentionNone}>
            {attention.error === null ? (
              <Bones count={2} />
            ) : (
              <Failure error={attention.error} again={() => void attention.refetch()} />
            )}
          </Panel>
        ) : (
          <AttentionPanel notices={notices} />
        )}
        {figures === undefined ? (
          <Panel className={css.wide} title={words.chart}>
            {statistics.error === null ? (
              <Bone height={88} />
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
    </>
  )
}
