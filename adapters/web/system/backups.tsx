import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { call } from "../api/client.ts"
import { queryClient, useChange } from "../api/queries.ts"
import type { Data } from "../api/types.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Bones, Empty, Panel } from "../parts/layout.tsx"
import { Sure } from "../parts/sure.tsx"
import { State, When } from "../parts/words.tsx"
import { backups as words } from "../strings/system.ts"
import { exactText } from "../strings/time.ts"
import css from "./system.module.css"

type Backup = Data<"GET /api/system/backups">[number]

export default function Backups() {
  const [asked, setAsked] = useState<Backup | null>(null)
  const backups = useQuery({
    queryKey: ["backups"],
    queryFn: ({ signal }) => call("GET /api/system/backups", { signal }),
  })
  const make = useChange(() => call("POST /api/system/backups"), ["backups"])
  const restore = useChange(async (id: string) => {
    await call("POST /api/system/backups/{id}/restore", { params: { id } })
    setAsked(null)
    await queryClient.invalidateQueries()
  })
  const list = backups.data?.data
  const error = backups.error ?? make.error
  return (
    <>
      <div className={css.toolbar}>
        <p className={css.todo}>{words.intro}</p>
        <Button variant="default" loading={make.isPending} onClick={() => make.mutate(undefined)}>
          {words.make}
        </Button>
      </div>
      {error === null ? null : <Failure error={error} again={() => void backups.refetch()} />}
      {restore.isSuccess ? <State tone="good">{words.restored}</State> : null}
      <Panel flush>
        {list === undefined ? (
          backups.error === null ? (
            <Bones count={3} />
          ) : null
        ) : list.length === 0 ? (
          <Empty title={words.emptyTitle}>{words.empty}</Empty>
        ) : (
          <ul className={css.list}>
            {list.map((backup) => (
              <li key={backup.id} style={{ alignItems: "center" }}>
                <div>
                  <p>
                    {words.reasonOf(backup.reason)}, <When atMs={backup.atMs} />
                  </p>
                  <p className={css.sub} title={backup.id}>
                    {exactText(backup.atMs)} · {words.bytes(backup.bytes)}
                  </p>
                </div>
                <Action onClick={() => setAsked(backup)}>{words.restore}</Action>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Sure
        opened={asked !== null}
        title={asked === null ? "" : words.sure(exactText(asked.atMs))}
        action={words.restore}
        pending={restore.isPending}
        onNo={() => setAsked(null)}
        onYes={() => asked !== null && restore.mutate(asked.id)}
      >
        {words.sureText}
        {restore.error === null ? null : <Failure error={restore.error} />}
      </Sure>
    </>
  )
}
