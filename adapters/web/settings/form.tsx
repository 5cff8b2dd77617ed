import { Button } from "@mantine/core"
import { createContext, type ReactNode, useContext, useEffect, useState } from "react"
import { ApiError } from "../api/client.ts"
import { saveSettings, useSettings, type Values } from "../api/settings.ts"
import { Failure } from "../parts/failure.tsx"
import { Bones } from "../parts/layout.tsx"
import { State } from "../parts/words.tsx"
import { common } from "../strings/common.ts"
import { settings as words } from "../strings/settings.ts"
import css from "./settings.module.css"

/** The settings as the server has them, and what is being changed here. Keys are `section.key`. */
export interface Form {
  readonly stored: Values
  /** The value as it would be after a save. */
  readonly valueOf: (key: string) => unknown
  readonly isChanged: (key: string) => boolean
  readonly set: (key: string, value: unknown) => void
  readonly undo: (key: string) => void
  /** What the server said about this key at the last save. */
  readonly errorOf: (key: string) => string | null
  /** A field that cannot be saved as it stands says why, and null when it can. */
  readonly hold: (key: string, reason: string | null) => void
  /** Saves what was changed, if anything; false when it could not be saved. */
  readonly save: () => Promise<boolean>
  readonly isSaving: boolean
  /** Why the last save failed. */
  readonly failure: unknown
}

const FormContext = createContext<Form | null>(null)

export function useForm(): Form {
  const form = useContext(FormContext)
  if (form === null) throw new Error("A field stands outside of the settings")
  return form
}

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    Object.entries(error.fields).map(([name, text]) => [name.replace(/^settings-([a-z]+)-/, "$1."), text]),
  )
}

/** Asks before a view with changes is left. */
function useLeaveGuard(changed: boolean) {
  useEffect(() => {
    if (!changed) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    const askLink = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null
      if (link === null || link.getAttribute("target") === "_blank") return
      if (!confirm(words.leave)) {
        event.preventDefault()
        event.stopPropagation()
      }
    }
    addEventListener("beforeunload", ask)
    document.addEventListener("click", askLink, { capture: true })
    return () => {
      removeEventListener("beforeunload", ask)
      document.removeEventListener("click", askLink, { capture: true })
    }
  }, [changed])
}

/**
 * Around the fields of one part of the settings: one save for all of them. The wizard has no bar: there the way on saves.
 */
export function SettingsForm({
  bar = true,
  children,
}: {
  readonly bar?: boolean
  readonly children: ReactNode
}) {
  const settings = useSettings()
  const [draft, setDraft] = useState<Values>({})
  const [held, setHeld] = useState<Readonly<Record<string, string>>>({})
  const [saving, setSaving] = useState(false)
  const [saved, setSaved] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const stored = settings.data
  const changed = Object.keys(draft).filter((key) => stored !== undefined && !isSame(draft[key], stored[key]))
  useLeaveGuard(bar && changed.length > 0)

  if (stored === undefined) {
    return settings.error === null ? (
      <Bones count={6} />
    ) : (
      <Failure error={settings.error} again={() => void settings.refetch()} />
    )
  }
  const errors = fieldErrors(error)
  const without = (key: string) => (before: Values) => {
    const { [key]: _, ...rest } = before
    return rest
  }
  const save = async () => {
    if (changed.length === 0) return true
    setSaving(true)
    setError(null)
    try {
      await saveSettings(Object.fromEntries(changed.map((key) => [key, draft[key]])))
      setDraft({})
      setSaved(true)
      return true
    } catch (failure) {
      setError(failure)
      return false
    } finally {
      setSaving(false)
    }
  }
  const form: Form = {
    stored,
    valueOf: (key) => (Object.hasOwn(draft, key) ? draft[key] : stored[key]),
    isChanged: (key) => changed.includes(key),
    set: (key, value) => {
      setSaved(false)
      setDraft((before) => ({ ...before, [key]: value }))
    },
    undo: (key) => setDraft(without(key)),
    errorOf: (key) => held[key] ?? errors[key] ?? null,
    hold: (key, reason) =>
      setHeld((before) =>
        reason === null
          ? (without(key)(before) as Readonly<Record<string, string>>)
          : { ...before, [key]: reason },
      ),
    save,
    isSaving: saving,
    failure: error,
  }
  const discard = () => {
    setDraft({})
    setHeld({})
    setError(null)
  }
  const isHeld = changed.some((key) => held[key] !== undefined)
  return (
    <FormContext value={form}>
      <div className={bar ? css.parts : css.step}>{children}</div>
      {bar ? (
        <div className={css.saveBar} data-shown={changed.length > 0 || saved || error !== null}>
          <div className={css.saveInner}>
            {error === null ? null : <Failure error={error} />}
            {changed.length > 0 ? (
              <>
                <span>{words.changes(changed.length)}</span>
                <span className={css.saveActions}>
                  <Button variant="default" onClick={discard} disabled={saving}>
                    {common.discard}
                  </Button>
                  <Button onClick={() => void save()} loading={saving} disabled={isHeld}>
                    {common.save}
                  </Button>
                </span>
              </>
            ) : saved ? (
              <State tone="good">{words.saved}</State>
            ) : null}
          </div>
        </div>
      ) : null}
    </FormContext>
  )
}
