import { Button } from "@mantine/core"
import { Failure } from "../parts/failure.tsx"
import { useFocusAfter } from "../parts/focus.ts"
import { Icon } from "../parts/icon.tsx"
import { State } from "../parts/words.tsx"
import { common } from "../strings/common.ts"
import { settingName } from "../strings/setting_names.ts"
import { settings as words } from "../strings/settings.ts"
import css from "./settings.module.css"

/** What keeps a form from being saved. */
export interface Wrong {
  /** `section.key` */
  readonly key: string
  readonly reason: string
}

/** Opens what is folded around a field, and gives it the focus. */
export function goToField(key: string): void {
  const field = document.querySelector<HTMLElement>(`[data-setting="${CSS.escape(key)}"]`)
  if (field === null) return
  for (
    let fold = field.closest("details");
    fold !== null;
    fold = fold.parentElement?.closest("details") ?? null
  )
    fold.open = true
  const target =
    field.querySelector<HTMLElement>("[aria-invalid='true']") ??
    field.querySelector<HTMLElement>("input, textarea, select, button")
  field.scrollIntoView({ block: "center" })
  target?.focus({ preventScroll: true })
}

/** Which field is wrong, and the way to it. */
export function WrongField({ wrong }: { readonly wrong: Wrong }) {
  return (
    <span className={css.wrongField} role="status">
      <Icon name="warn" size={16} />
      <span>
        <button type="button" className={css.link} onClick={() => goToField(wrong.key)}>
          {settingName(wrong.key)}
        </button>
        : {wrong.reason}
      </span>
    </span>
  )
}

/** Stays in sight while something is changed: how much, what is wrong with it, and the one save. */
export function SaveBar(props: {
  readonly changes: number
  readonly wrong: Wrong | null
  readonly saving: boolean
  readonly saved: boolean
  /** Why the last save failed, where no field is to blame. */
  readonly failure: unknown
  readonly onSave: () => void
  readonly onDiscard: () => void
}) {
  const { changes, failure, saved, saving, wrong } = props
  const place = useFocusAfter<HTMLDivElement>(saved && changes === 0)
  return (
    <div className={css.saveBar} data-shown={changes > 0 || saved || failure !== null}>
      <div className={css.saveInner}>
        {failure === null ? null : <Failure error={failure} />}
        {changes > 0 ? (
          <>
            <span>{words.changes(changes)}</span>
            {wrong === null ? null : <WrongField wrong={wrong} />}
            <span className={css.saveActions}>
              <Button variant="default" onClick={props.onDiscard} disabled={saving}>
                {common.discard}
              </Button>
              <Button onClick={props.onSave} loading={saving} disabled={wrong !== null}>
                {common.save}
              </Button>
            </span>
          </>
        ) : saved ? (
          <div ref={place} tabIndex={-1} className={css.place} role="status">
            <State tone="good">{words.saved}</State>
          </div>
        ) : null}
      </div>
    </div>
  )
}
