import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "wouter"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import type { Data } from "../api/types.ts"
import { Failure } from "../parts/failure.tsx"
import { Bones, Empty, Panel } from "../parts/layout.tsx"
import { Poster } from "../parts/poster.tsx"
import { State, useNow } from "../parts/words.tsx"
import { type Notice, noticeWords } from "../strings/attention.ts"
import { home as words } from "../strings/home.ts"
import { spanText } from "../strings/time.ts"
import css from "./home.module.css"

type Session = Data<"GET /api/playing">[number]

/** Sessions are read again this often, in milliseconds, while the view is open; events make it sooner. */
const REFRESH_MS = 10_000

function FindNow({ session }: { readonly session: Session }) {
  const search = useChange(
    () =>
      call("POST /api/search", {
        input: { server: session.serverId, ratingKey: session.ratingKey ?? "", title: session.title },
      }),
    ["playing", "jobs"],
  )
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={search.isPending}
        onClick={() => search.mutate(undefined)}
      >
        {words.findNow}
      </Button>
      {search.error === null ? null : <Failure error={search.error} />}
    </>
  )
}

function Subtitles({ session }: { readonly session: Session }) {
  const now = useNow(1_000)
  const { live, subtitles } = session
  if (live) return <span className={css.sub}>{words.live}</span>
  if (subtitles === null) return <span className={css.sub}>{words.subtitles.unknown}</span>
  const { job, missing, settled } = subtitles
  if (missing.length === 0) {
    return settled.length === 0 ? (
      <span className={css.sub}>{words.subtitles.nothing}</span>
    ) : (
      <State tone="good">{settled.join(", ")}</State>
    )
  }
  if (job !== null) {
    return (
      <Link href={`/activity/${job.id}`}>
        <State tone="now">
          {words.subtitles.searching(missing.join(", "))} {spanText(now - job.sinceMs)}
        </State>
      </Link>
    )
  }
  return (
    <div className={css.missing}>
      <State tone="quiet" icon="words">
        {words.subtitles.missing(missing.join(", "))}
      </State>
      {session.ratingKey === null ? null : <FindNow session={session} />}
    </div>
  )
}

export function usePlaying() {
  return useQuery({
    queryKey: ["playing"],
    queryFn: ({ signal }) => call("GET /api/playing", { signal }),
    refetchInterval: REFRESH_MS,
  })
}

/** Who watches what, with its subtitles. */
export function PlayingPanel({
  obstacle,
  playing,
}: {
  readonly playing: ReturnType<typeof usePlaying>
  /** Why nobody can tell; null when somebody can. */
  readonly obstacle: Notice | null
}) {
  const sessions = playing.data?.data
  return (
    <Panel flush title={words.playing} className={css.playing}>
      {playing.error !== null && sessions === undefined ? (
        <Failure error={playing.error} again={() => void playing.refetch()} />
      ) : sessions === undefined ? (
        <Bones count={2} height={64} />
      ) : obstacle !== null ? (
        <Empty title={words.playingUnknown}>{noticeWords(obstacle, 0).title}.</Empty>
      ) : sessions.length === 0 && playing.data?.unknown.length === 0 ? (
        <Empty title={words.playingEmptyTitle}>{words.playingEmpty}</Empty>
      ) : (
        <ul className={css.sessions}>
          {sessions.map((session) => (
            <li key={`${session.serverId} ${session.sessionKey}`}>
              <Poster
                serverId={session.serverId}
                ratingKey={session.ratingKey}
                kind={session.kind === "episode" ? "show" : "film"}
              />
              <div>
                <p>{session.title}</p>
                <p className={css.sub}>
                  {[session.user, session.player, session.state === "paused" ? words.paused : ""]
                    .filter((part) => part !== "")
                    .join(", ")}
                </p>
              </div>
              <Subtitles session={session} />
            </li>
          ))}
          {playing.data?.unknown.map((one) => (
            <li key={one.serverId} className={css.unknown}>
              <State tone="bad">{one.reason}</State>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
