import { createContext, type ReactNode, useContext, useEffect, useState } from "react"
import { useLocation } from "wouter"
import { ApiError } from "../api/client.ts"
import { saveSettings, useSettings, type Values } from "../api/settings.ts"
import { Failure } from "../parts/failure.tsx"
import { Bones } from "../parts/layout.tsx"
import { useUnsaved } from "../parts/unsaved.tsx"
import { settings as words } from "../strings/settings.ts"
import { keepDraft, keptDraft } from "./draft.ts"
import { goToField, SaveBar, type Wrong } from "./save_bar.tsx"
import css from "./settings.module.css"

/** The settings as the server has them, and what is being changed here. Keys are `section.key`. */
export interface Form {
  readonly stored: Values
  /** Whether changed values show what they were; in the wizard there is nothing that they were. */
  readonly showsOld: boolean
  /** The value as it would be after a save. */
  readonly valueOf: (key: string) => unknown
  readonly isChanged: (key: string) => boolean
  readonly hasChanges: boolean
  readonly set: (key: string, value: unknown) => void
  readonly undo: (key: string) => void
  readonly discard: () => void
  /** What the server said about this key at the last save. */
  readonly errorOf: (key: string) => string | null
  /** A field that cannot be saved as it stands says why, and null when it can. */
  readonly hold: (key: string, reason: string | null) => void
  /** What keeps the changes from being saved; null when nothing does. */
  readonly wrong: Wrong | null
  /** Saves what was changed, if anything; false when it could not be saved, and then a wrong field has the focus. */
  readonly save: () => Promise<boolean>
  readonly isSaving: boolean
  /** Why the last save failed, where no field is to blame. */
  readonly failure: unknown
}

const FormContext = createContext<Form | null>(null)

export function useForm(): Form {
  const form = useContext(FormContext)
  if (form === null) throw new Error("A field stands outside of the settings")
  return form
}

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** The key of a setting that the server refused, and what it wants there. Its sentence is Bazarr's shape: a text alone. */
const REFUSED = /^Cannot set "([a-z]+\.[a-z_]+)": (.*)$/s

function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {}
  const [, key, reason = ""] = REFUSED.exec(error.message) ?? []
  if (key !== undefined) return { [key]: words.refused(reason) }
  return Object.fromEntries(
    Object.entries(error.fields).map(([name, text]) => [name.replace(/^settings-([a-z]+)-/, "$1."), text]),
  )
}

const without = (key: string) => (before: Values) => {
  const { [key]: _, ...rest } = before
  return rest
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
  const [place] = useLocation()
  const [draft, setDraft] = useState<Values>(() => keptDraft(place))
  const [held, setHeld] = useState<Readonly<Record<string, string>>>({})
  const [saving, setSaving] = useState(false)
  const [saved, setSaved] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const stored = settings.data
  const changed = Object.keys(draft).filter((key) => stored !== undefined && !isSame(draft[key], stored[key]))
  useEffect(() => keepDraft(place, draft), [place, draft])
  const discard = () => {
    setDraft({})
    setHeld({})
    setError(null)
    keepDraft(place, {})
  }
  useUnsaved(changed.length > 0, discard)

  if (stored === undefined) {
    return settings.error === null ? (
      <Bones count={6} />
    ) : (
      <Failure error={settings.error} again={() => void settings.refetch()} />
    )
  }
  const errors = fieldErrors(error)
  const [heldKey] = changed.filter((key) => held[key] !== undefined)
  const [refusedKey] = changed.filter((key) => errors[key] !== undefined)
  const wrongKey = heldKey ?? refusedKey
  const wrong: Wrong | null =
    wrongKey === undefined ? null : { key: wrongKey, reason: held[wrongKey] ?? errors[wrongKey] ?? "" }
  const save = async () => {
    if (changed.length === 0) return true
    if (wrong !== null) {
      goToField(wrong.key)
      return false
    }
    setSaving(true)
    setError(null)
    try {
      await saveSettings(Object.fromEntries(changed.map((key) => [key, draft[key]])))
      setDraft({})
      setSaved(true)
      return true
    } catch (failure) {
      setError(failure)
      const [refused] = Object.keys(fieldErrors(failure))
      if (refused !== undefined) goToField(refused)
      return false
    } finally {
      setSaving(false)
    }
  }
  const failure = Object.keys(errors).length > 0 ? null : error
  const form: Form = {
    stored,
    showsOld: bar,
    valueOf: (key) => (Object.hasOwn(draft, key) ? draft[key] : stored[key]),
    isChanged: (key) => changed.includes(key),
    hasChanges: changed.length > 0,
    set: (key, value) => {
      setSaved(false)
      // What the server said was about the value of before.
      if (errors[key] !== undefined) setError(null)
      setDraft((before) => ({ ...before, [key]: value }))
    },
    undo: (key) => {
      if (errors[key] !== undefined) setError(null)
      setDraft(without(key))
    },
    errorOf: (key) => held[key] ?? errors[key] ?? null,
    discard,
    hold: (key, reason) =>
      setHeld((before) =>
        reason === null
          ? (without(key)(before) as Readonly<Record<string, string>>)
          : { ...before, [key]: reason },
      ),
    wrong,
    save,
    isSaving: saving,
    failure,
  }
  return (
    <FormContext value={form}>
      <div className={bar ? css.parts : css.step}>{children}</div>
      {bar ? (
        <SaveBar
          changes={changed.length}
          wrong={wrong}
          saving={saving}
          saved={saved}
          failure={failure}
          onSave={() => void save()}
          onDiscard={discard}
        />
      ) : null}
    </FormContext>
  )
}
