import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { useSettings } from "../api/settings.ts"
import type { Data } from "../api/types.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { State } from "../parts/words.tsx"
import { timing as words } from "../strings/activity.ts"
import css from "./activity.module.css"
import { MoveTimes } from "./move_times.tsx"

type Placed = Data<"GET /api/subtitles">[number]

const AFFECTED = ["placed", "story", "journal"]

/** Whether a subtitle runs in step with the film: what is offered where it does not, one's own fix, and the way back. */
export function Timing({ one }: { readonly one: Placed }) {
  const params = { id: String(one.id) }
  const check = useChange(() => call("POST /api/subtitles/{id}/timing/check", { params }), AFFECTED)
  const mend = useChange(
    (input: { readonly ratio?: string; readonly offsetMs?: string }) =>
      call("POST /api/subtitles/{id}/timing", { params, input }),
    AFFECTED,
  )
  const undo = useChange(() => call("POST /api/subtitles/{id}/timing/undo", { params }), AFFECTED)
  const settings = useSettings()
  const listen = useChange(
    () => call("POST /api/subtitles/{id}/timing/listen", { params }),
    ["placed", "jobs", "story"],
  )
  const hasTool = String(settings.data?.["oncue.sync_tool"] ?? "") !== ""
  // What Plex keeps itself cannot be read back.
  if (one.fileName === null) return null
  const { applied, offer } = one.timing
  const error = check.error ?? mend.error ?? undo.error ?? listen.error
  const isChecked = check.isSuccess && check.data.data.timing.offer === null
  return (
    <>
      {offer === null || applied !== null ? null : (
        <State tone="now" icon="warn">
          {offer.reason}
        </State>
      )}
      {applied === null ? null : <State tone="good">{words.applied(applied)}</State>}
      {isChecked && applied === null ? <State tone="good">{words.inStep}</State> : null}
      <div className={css.placedActions}>
        {offer === null || applied !== null ? null : (
          <Action main loading={mend.isPending} onClick={() => mend.mutate({})}>
            {words.mend}
          </Action>
        )}
        {applied === null ? (
          <Action quiet loading={check.isPending} onClick={() => check.mutate(undefined)}>
            {words.check}
          </Action>
        ) : (
          <Action loading={undo.isPending} onClick={() => undo.mutate(undefined)}>
            {words.undo}
          </Action>
        )}
        {hasTool && applied === null ? (
          <Action quiet loading={listen.isPending} onClick={() => listen.mutate(undefined)}>
            {words.listen}
          </Action>
        ) : null}
      </div>
      {listen.isSuccess && applied === null && offer === null ? (
        <State tone="now">{words.listening}</State>
      ) : null}
      <MoveTimes pending={mend.isPending} onMove={(shift) => mend.mutate(shift)} />
      {error === null ? null : <Failure error={error} />}
    </>
  )
}
