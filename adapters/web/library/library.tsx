import { Button } from "@mantine/core"
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query"
import { Link } from "wouter"
import { call } from "../api/client.ts"
import type { Data } from "../api/types.ts"
import { Failure } from "../parts/failure.tsx"
import { Bones, Empty, PageHead, Panel } from "../parts/layout.tsx"
import { Chip } from "../parts/words.tsx"
import { useLibraries, useServers } from "../setup/libraries_step.tsx"
import { serverName } from "../strings/common.ts"
import { library as words } from "../strings/library.ts"
import { Finder, type Sought, useSought } from "./finder.tsx"
import { ItemList } from "./items.tsx"
import css from "./library.module.css"
import { useSweeps } from "./sweep.tsx"
import { SweepAll, SweepsPanel } from "./sweep_all.tsx"
import { isWaiting } from "./sweep_progress.tsx"

/** How often, in milliseconds, is looked again while libraries are read for the first time. */
const INDEXING_MS = 3_000

type ServerInUse = Data<"GET /api/plex/servers">[number]

function ServerLibraries({ server }: { readonly server: ServerInUse }) {
  const list = useLibraries(server.machineIdentifier)
  const sweeps = useSweeps()
  return (
    <Panel flush title={serverName(server)}>
      {list.error === null ? null : <Failure error={list.error} again={() => void list.refetch()} />}
      {list.data === undefined && list.error === null ? <Bones count={3} /> : null}
      <ul className={css.list}>
        {list.data?.map((section) => {
          const isUsed = server.libraries.length === 0 || server.libraries.includes(section.key)
          const sweep = sweeps.data?.data.find(
            (one) => one.serverId === server.machineIdentifier && one.sectionId === section.key,
          )
          const swept =
            sweep === undefined
              ? null
              : sweep.state === "done"
                ? words.sweepMissing(sweep.missing)
                : words.sweepInList(
                    sweep.state === "paused" ? "paused" : isWaiting(sweep) ? "waiting" : "running",
                    words.sweepRunning(sweep.looked, sweep.total),
                  )
          return (
            <li key={section.key}>
              <span>
                <Link
                  className={css.whole ?? ""}
                  href={`/library/${server.machineIdentifier}/${section.key}?kind=${section.type}`}
                >
                  {section.title}
                </Link>{" "}
                {isUsed ? null : <Chip>{words.notUsed}</Chip>}
              </span>
              <span className={css.sub}>
                {[swept, words.items(section.count, section.type)].filter(Boolean).join(" · ")}
              </span>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

/** What was found in every library, each with where it is. */
function Found({ missingOnly, servers, text }: Sought & { readonly servers: ReadonlyArray<ServerInUse> }) {
  const list = useInfiniteQuery({
    queryKey: ["missing", "everywhere", text, missingOnly],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/library/search", {
        input: {
          offset: pageParam,
          ...(text === "" ? {} : { text }),
          ...(missingOnly ? { missing: true } : {}),
        },
        signal,
      }),
    getNextPageParam: (last) => last.next ?? undefined,
    // While somebody types, what was found stays until there is something else.
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.pages.at(-1)?.complete === false ? INDEXING_MS : false),
  })
  return (
    <>
      <ItemList
        list={list}
        missingOnly={missingOnly}
        placeOf={({ library, serverId }) => {
          const server =
            servers.length < 2 ? undefined : servers.find((one) => one.machineIdentifier === serverId)
          return [library, server === undefined ? null : serverName(server)]
            .filter((part) => part !== null)
            .join(" · ")
        }}
        empty={
          text === "" ? (
            <Empty title={words.allThereTitle}>{words.allThere}</Empty>
          ) : (
            <Empty title={words.noMatchTitle}>{words.noMatch}</Empty>
          )
        }
      />
      {list.data?.pages.at(-1)?.complete === false ? (
        <p className={css.sub} role="status">
          {words.indexing}
        </p>
      ) : null}
    </>
  )
}

/** The libraries of every server in use, and the search in all of them. */
export default function Library() {
  const servers = useServers()
  const sought = useSought()
  const list = servers.data?.data
  const isSearching = sought.text !== "" || sought.missingOnly
  return (
    <>
      <PageHead
        title={words.title}
        intro={words.intro}
        actions={list?.length === 0 ? undefined : <SweepAll ready={list !== undefined} />}
      />
      {servers.error === null ? null : <Failure error={servers.error} again={() => void servers.refetch()} />}
      {list?.length === 0 ? (
        <Panel>
          <Empty
            title={words.noServerTitle}
            action={
              <Button component={Link} href="/setup/server">
                {words.chooseServer}
              </Button>
            }
          >
            {words.noServer}
          </Empty>
        </Panel>
      ) : (
        <Finder label={words.findAnywhere} />
      )}
      <div className={css.grid}>
        {isSearching ? null : <SweepsPanel />}
        {list === undefined && servers.error === null && !isSearching ? (
          <Panel flush>
            <Bones count={4} />
          </Panel>
        ) : null}
        {isSearching && list?.length !== 0 ? (
          <Found {...sought} servers={list ?? []} />
        ) : (
          list?.map((server) => <ServerLibraries key={server.machineIdentifier} server={server} />)
        )}
      </div>
    </>
  )
}
