import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { Link, useLocation, useParams } from "wouter"
import { ApiError, call } from "../api/client.ts"
import type { Entry } from "../api/live.ts"
import { queryClient, useChange } from "../api/queries.ts"
import type { Answer } from "../api/types.ts"
import { Failure } from "../parts/failure.tsx"
import { Icon } from "../parts/icon.tsx"
import { Bones, Empty, Facts, PageHead, Panel } from "../parts/layout.tsx"
import { State, useNow, Waiting, When } from "../parts/words.tsx"
import { activity, causeText, jobStates, story as words } from "../strings/activity.ts"
import { relativeText, spanText } from "../strings/time.ts"
import css from "./activity.module.css"
import { type About as Item, PlacedPanel } from "./placed.tsx"
import { Runs } from "./run_steps.tsx"
import { isUnderWay, type Run, runsOf } from "./runs.ts"
import { type Job, signOf, titleOf } from "./signs.ts"
import { UndoDate } from "./undo_date.tsx"

/** Entries of one story that are read; a story that was tried again and again has no more. */
const STEPS_MAX = 500

type JobAnswer = Answer<"GET /api/jobs/{id}">
const BEGUN_AGAIN = {
  state: "waiting",
  notBeforeMs: 0,
  startedAtMs: null,
  finishedAtMs: null,
  reason: null,
} as const

function Actions(props: {
  readonly job: Job
  readonly item: Item | null
  readonly entries: ReadonlyArray<Entry>
}) {
  const { entries, item, job } = props
  const [, navigate] = useLocation()
  const retry = useChange(async () => {
    // Seen at once; what the server makes of it comes with its answer.
    const key = ["story", String(job.id), "job"]
    queryClient.setQueryData<JobAnswer>(key, { data: { ...job, ...BEGUN_AGAIN } })
    const { data } = await call("POST /api/jobs/{id}/retry", { params: { id: String(job.id) } }).catch(
      (error: unknown) => {
        void queryClient.invalidateQueries({ queryKey: key })
        throw error
      },
    )
    // Where another one for the same title waits already, that is the one to look at.
    if (data.id !== job.id) navigate(`/activity/${data.id}`)
  }, ["jobs", "story"])
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
      {item === null ? null : <UndoDate about={item} entries={entries} />}
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

function About({ job, run }: { readonly job: Job; readonly run: Run | undefined }) {
  const { cause } = job.work
  const sign = signOf(job)
  const rows: Array<readonly [string, ReactNode]> = [
    [
      words.state,
      <State key="state" tone={sign.tone} icon={sign.icon}>
        {jobStates[job.state]}
      </State>,
    ],
    [words.cause, causeText(cause)],
  ]
  if (cause.viewer !== null) rows.push([words.viewer, cause.viewer.name])
  if (cause.player !== null) rows.push([words.player, cause.player])
  rows.push([words.created, <When key="when" atMs={job.createdAtMs} />])
  if (job.attempts > 1) rows.push([words.attempts, String(job.attempts)])
  if (run !== undefined && run.endedMs !== null)
    rows.push([run.number === 1 ? words.took : words.tookLast, spanText(run.endedMs - run.beganMs)])
  return (
    <Panel>
      <Facts rows={rows} />
    </Panel>
  )
}

/** What has become of it, or what is being done. */
function Headline({ job, run }: { readonly job: Job; readonly run: Run | undefined }) {
  const now = useNow(1_000)
  if (isUnderWay(job, now))
    return <Waiting sinceMs={run?.beganMs ?? now}>{words.doing[job.work._tag]}</Waiting>
  const waits = job.state === "waiting" ? `, ${activity.next} ${relativeText(job.notBeforeMs, now)}` : ""
  return `${job.reason ?? jobStates[job.state]}${waits}`
}

/** One event, from the moment it was heard to the moment Plex showed the subtitle. */
export default function Story() {
  const id = useParams<{ job: string }>().job
  const now = useNow(1_000)
  const job = useQuery({
    queryKey: ["story", id, "job"],
    queryFn: ({ signal }) => call("GET /api/jobs/{id}", { params: { id }, signal }),
  })
  const journal = useQuery({
    queryKey: ["story", id, "journal"],
    queryFn: ({ signal }) => call("GET /api/journal", { input: { job: id, limit: STEPS_MAX }, signal }),
  })
  const isReading = (job.isPending && job.error === null) || (journal.isPending && journal.error === null)
  const entries = [...(journal.data?.data ?? [])].reverse()
  const known = job.data?.data
  const runs = runsOf(entries, known, now)
  const item = itemOf(entries)
  const hasDate = entries.some((one) => one.kind === "added_date" && one.detail !== null)
  const told = known?.work.cause.title ?? entries.find((one) => one.title !== null)?.title
  const isMissing = job.error instanceof ApiError && [400, 404].includes(job.error.status)
  const title = told ?? (known !== undefined ? titleOf(known) : isMissing ? words.missing(id) : words.unread)
  return (
    <>
      <Link href="/activity" className={css.back ?? ""}>
        <Icon name="left" size={16} />
        {words.back}
      </Link>
      <PageHead
        title={isReading ? words.unread : title}
        intro={isReading || known === undefined ? undefined : <Headline job={known} run={runs.at(-1)} />}
        actions={
          isReading || known === undefined ? undefined : (
            <Actions job={known} item={hasDate ? item : null} entries={entries} />
          )
        }
      />
      {isReading ? (
        <Panel flush>
          <Bones count={6} />
        </Panel>
      ) : null}
      {isReading || !isMissing ? null : (
        <Empty
          title={entries.length === 0 ? words.gone : words.goneButSteps}
          action={
            <Button component={Link} href="/activity" variant="default">
              {words.toActivity}
            </Button>
          }
        />
      )}
      {isReading || job.error === null || isMissing ? null : (
        <Failure error={job.error} again={() => void job.refetch()} />
      )}
      {isReading || journal.error === null ? null : (
        <Failure error={journal.error} again={() => void journal.refetch()} />
      )}
      {isReading || (known === undefined && entries.length === 0) ? null : (
        <div className={css.story}>
          {runs.length > 0 ? (
            <Runs runs={runs} doing={words.doing[known?.work._tag ?? "FindSubtitles"]} />
          ) : journal.data === undefined ? null : (
            <Panel flush>
              <Empty title={words.noStory} />
            </Panel>
          )}
          <div className={css.aside}>
            {known === undefined ? null : <About job={known} run={runs.at(-1)} />}
            {item === null ? null : <PlacedPanel about={item} />}
          </div>
        </div>
      )}
    </>
  )
}
