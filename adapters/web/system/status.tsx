import { useQuery } from "@tanstack/react-query"
import { call } from "../api/client.ts"
import type { Data } from "../api/types.ts"
import { Failure } from "../parts/failure.tsx"
import { Bones, Empty, Facts, Panel } from "../parts/layout.tsx"
import parts from "../parts/parts.module.css"
import { State, When } from "../parts/words.tsx"
import { eventText, sources } from "../strings/activity.ts"
import { status as words } from "../strings/system.ts"
import { spanText } from "../strings/time.ts"
import css from "./system.module.css"

type Status = Data<"GET /api/system/status">

const REFRESH_MS = 5_000
/** How often, in milliseconds, the index is looked at while a library is being read, and while none is. */
const BUILDING_MS = 2_000
const IDLE_MS = 15_000

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
                  <State tone="bad">{words.lost}</State>
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
              {state._tag === "Waiting" ? (
                <p className={`${css.sub} ${css.whole} ${css.reason}`}>{state.reason}</p>
              ) : null}
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
                {sources[one.source]} <span className={css.sub}>{eventText(one.event)}</span>
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

/** How far the libraries have been read, by which titles are found without asking the server for all of them. */
function Index({ names }: { readonly names: ReadonlyMap<string, string> }) {
  const index = useQuery({
    queryKey: ["index"],
    queryFn: ({ signal }) => call("GET /api/plex/index", { signal }),
    refetchInterval: ({ state }) =>
      state.data?.data.some((one) => one.building !== null) ? BUILDING_MS : IDLE_MS,
  })
  const list = index.data?.data
  const server = (id: string) => (names.size > 1 ? (names.get(id) ?? null) : null)
  return (
    <Panel title={words.index} flush>
      {index.error === null ? null : <Failure error={index.error} again={() => void index.refetch()} />}
      {list === undefined && index.error === null ? <Bones count={3} /> : null}
      {list?.length === 0 ? <Empty title={words.indexEmptyTitle}>{words.indexEmpty}</Empty> : null}
      <ul className={css.list}>
        {list?.map((one) => (
          <li key={`${one.serverId} ${one.sectionId}`}>
            <span>
              {one.title} <span className={css.sub}>{server(one.serverId)}</span>
            </span>
            <span className={css.sub}>
              {one.building === null ? (
                <>
                  {words.indexed(one.items)}
                  {one.builtAtMs === null ? null : (
                    <>
                      , {words.indexedAt} <When atMs={one.builtAtMs} />
                    </>
                  )}
                </>
              ) : (
                words.indexing(one.building.done, one.building.total)
              )}
            </span>
            {one.building === null || one.building.total === null ? null : (
              <div
                className={`${parts.bar} ${css.whole}`}
                role="progressbar"
                aria-label={one.title}
                aria-valuemin={0}
                aria-valuemax={one.building.total}
                aria-valuenow={one.building.done}
              >
                <span style={{ width: `${(100 * one.building.done) / Math.max(1, one.building.total)}%` }} />
              </div>
            )}
          </li>
        ))}
      </ul>
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
      <Index names={new Map(data.streams.map(({ serverId, serverName }) => [serverId, serverName]))} />
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
