import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link, useParams } from "wouter"
import { ApiError, call } from "../api/client.ts"
import type { Entry } from "../api/live.ts"
import { useChange } from "../api/queries.ts"
import { Failure } from "../parts/failure.tsx"
import { Icon } from "../parts/icon.tsx"
import { Bones, Empty, Facts, PageHead, Panel } from "../parts/layout.tsx"
import { Clock, State, When } from "../parts/words.tsx"
import { jobStates, sources, steps, stepText, story as words } from "../strings/activity.ts"
import { spanText } from "../strings/time.ts"
import css from "./activity.module.css"
import { type About as Item, PlacedPanel } from "./placed.tsx"
import { type Job, signOf, stepSign, titleOf } from "./signs.ts"
import { StepDetail } from "./step_detail.tsx"
import { UndoDate } from "./undo_date.tsx"

/** Entries of one story that are read; a story that was tried again and again has no more. */
const STEPS_MAX = 500

function Actions({ item, job }: { readonly job: Job; readonly item: Item | null }) {
  const retry = useChange(
    () => call("POST /api/jobs/{id}/retry", { params: { id: String(job.id) } }),
    ["jobs", "story"],
  )
  const cancel = useChange(
    () => call("POST /api/jobs/{id}/cancel", { params: { id: String(job.id) } }),
    ["jobs", "story"],
  )
  const error = retry.error ?? cancel.error
  return (
    <>
      {job.state === "waiting" ? (
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate(undefined)}>
          {words.cancel}
        </Button>
      ) : null}
      {job.state === "done" || job.state === "failed" || job.state === "cancelled" ? (
        <Button loading={retry.isPending} onClick={() => retry.mutate(undefined)}>
          {words.again}
        </Button>
      ) : null}
      {item === null ? null : <UndoDate about={item} />}
      {error === null ? null : <Failure error={error} />}
    </>
  )
}

/** The film or episode that a story is about, by whichever of its steps names it. */
function itemOf(entries: ReadonlyArray<Entry>): Item | null {
  for (const { ratingKey, serverId } of entries)
    if (serverId !== null && ratingKey !== null) return { serverId, ratingKey }
  return null
}

function About({ job }: { readonly job: Job }) {
  const { cause } = job.work
  const sign = signOf(job)
  const rows: Array<readonly [string, React.ReactNode]> = [
    [
      words.state,
      <State key="state" tone={sign.tone} icon={sign.icon}>
        {jobStates[job.state]}
      </State>,
    ],
    [words.cause, `${sources[cause.source]} (${cause.event})`],
  ]
  if (cause.viewer !== null) rows.push([words.viewer, cause.viewer.name])
  if (cause.player !== null) rows.push([words.player, cause.player])
  rows.push([words.created, <When key="when" atMs={job.createdAtMs} />])
  if (job.attempts > 1) rows.push([words.attempts, String(job.attempts)])
  return (
    <Panel>
      <Facts rows={rows} />
    </Panel>
  )
}

/** One event, from the moment it was heard to the moment Plex showed the subtitle. */
export default function Story() {
  const id = useParams<{ job: string }>().job
  const job = useQuery({
    queryKey: ["story", id, "job"],
    queryFn: ({ signal }) => call("GET /api/jobs/{id}", { params: { id }, signal }),
    retry: false,
  })
  const journal = useQuery({
    queryKey: ["story", id, "journal"],
    queryFn: ({ signal }) => call("GET /api/journal", { input: { job: id, limit: STEPS_MAX }, signal }),
  })
  const isReading = (job.isPending && job.error === null) || journal.isPending
  const entries = [...(journal.data?.data ?? [])].reverse()
  const known = job.data?.data
  const item = itemOf(entries)
  const hasDate = entries.some((one) => one.kind === "added_date" && one.detail !== null)
  const told = known?.work.cause.title ?? entries.find((one) => one.title !== null)?.title
  const title = told ?? (known === undefined ? "…" : titleOf(known))
  const isGone = job.error instanceof ApiError && job.error.status === 404
  const span =
    known?.finishedAtMs === null || known?.finishedAtMs === undefined
      ? null
      : known.finishedAtMs - known.createdAtMs
  return (
    <>
      <Link href="/activity" className={css.back ?? ""}>
        <Icon name="left" size={16} />
        {words.back}
      </Link>
      {isReading ? (
        <>
          <PageHead title="…" />
          <Panel flush>
            <Bones count={6} />
          </Panel>
        </>
      ) : null}
      {isReading ? null : (
        <>
          <PageHead
            title={title}
            intro={known?.reason ?? undefined}
            actions={known === undefined ? undefined : <Actions job={known} item={hasDate ? item : null} />}
          />
          {isGone ? <Empty title={words.gone} /> : null}
          {job.error !== null && !isGone ? (
            <Failure error={job.error} again={() => void job.refetch()} />
          ) : null}
          {journal.error === null ? null : (
            <Failure error={journal.error} again={() => void journal.refetch()} />
          )}
          <div className={css.story}>
            <Panel flush>
              {journal.data !== undefined && entries.length === 0 && !isGone ? (
                <Empty title={words.noStory} />
              ) : null}
              <ol className={css.steps}>
                {entries.map((entry) => {
                  const sign = stepSign(entry.kind)
                  return (
                    <li key={entry.id} className={css.step}>
                      <span className={css.time}>
                        <Clock atMs={entry.atMs} />
                      </span>
                      <span className={`${css.sign} ${css[sign.tone]}`}>
                        <Icon name={sign.icon} size={16} />
                      </span>
                      <span className={css.stepName}>{steps[entry.kind]}</span>
                      <div className={css.stepBody}>
                        <p className={css.stepText}>{stepText(entry.kind, entry.text)}</p>
                        <StepDetail entry={entry} />
                      </div>
                    </li>
                  )
                })}
              </ol>
            </Panel>
            <div style={{ display: "grid", gap: 12 }}>
              {known === undefined ? null : <About job={known} />}
              {item === null ? null : <PlacedPanel about={item} />}
              {span === null ? null : <p className={css.queue}>{words.total(spanText(span))}</p>}
            </div>
          </div>
        </>
      )}
    </>
  )
}
