import { Button } from "@mantine/core"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { call } from "../api/client.ts"
import { queryClient, useChange } from "../api/queries.ts"
import { Failure } from "../parts/failure.tsx"
import { Panel } from "../parts/layout.tsx"
import { Sure } from "../parts/sure.tsx"
import { State, When } from "../parts/words.tsx"
import { migration as words } from "../strings/settings.ts"
import css from "./settings.module.css"

function useMigration(preview: boolean) {
  return useQuery({
    queryKey: ["migration", preview],
    queryFn: ({ signal }) => call("GET /api/plex/migration", { input: { preview }, signal }),
    // The panel stays while what would change is worked out.
    placeholderData: keepPreviousData,
  })
}

/** Whether it is not known yet if there is anything to migrate. */
export const useMigrationPending = () => useMigration(false).isPending

/** From an API key to OAuth: looked at before, run, and rolled back. Not shown where it has nothing to say. */
export function MigrationPanel() {
  const [preview, setPreview] = useState(false)
  const [asked, setAsked] = useState<"run" | "rollback" | null>(null)
  const status = useMigration(preview)
  const run = useChange(async () => {
    const { data } = await call("POST /api/plex/migration/run")
    setAsked(null)
    await queryClient.invalidateQueries()
    return data
  })
  const rollBack = useChange(async () => {
    await call("POST /api/plex/migration/rollback")
    setAsked(null)
    await queryClient.invalidateQueries()
  })
  const data = status.data?.data
  const error = run.error ?? rollBack.error
  if (data === undefined) return null
  const { record } = data
  const hasFailed = record.outcome === "gave_up" || record.outcome === "rolled_back"
  // Without an API key, and nothing to go back to, there is nothing to say.
  if (!data.needed && !data.canRollBack && data.reason !== "plex_off") return null
  return (
    <Panel title={words.title}>
      <div className={css.fields} style={{ maxWidth: "none" }}>
        {data.needed ? (
          <p className={css.help}>{words.needed}</p>
        ) : data.canRollBack ? (
          <State tone="good">
            {words.migrated(record.serverName ?? "")} <When atMs={record.atMs} />
          </State>
        ) : (
          <p className={css.help}>{words.notNow(data.reasonText)}</p>
        )}
        {data.needed && hasFailed && run.data === undefined ? (
          <State tone="bad">{words.failed(record.reason)}</State>
        ) : null}
        {data.needed && data.automatic ? <p className={css.help}>{words.automatic}</p> : null}
        {run.data === undefined || run.data.outcome === "migrated" ? null : (
          <State tone="now">{[run.data.text, run.data.reason].filter(Boolean).join(": ")}</State>
        )}
        {data.preview === null ? null : (
          <ul className={css.results}>
            {data.preview.changes.map((change) => (
              <li key={change.key}>
                <code>{change.key}</code> {words.change(change.before, change.after)}
              </li>
            ))}
          </ul>
        )}
        <div className={css.row}>
          {data.needed ? (
            <>
              <Button variant="default" onClick={() => setPreview(true)} disabled={preview}>
                {words.preview}
              </Button>
              <Button onClick={() => setAsked("run")}>{words.run}</Button>
            </>
          ) : null}
          {data.canRollBack ? (
            <Button variant="default" onClick={() => setAsked("rollback")}>
              {words.rollback}
            </Button>
          ) : null}
        </div>
      </div>
      <Sure
        opened={asked !== null}
        title={asked === "rollback" ? words.rollbackSure : words.sure}
        action={asked === "rollback" ? words.rollback : words.run}
        pending={run.isPending || rollBack.isPending}
        onNo={() => setAsked(null)}
        onYes={() => (asked === "rollback" ? rollBack.mutate(undefined) : run.mutate(undefined))}
      >
        {asked === "rollback" ? words.rollbackText : words.sureText}
        {error === null ? null : <Failure error={error} />}
      </Sure>
    </Panel>
  )
}
