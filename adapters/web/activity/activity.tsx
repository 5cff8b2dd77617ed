import { useInfiniteQuery } from "@tanstack/react-query"
import { Link, useSearchParams } from "wouter"
import { call } from "../api/client.ts"
import type { Entry } from "../api/live.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Icon } from "../parts/icon.tsx"
import { Bones, Empty, PageHead, Panel } from "../parts/layout.tsx"
import { Clock, useNow } from "../parts/words.tsx"
import { jobStates, sources, steps, activity as words } from "../strings/activity.ts"
import { common } from "../strings/common.ts"
import { dayText, relativeText } from "../strings/time.ts"
import css from "./activity.module.css"
import { type Job, signOf, stepSign, titleOf } from "./signs.ts"

const PAGE = 50
type Filter = keyof typeof words.filters

const isFilter = (name: string): name is Filter => Object.hasOwn(words.filters, name)

type Row =
  | { readonly _tag: "Job"; readonly atMs: number; readonly job: Job }
  | { readonly _tag: "Entry"; readonly atMs: number; readonly entry: Entry }

function useJobs(enabled: boolean, failedOnly: boolean) {
  return useInfiniteQuery({
    queryKey: ["jobs", failedOnly],
    enabled,
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/jobs", {
        input: {
          limit: PAGE,
          ...(pageParam === undefined ? {} : { before: pageParam }),
          ...(failedOnly ? { state: ["failed"] } : {}),
        },
        signal,
      }),
    getNextPageParam: (last) => (last.data.length < PAGE ? undefined : last.data.at(-1)?.id),
  })
}

function useJournal(enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ["journal", "list"],
    enabled,
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/journal", {
        input: {
          limit: 4 * PAGE,
          kind: ["ignored", "connection", "account", "webhook", "settings", "migration", "system"],
          ...(pageParam === undefined ? {} : { before: pageParam }),
        },
        signal,
      }),
    getNextPageParam: (last) => (last.data.length < 4 * PAGE ? undefined : last.data.at(-1)?.id),
  })
}

function JobRow({ job, nowMs }: { readonly job: Job; readonly nowMs: number }) {
  const sign = signOf(job)
  const { cause } = job.work
  const waits = job.state === "waiting" && job.notBeforeMs > nowMs
  return (
    <li className={css.row}>
      <span className={css.time}>
        <Clock atMs={job.createdAtMs} />
      </span>
      <span className={`${css.sign} ${css[sign.tone]}`}>
        <Icon name={sign.icon} size={16} />
        <span className="visually-hidden">{jobStates[job.state]}</span>
      </span>
      <div className={css.body}>
        <Link href={`/activity/${job.id}`} className={css.name ?? ""}>
          {titleOf(job)}
        </Link>
        <p className={css.text}>
          {job.reason ?? jobStates[job.state]}
          {waits ? `, ${words.next} ${relativeText(job.notBeforeMs, nowMs)}` : ""}
        </p>
      </div>
      <span className={css.from}>
        {[cause.viewer?.name, cause.player, sources[cause.source]].filter(Boolean).join(" · ")}
      </span>
    </li>
  )
}

function EntryRow({ entry }: { readonly entry: Entry }) {
  const sign = stepSign(entry.kind)
  return (
    <li className={css.row}>
      <span className={css.time}>
        <Clock atMs={entry.atMs} />
      </span>
      <span className={`${css.sign} ${css[sign.tone]}`}>
        <Icon name={sign.icon} size={16} />
      </span>
      <div className={css.body}>
        {entry.title === null ? null : <span>{entry.title} </span>}
        <p className={css.text}>{entry.text}</p>
      </div>
      <span className={css.from}>{steps[entry.kind]}</span>
    </li>
  )
}

/** Both lists by time, as far back as the shorter of the two has been read. */
function rowsOf(jobs: ReturnType<typeof useJobs>, journal: ReturnType<typeof useJournal>, filter: Filter) {
  const jobRows: ReadonlyArray<Row> =
    filter === "events"
      ? []
      : (jobs.data?.pages ?? []).flatMap((page) =>
          page.data.map((job): Row => ({ _tag: "Job", atMs: job.createdAtMs, job })),
        )
  const entryRows: ReadonlyArray<Row> =
    filter === "all" || filter === "events"
      ? (journal.data?.pages ?? []).flatMap((page) =>
          page.data
            .filter((entry) => entry.jobId === null)
            .map((entry): Row => ({ _tag: "Entry", atMs: entry.atMs, entry })),
        )
      : []
  const ends = [
    jobs.hasNextPage ? jobRows.at(-1)?.atMs : undefined,
    filter === "all" && journal.hasNextPage ? entryRows.at(-1)?.atMs : undefined,
  ].filter((end) => end !== undefined)
  const from = filter === "all" && ends.length > 0 ? Math.max(...ends) : 0
  return [...jobRows, ...entryRows].filter((row) => row.atMs >= from).sort((a, b) => b.atMs - a.atMs)
}

export default function Activity() {
  const [search, setSearch] = useSearchParams()
  const asked = search.get("show") ?? "all"
  const filter: Filter = isFilter(asked) ? asked : "all"
  const setFilter = (name: Filter) => setSearch(name === "all" ? {} : { show: name }, { replace: true })
  const now = useNow(10_000)
  const wantsEvents = filter === "all" || filter === "events"
  const jobs = useJobs(true, filter === "failed")
  const journal = useJournal(wantsEvents)
  const rows = rowsOf(jobs, journal, filter)
  const counts = jobs.data?.pages[0]?.counts
  const error = jobs.error ?? (wantsEvents ? journal.error : null)
  const isLoading = jobs.isPending || (wantsEvents && journal.isPending)
  const hasMore = (filter !== "events" && jobs.hasNextPage) || (wantsEvents && journal.hasNextPage)
  const again = () => {
    void jobs.refetch()
    if (wantsEvents) void journal.refetch()
  }
  const more = () => {
    if (filter !== "events" && jobs.hasNextPage) void jobs.fetchNextPage()
    if (wantsEvents && journal.hasNextPage) void journal.fetchNextPage()
  }
  const days = Map.groupBy(rows, (row) => dayText(row.atMs, now))
  return (
    <>
      <PageHead title={words.title} intro={words.intro} />
      <div className={css.bar}>
        <fieldset className={css.filters} style={{ border: 0, margin: 0, padding: 0 }}>
          <legend className="visually-hidden">{words.filterLabel}</legend>
          {(Object.keys(words.filters) as ReadonlyArray<Filter>).map((name) => (
            <button
              key={name}
              type="button"
              className={css.filter}
              aria-pressed={filter === name}
              onClick={() => setFilter(name)}
            >
              {words.filters[name]}
            </button>
          ))}
        </fieldset>
        <span className={css.queue}>
          {counts === undefined ? "\u00a0" : words.running(counts.running, counts.waiting)}
        </span>
      </div>
      <Panel flush>
        {error === null ? null : <Failure error={error} again={again} />}
        {isLoading && error === null ? (
          <Bones count={6} />
        ) : rows.length === 0 && error === null ? (
          <Empty title={filter === "failed" ? words.emptyFailedTitle : words.emptyTitle}>
            {filter === "failed" ? words.emptyFailed : words.empty}
          </Empty>
        ) : (
          [...days].map(([day, entries]) => (
            <section key={day} aria-label={day}>
              <h2 className={css.day}>{day}</h2>
              <ul>
                {entries.map((row) =>
                  row._tag === "Job" ? (
                    <JobRow key={`job ${row.job.id}`} job={row.job} nowMs={now} />
                  ) : (
                    <EntryRow key={`entry ${row.entry.id}`} entry={row.entry} />
                  ),
                )}
              </ul>
            </section>
          ))
        )}
        {hasMore ? (
          <div className={css.more}>
            <Action quiet onClick={more} loading={jobs.isFetchingNextPage}>
              {common.more}
            </Action>
          </div>
        ) : null}
      </Panel>
    </>
  )
}
