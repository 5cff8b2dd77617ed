import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import type { Data } from "../api/types.ts"
import { Failure } from "../parts/failure.tsx"
import { Panel } from "../parts/layout.tsx"
import parts from "../parts/parts.module.css"
import { State, useNow, When } from "../parts/words.tsx"
import { library as words } from "../strings/library.ts"
import { spanText } from "../strings/time.ts"
import css from "./library.module.css"

type Sweep = Data<"GET /api/library/sweeps">[number]

/** How often, in milliseconds, a sweep is looked at while one runs, and while none does. */
const RUNNING_MS = 1_500
const IDLE_MS = 15_000

export function useSweeps() {
  return useQuery({
    queryKey: ["sweeps"],
    queryFn: ({ signal }) => call("GET /api/library/sweeps", { signal }),
    refetchInterval: (query) =>
      query.state.data?.data.some((sweep) => sweep.state === "running") ? RUNNING_MS : IDLE_MS,
  })
}

/** Begins a look at every item of every chosen library. Those that are looked through already go on as they are. */
export function SweepAll({ ready }: { readonly ready: boolean }) {
  const sweeps = useSweeps()
  const begin = useChange(() => call("POST /api/library/sweeps"), ["sweeps"])
  const running = sweeps.data?.data.filter((sweep) => sweep.state === "running").length ?? 0
  return (
    <>
      {begin.isSuccess && running > 0 ? <State tone="now">{words.sweepsRunning(running)}</State> : null}
      <Button
        variant="default"
        disabled={!ready}
        loading={begin.isPending}
        onClick={() => begin.mutate(undefined)}
      >
        {words.sweepAll}
      </Button>
      {begin.error === null ? null : <Failure error={begin.error} />}
    </>
  )
}

/** How much longer, by the pace so far; null before there is one. */
function leftMs(sweep: Sweep, nowMs: number): number | null {
  if (sweep.total === null || sweep.looked === 0) return null
  return ((nowMs - sweep.startedAtMs) / sweep.looked) * (sweep.total - sweep.looked)
}

function Progress({ sweep }: { readonly sweep: Sweep }) {
  const share = sweep.total === null || sweep.total === 0 ? 0 : Math.min(1, sweep.looked / sweep.total)
  return (
    <div
      className={parts.bar}
      role="progressbar"
      aria-label={words.sweepTitle}
      aria-valuemin={0}
      aria-valuemax={sweep.total ?? sweep.looked}
      aria-valuenow={sweep.looked}
    >
      <span style={{ width: `${share * 100}%` }} />
    </div>
  )
}

/** A look at every item of a library: begun, watched, held, let go on, ended. It goes on when the page is left. */
export function SweepPanel({
  serverId,
  sectionId,
}: {
  readonly serverId: string
  readonly sectionId: string
}) {
  const now = useNow(1_000)
  const sweeps = useSweeps()
  const params = { server: serverId, section: sectionId }
  const begin = useChange(() => call("POST /api/library/{server}/{section}/sweep", { params }), ["sweeps"])
  const change = useChange(
    (to: "pause" | "resume" | "forget") =>
      call("PUT /api/library/{server}/{section}/sweep", { params, input: { to } }),
    ["sweeps"],
  )
  const sweep = sweeps.data?.data.find((one) => one.serverId === serverId && one.sectionId === sectionId)
  const error = sweeps.error ?? begin.error ?? change.error
  const left = sweep?.state === "running" ? leftMs(sweep, now) : null
  return (
    <Panel title={words.sweepTitle}>
      <div className={css.sweep}>
        {sweep === undefined ? <p className={css.sub}>{words.sweepHelp}</p> : null}
        {sweep !== undefined && sweep.state !== "done" ? (
          <>
            <Progress sweep={sweep} />
            <div className={css.sweepRow}>
              <span>{words.sweepRunning(sweep.looked, sweep.total)}</span>
              <span>{words.sweepMissing(sweep.missing)}</span>
              {sweep.state === "paused" ? <State tone="now">{words.paused}</State> : null}
              {left === null ? null : <span className={css.sub}>{words.sweepLeft(spanText(left))}</span>}
            </div>
            {sweep.obstacle === null ? null : <State tone="bad">{sweep.obstacle}</State>}
          </>
        ) : null}
        {sweep?.state === "done" ? (
          <p>
            {words.sweepDone(sweep.missing, sweep.looked)}, <When atMs={sweep.atMs} />
          </p>
        ) : null}
        <div className={css.sweepRow}>
          {sweep === undefined || sweep.state === "done" ? (
            <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate(undefined)}>
              {sweep === undefined ? words.sweepBegin : words.sweepAgain}
            </Button>
          ) : (
            <>
              <Button
                variant="default"
                loading={change.isPending}
                onClick={() => change.mutate(sweep.state === "paused" ? "resume" : "pause")}
              >
                {sweep.state === "paused" ? words.sweepResume : words.sweepPause}
              </Button>
              <Button variant="subtle" color="gray" onClick={() => change.mutate("forget")}>
                {words.sweepForget}
              </Button>
            </>
          )}
        </div>
        {error === null ? null : <Failure error={error} />}
      </div>
    </Panel>
  )
}
