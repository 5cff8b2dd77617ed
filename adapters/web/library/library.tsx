import { Button } from "@mantine/core"
import { Link } from "wouter"
import type { Data } from "../api/types.ts"
import { Failure } from "../parts/failure.tsx"
import { Bones, Empty, PageHead, Panel } from "../parts/layout.tsx"
import { Chip } from "../parts/words.tsx"
import { useLibraries, useServers } from "../setup/libraries_step.tsx"
import { serverName } from "../strings/common.ts"
import { library as words } from "../strings/library.ts"
import css from "./library.module.css"
import { useSweeps } from "./sweep.tsx"

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
                : words.sweepRunning(sweep.looked, sweep.total)
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

/** The libraries of every server in use. */
export default function Library() {
  const servers = useServers()
  const list = servers.data?.data
  return (
    <>
      <PageHead title={words.title} intro={words.intro} />
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
      ) : null}
      <div className={css.grid}>
        {list === undefined && servers.error === null ? (
          <Panel flush>
            <Bones count={4} />
          </Panel>
        ) : null}
        {list?.map((server) => (
          <ServerLibraries key={server.machineIdentifier} server={server} />
        ))}
      </div>
    </>
  )
}
