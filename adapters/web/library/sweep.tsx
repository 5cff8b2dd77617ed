import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { Failure } from "../parts/failure.tsx"
import { Panel } from "../parts/layout.tsx"
import { useNow, When } from "../parts/words.tsx"
import { library as words } from "../strings/library.ts"
import css from "./library.module.css"
import { SweepProgress } from "./sweep_progress.tsx"

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
  return (
    <Panel title={words.sweepTitle}>
      <div className={css.sweep}>
        {sweep === undefined ? <p className={css.sub}>{words.sweepHelp}</p> : null}
        {sweep !== undefined && sweep.state !== "done" ? (
          <SweepProgress sweeps={[sweep]} nowMs={now} />
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
