import { Button } from "@mantine/core"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { Failure } from "../parts/failure.tsx"
import { Panel } from "../parts/layout.tsx"
import { useNow } from "../parts/words.tsx"
import { library as words } from "../strings/library.ts"
import css from "./library.module.css"
import { useSweeps } from "./sweep.tsx"
import { isOpen, type Sweep, SweepProgress } from "./sweep_progress.tsx"

/** Begins a look at every item of every chosen library. Those that are looked through already go on as they are. */
export function SweepAll({ ready }: { readonly ready: boolean }) {
  const begin = useChange(() => call("POST /api/library/sweeps"), ["sweeps"])
  return (
    <>
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

const changeAll = async (sweeps: ReadonlyArray<Sweep>, to: "pause" | "resume" | "forget") => {
  for (const { sectionId, serverId } of sweeps)
    await call("PUT /api/library/{server}/{section}/sweep", {
      params: { server: serverId, section: sectionId },
      input: { to },
    })
}

/** How far all sweeps together are, held and let go on together. Nothing where none is under way. */
export function SweepsPanel() {
  const now = useNow(1_000)
  const sweeps = useSweeps()
  const change = useChange(
    ({ of, to }: { readonly of: ReadonlyArray<Sweep>; readonly to: "pause" | "resume" | "forget" }) =>
      changeAll(of, to),
    ["sweeps"],
  )
  const open = sweeps.data?.data.filter(isOpen) ?? []
  if (open.length === 0) return null
  const running = open.filter((one) => one.state === "running")
  const paused = open.filter((one) => one.state === "paused")
  // What is done already belongs to the same look as long as it began with the rest.
  const firstMs = Math.min(...open.map((one) => one.startedAtMs))
  const whole = (sweeps.data?.data ?? []).filter((one) => isOpen(one) || one.startedAtMs >= firstMs)
  return (
    <Panel title={words.sweepsTitle(open.length)}>
      <div className={css.sweep}>
        <SweepProgress sweeps={whole} nowMs={now} />
        <div className={css.sweepRow}>
          {running.length === 0 ? null : (
            <Button
              variant="default"
              loading={change.isPending}
              onClick={() => change.mutate({ of: running, to: "pause" })}
            >
              {words.sweepPauseAll(running.length)}
            </Button>
          )}
          {paused.length === 0 ? null : (
            <Button
              variant="default"
              loading={change.isPending}
              onClick={() => change.mutate({ of: paused, to: "resume" })}
            >
              {words.sweepResumeAll(paused.length)}
            </Button>
          )}
          <Button variant="subtle" color="gray" onClick={() => change.mutate({ of: open, to: "forget" })}>
            {words.sweepForgetAll(open.length)}
          </Button>
        </div>
        {change.error === null ? null : <Failure error={change.error} />}
      </div>
    </Panel>
  )
}
