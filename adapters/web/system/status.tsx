import { useQuery } from "@tanstack/react-query"
import { call } from "../api/client.ts"
import type { Data } from "../api/types.ts"
import { Failure } from "../parts/failure.tsx"
import { Bones, Empty, Facts, Panel } from "../parts/layout.tsx"
import { State, When } from "../parts/words.tsx"
import { sources } from "../strings/activity.ts"
import { status as words } from "../strings/system.ts"
import { spanText } from "../strings/time.ts"
import css from "./system.module.css"

type Status = Data<"GET /api/system/status">

const REFRESH_MS = 5_000

function Program({ status }: { readonly status: Status }) {
  const { queue, store } = status
  const storeText = store.durable
    ? store.commitMs === null
      ? words.notDurable
      : words.durable(spanText(store.commitMs))
    : words.notDurable
  return (
    <Panel title={words.program}>
      <Facts
        rows={[
          [words.version, status.version],
          [words.node, `${status.node} · ${status.platform}`],
          [words.started, <When key="started" atMs={status.startedAtMs} />],
          [words.memory, words.megabytes(status.memoryBytes)],
          [words.queue, words.queueText(queue.waiting, queue.running, queue.failed)],
          [
            words.store,
            store.setAside === null ? storeText : `${storeText}. ${words.setAside(store.setAside)}`,
          ],
        ]}
      />
    </Panel>
  )
}

function Streams({ streams }: { readonly streams: Status["streams"] }) {
  return (
    <Panel title={words.streams} flush>
      {streams.length === 0 ? (
        <Empty title={words.streamsEmptyTitle}>{words.streamsEmpty}</Empty>
      ) : (
        <ul className={css.list}>
          {streams.map(({ lastEventMs, serverId, serverName, sinceMs, state }) => (
            <li key={serverId}>
              <div>
                <p>{serverName}</p>
                <p className={css.sub}>
                  {lastEventMs === null ? (
                    words.noEvent
                  ) : (
                    <>
                      {words.lastEvent} <When atMs={lastEventMs} />
                    </>
                  )}
                </p>
              </div>
              <div className={css.right}>
                {state._tag === "Connected" ? (
                  <State tone="good">{words.connected(state.via)}</State>
                ) : state._tag === "Connecting" ? (
                  <State tone="now">{words.connecting}</State>
                ) : (
                  <State tone="bad">{words.waiting(state.reason)}</State>
                )}
                <p className={css.sub}>
                  {state._tag === "Waiting" ? (
                    <>
                      {words.nextTry} <When atMs={state.untilMs} />
                    </>
                  ) : (
                    <>
                      {words.since} <When atMs={sinceMs} />
                    </>
                  )}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function LastHeard({ heard }: { readonly heard: Status["heard"] }) {
  return (
    <Panel title={words.heard} flush>
      {heard.length === 0 ? (
        <Empty title={words.heardEmptyTitle}>{words.heardEmpty}</Empty>
      ) : (
        <ul className={css.list}>
          {heard.map((one) => (
            <li key={one.source}>
              <span>
                {sources[one.source]} <span className={css.sub}>{one.event}</span>
              </span>
              <span className={css.sub}>
                <When atMs={one.atMs} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

export default function StatusView() {
  const status = useQuery({
    queryKey: ["health", "status"],
    queryFn: ({ signal }) => call("GET /api/system/status", { signal }),
    refetchInterval: REFRESH_MS,
  })
  const data = status.data?.data
  if (status.error !== null && data === undefined)
    return <Failure error={status.error} again={() => void status.refetch()} />
  if (data === undefined) return <Bones count={6} />
  return (
    <div className={css.grid}>
      <Program status={data} />
      <Streams streams={data.streams} />
      <LastHeard heard={data.heard} />
      {data.warnings.length === 0 ? null : (
        <Panel title={words.warnings} flush>
          <ul className={css.list}>
            {data.warnings.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  )
}
