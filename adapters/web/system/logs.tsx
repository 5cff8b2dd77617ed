import "@mantine/core/styles/Input.css"
import { Button, TextInput } from "@mantine/core"
import { useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { useEffect, useLayoutEffect, useRef, useState } from "react"
import { Link } from "wouter"
import { addressOf, call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import type { Data } from "../api/types.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Icon } from "../parts/icon.tsx"
import { Bones, Empty, Panel } from "../parts/layout.tsx"
import { useSearchField } from "../parts/search.ts"
import { Clock, useNow } from "../parts/words.tsx"
import { logs as words } from "../strings/system.ts"
import { leftText } from "../strings/time.ts"
import css from "./system.module.css"

type Line = Data<"GET /api/system/logs">[number]
type Level = Line["level"]
const LEVELS: ReadonlyArray<Level> = ["DEBUG", "INFO", "WARNING", "ERROR"]
const PAGE = 300
/** Live lines that are kept on the page; of more, the oldest go. */
const LIVE_MAX = 2_000
/** Distance, in pixels, from the end at which the list still counts as followed. */
const AT_END_PX = 24

function matches(line: Line, levels: ReadonlyArray<Level>, text: string): boolean {
  if (!levels.includes(line.level)) return false
  const all = `${line.message} ${JSON.stringify(line.detail)}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

/** Lines as they are written, since the view was opened. */
function useLiveLines(): ReadonlyArray<Line> {
  const [lines, setLines] = useState<ReadonlyArray<Line>>([])
  useEffect(() => {
    const source = new EventSource(addressOf("/api/system/logs/live"))
    source.addEventListener("line", (event) => {
      const line = JSON.parse((event as MessageEvent<string>).data) as Line
      setLines((before) => [...before.slice(1 - LIVE_MAX), line])
    })
    return () => source.close()
  }, [])
  return lines
}

function detailText(detail: Line["detail"]): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ")
}

function LogLine({ line }: { readonly line: Line }) {
  const detail = detailText(line.detail)
  return (
    <li className={`${css.line} ${css[line.level]}`}>
      <span className={css.lineTime}>
        <Clock atMs={line.atMs} />
      </span>
      <span className={css.lineLevel}>{line.level}</span>
      <span className={css.lineText}>
        {line.message}
        {detail === "" ? null : <span className={css.lineDetail}> {detail}</span>}
      </span>
    </li>
  )
}

/** The level, and the switch for an hour of DEBUG. */
function LevelSwitch() {
  const now = useNow(1_000)
  const level = useQuery({
    queryKey: ["log level"],
    queryFn: ({ signal }) => call("GET /api/system/logs/level", { signal }),
    refetchInterval: 30_000,
  })
  const set = useChange(
    (wish: { readonly level: Level; readonly hour: boolean }) =>
      call("PUT /api/system/logs/level", { input: wish }),
    ["log level"],
  )
  const data = level.data?.data
  if (data === undefined) return null
  const isHeld = data.untilMs !== null && data.untilMs > now
  return (
    <>
      <span>
        {isHeld ? words.debugUntil(leftText((data.untilMs ?? now) - now)) : words.level(data.level)}
      </span>
      {isHeld ? (
        <Action loading={set.isPending} onClick={() => set.mutate({ level: "INFO", hour: false })}>
          {words.stopDebug}
        </Action>
      ) : data.level === "DEBUG" ? null : (
        <Action loading={set.isPending} onClick={() => set.mutate({ level: "DEBUG", hour: true })}>
          {words.debug}
        </Action>
      )}
      <Link href="/settings/general">{words.toGeneral}</Link>
      {set.error === null ? null : <Failure error={set.error} />}
    </>
  )
}

export default function Logs() {
  const [levels, setLevels] = useState<ReadonlyArray<Level>>(LEVELS)
  const [text, setText] = useState("")
  const [seen, setSeen] = useState<number | null>(null)
  const box = useRef<HTMLElement>(null)
  const live = useLiveLines()
  const stored = useInfiniteQuery({
    queryKey: ["log lines", levels, text],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/system/logs", {
        input: {
          limit: PAGE,
          level: levels.length === 0 ? ["none"] : levels,
          text: text.trim(),
          ...(pageParam === undefined ? {} : { before: pageParam }),
        },
        signal,
      }),
    getNextPageParam: (last) => (last.data.length < PAGE ? undefined : last.data.at(-1)?.id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const older = [...(stored.data?.pages ?? [])].reverse().flatMap((page) => [...page.data].reverse())
  const newest = older.at(-1)?.id ?? Number.NEGATIVE_INFINITY
  const fresh = live.filter((line) => line.id > newest && matches(line, levels, text.trim()))
  const lines = [...older, ...fresh]
  const last = lines.at(-1)?.id ?? null
  const searchField = useSearchField(text, setText)
  const isFollowing = seen === null

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line moves the view, whatever it says
  useLayoutEffect(() => {
    const element = box.current
    if (isFollowing && element !== null) element.scrollTop = element.scrollHeight
  }, [isFollowing, last])

  const scrolled = () => {
    const element = box.current
    if (element === null) return
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX
    if (isAtEnd) setSeen(null)
    else if (isFollowing) setSeen(last)
  }
  const toggle = (level: Level) =>
    setLevels(levels.includes(level) ? levels.filter((one) => one !== level) : [...levels, level])

  return (
    <>
      <div className={css.toolbar}>
        <TextInput
          {...searchField}
          aria-label={words.filter}
          placeholder={words.filterPlaceholder}
          leftSection={<Icon name="search" size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <fieldset className={css.chips}>
          <legend className="visually-hidden">{words.levelLabel}</legend>
          {LEVELS.map((level) => (
            <button
              key={level}
              type="button"
              className={css.chip}
              aria-pressed={levels.includes(level)}
              onClick={() => toggle(level)}
            >
              {words.levels[level]}
            </button>
          ))}
        </fieldset>
        <Button
          component="a"
          href={addressOf("/api/system/logs/download")}
          variant="default"
          leftSection={<Icon name="download" size={16} />}
        >
          {words.download}
        </Button>
      </div>
      {stored.error === null ? null : <Failure error={stored.error} again={() => void stored.refetch()} />}
      <Panel flush>
        <section
          className={css.log}
          ref={box}
          onScroll={scrolled}
          aria-label={words.table}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
          tabIndex={0}
        >
          {stored.isPending ? <Bones count={10} height={30} /> : null}
          {stored.hasNextPage ? (
            <div className={css.older}>
              <Action quiet loading={stored.isFetchingNextPage} onClick={() => void stored.fetchNextPage()}>
                {words.older}
              </Action>
            </div>
          ) : null}
          {stored.isSuccess && lines.length === 0 ? (
            <Empty title={words.emptyTitle}>{words.empty}</Empty>
          ) : null}
          <ol>
            {lines.map((line) => (
              <LogLine key={line.id} line={line} />
            ))}
          </ol>
        </section>
      </Panel>
      <div className={css.status}>
        <span>
          {isFollowing ? words.live : words.paused(fresh.filter((line) => line.id > (seen ?? 0)).length)}{" "}
          {isFollowing ? null : <Action onClick={() => setSeen(null)}>{words.follow}</Action>}
        </span>
        <span style={{ display: "flex", gap: 12, alignItems: "center", flexWrap: "wrap" }}>
          <LevelSwitch />
        </span>
      </div>
    </>
  )
}
