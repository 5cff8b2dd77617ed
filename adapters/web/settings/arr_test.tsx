import { Button } from "@mantine/core"
import type { ReactNode } from "react"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { State } from "../parts/words.tsx"
import { count } from "../strings/common.ts"
import { arr as words } from "../strings/settings.ts"
import css from "./settings.module.css"

/** Asks a Sonarr or Radarr as it stands in the fields, saved or not. */
export function ArrTest(props: {
  readonly app: "sonarr" | "radarr"
  readonly url: string
  /** Null: the one that is stored for this address. */
  readonly apikey: string | null
  /** Of its own, as they stand in the fields. */
  readonly mappings?: ReadonlyArray<{ readonly from: string; readonly to: string }>
  /** Begins a mapping for a folder of theirs that is not there under its name. */
  readonly onMap?: (theirs: string) => void
  /** Further buttons beside the test. */
  readonly more?: ReactNode
}) {
  const { apikey, app, mappings = [], onMap, url } = props
  // A line that is being filled in maps nothing yet.
  const whole = mappings.filter(({ from, to }) => from !== "" && to !== "")
  const test = useChange(() =>
    call("POST /api/arr/test", {
      input: { app, url, path_mappings: whole, ...(apikey === null ? {} : { apikey }) },
    }),
  )
  const result = test.data?.data
  const [one, many] = words.items[app]
  return (
    <div className={css.results}>
      <div className={css.row}>
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(undefined)}>
          {words.test}
        </Button>
        {props.more}
      </div>
      {test.error === null ? null : <Failure error={test.error} />}
      {result === undefined || test.error !== null ? null : (
        <div aria-live="polite" className={css.results}>
          <State tone="good">
            {words.result(
              result.appName,
              result.version,
              `${count(result.count)} ${result.count === 1 ? one : many}`,
            )}
          </State>
          {result.folders.map((folder) => (
            <div key={folder.theirs}>
              <State
                tone={folder.obstacle === null ? "good" : "bad"}
                icon={folder.obstacle === null ? "check" : "warn"}
              >
                {words.path(folder.theirs, folder.ours)}
              </State>
              {folder.obstacle === null ? null : (
                <>
                  <p className={css.help}>
                    {`${folder.obstacle.replace(/\.$/, "")}.`} {onMap === undefined ? null : words.mapNext}
                  </p>
                  {onMap === undefined || mappings.some(({ from }) => from === folder.theirs) ? null : (
                    <Action onClick={() => onMap(folder.theirs)}>{words.map(folder.theirs)}</Action>
                  )}
                </>
              )}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
