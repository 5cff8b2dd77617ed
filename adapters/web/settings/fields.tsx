import "@mantine/core/styles/Switch.css"
import "@mantine/core/styles/InlineInput.css"
import { NativeSelect, PasswordInput, Switch, Textarea, TextInput } from "@mantine/core"
import { type ReactNode, useEffect, useState } from "react"
import { isHeaderKey } from "../../../core/settings/shape.ts"
import { type Fixed, isSecretSet, useFixed } from "../api/settings.ts"
import { Action } from "../parts/action.tsx"
import { settings as words } from "../strings/settings.ts"
import { useForm } from "./form.tsx"
import { SecretState } from "./secret_state.tsx"
import css from "./settings.module.css"

interface FieldProps {
  /** `section.key` */
  readonly name: string
  readonly label: string
  readonly help?: ReactNode
}

function told(value: unknown): string {
  if (value === true) return words.on
  if (value === false) return words.off
  if (Array.isArray(value)) return value.length === 0 ? words.empty : value.join(", ")
  return value === "" || value === null || value === undefined ? words.empty : String(value)
}

/** What every field has: the mark of a change, the old value, the way back. */
function Field({
  children,
  hidesOld,
  name,
}: {
  readonly name: string
  readonly hidesOld?: boolean
  readonly children: ReactNode
}) {
  const form = useForm()
  const changed = form.showsOld && form.isChanged(name)
  return (
    <div className={`${css.field} ${changed ? css.changed : ""}`} data-setting={name}>
      {children}
      {changed ? (
        <span className={css.was}>
          {hidesOld ? null : <span>{words.was(told(form.stored[name]))}</span>}
          <button type="button" className={css.link} onClick={() => form.undo(name)}>
            {words.undo}
          </button>
        </span>
      ) : null}
    </div>
  )
}

/** What a flag or the environment has decided at the start: what is in force, and that the file does not count. */
function FixedField({ fixed, label, name }: FieldProps & { readonly fixed: Fixed }) {
  const form = useForm()
  const inFile = told(form.stored[name])
  const note = fixed.value === inFile ? words.fixed(fixed.by) : words.fixedOther(fixed.by, inFile)
  return (
    <Field name={name}>
      <TextInput
        label={label}
        value={fixed.value ?? ""}
        disabled
        styles={{ wrapper: { maxWidth: "20rem" } }}
      />
      <span className={css.help}>{note}</span>
    </Field>
  )
}

/** Holds the save back while the value does not fit, and says why once it was left. */
function useCheck(name: string, reason: string | null): string | null {
  const { errorOf, hold } = useForm()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is a new object each time
  useEffect(() => {
    hold(name, reason)
    return () => hold(name, null)
  }, [name, reason])
  return reason ?? errorOf(name)
}

export function TextField(
  props: FieldProps & {
    readonly placeholder?: string
    /** Why the text cannot be saved; null when it can. */
    readonly check?: (text: string) => string | null
    /** Told what stands there when the field is left. */
    readonly onLeave?: (text: string) => void
    /** Said below it. */
    readonly note?: string | undefined
  },
) {
  const form = useForm()
  const value = String(form.valueOf(props.name) ?? "")
  const error = useCheck(props.name, form.isChanged(props.name) ? (props.check?.(value) ?? null) : null)
  const fixed = useFixed(props.name)
  if (fixed !== null) return <FixedField {...props} fixed={fixed} />
  return (
    <Field name={props.name}>
      <TextInput
        label={props.label}
        description={props.help}
        placeholder={props.placeholder ?? ""}
        spellCheck={false}
        autoComplete="off"
        error={error}
        value={value}
        onChange={(event) => form.set(props.name, event.currentTarget.value)}
        onBlur={() => props.onLeave?.(value)}
      />
      {props.note === undefined ? null : (
        <span className={css.help} role="status">
          {props.note}
        </span>
      )}
    </Field>
  )
}

export function NumberField(
  props: FieldProps & { readonly minimum: number; readonly maximum: number; readonly unit?: string },
) {
  const form = useForm()
  const { maximum, minimum } = props
  const value = form.valueOf(props.name)
  const fits =
    Number.isInteger(Number(value)) && Number(value) >= minimum && Number(value) <= maximum && value !== ""
  const error = useCheck(props.name, fits ? null : words.number(minimum, maximum))
  const fixed = useFixed(props.name)
  if (fixed !== null) return <FixedField {...props} fixed={fixed} />
  return (
    <Field name={props.name}>
      <TextInput
        label={props.label}
        description={props.help}
        inputMode="numeric"
        autoComplete="off"
        error={error}
        value={String(value ?? "")}
        rightSection={props.unit === undefined ? undefined : <span className={css.help}>{props.unit}</span>}
        rightSectionWidth={80}
        styles={{ input: { maxWidth: "12rem" }, wrapper: { maxWidth: "12rem" } }}
        onChange={(event) => {
          const text = event.currentTarget.value.trim()
          form.set(props.name, /^-?\d+$/.test(text) ? Number(text) : text)
        }}
      />
    </Field>
  )
}

export function SwitchField(props: FieldProps) {
  const form = useForm()
  return (
    <Field name={props.name}>
      <Switch
        label={props.label}
        description={props.help}
        error={form.errorOf(props.name)}
        checked={form.valueOf(props.name) === true}
        onChange={(event) => form.set(props.name, event.currentTarget.checked)}
      />
    </Field>
  )
}

export function ChoiceField(
  props: FieldProps & { readonly choices: ReadonlyArray<{ readonly value: string; readonly label: string }> },
) {
  const form = useForm()
  const fixed = useFixed(props.name)
  if (fixed !== null) return <FixedField {...props} fixed={fixed} />
  return (
    <Field name={props.name}>
      <NativeSelect
        label={props.label}
        description={props.help}
        error={form.errorOf(props.name)}
        data={[...props.choices]}
        value={String(form.valueOf(props.name) ?? "")}
        styles={{ wrapper: { maxWidth: "20rem" } }}
        onChange={(event) => form.set(props.name, event.currentTarget.value)}
      />
    </Field>
  )
}

/** A list of texts, one a line. */
export function LinesField(
  props: FieldProps & {
    /** Why a line cannot be saved; null when it can. */
    readonly check?: (line: string) => string | null
    /** What also stands between two; a name may have it in it, an address not. */
    readonly separator?: RegExp
  },
) {
  const { separator } = props
  const cut = (text: string) => cutLines(text, separator)
  const form = useForm()
  const value = form.valueOf(props.name)
  const lines = Array.isArray(value) ? value.map(String) : []
  const isChanged = form.isChanged(props.name)
  const reasons = isChanged ? lines.flatMap((line) => props.check?.(line) ?? []) : []
  const error = useCheck(props.name, reasons[0] ?? null)
  const [text, setText] = useState(lines.join("\n"))
  const joined = lines.join("\n")
  // biome-ignore lint/correctness/useExhaustiveDependencies: how lines are cut does not change
  useEffect(() => {
    setText((now) => (cut(now).join("\n") === joined ? now : joined))
  }, [joined])
  return (
    <Field name={props.name}>
      <Textarea
        label={props.label}
        description={props.help ?? words.listHint}
        autosize={false}
        rows={Math.max(2, Math.min(8, text.split("\n").length + 1))}
        spellCheck={false}
        error={error}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          form.set(props.name, cut(event.currentTarget.value))
        }}
      />
    </Field>
  )
}

const cutLines = (text: string, separator = /\n/) =>
  text
    .split(separator)
    .map((line) => line.trim())
    .filter((line) => line !== "")

const checkKey = (text: string) => (isHeaderKey(text) ? null : words.keyWrong)

/** A secret: never shown, only whether it is there, and replaced or removed as a whole. */
export function SecretField(props: FieldProps & { readonly isPassword?: boolean }) {
  const form = useForm()
  const isSet = isSecretSet(form.stored[props.name])
  const isChanged = form.isChanged(props.name)
  const typed = String(form.valueOf(props.name))
  const error = useCheck(props.name, isChanged && props.isPassword !== true ? checkKey(typed) : null)
  const [open, setOpen] = useState(false)
  const isEditing = isChanged || open || !isSet
  return (
    <Field name={props.name} hidesOld>
      {isEditing ? (
        <PasswordInput
          label={props.label}
          description={props.help}
          autoComplete="off"
          error={error}
          value={isChanged ? typed : ""}
          onChange={(event) => {
            const text = event.currentTarget.value
            form.set(props.name, props.isPassword === true ? text : text.trim())
          }}
        />
      ) : (
        <>
          <span className={css.label}>{props.label}</span>
          {props.help === undefined ? null : <span className={css.help}>{props.help}</span>}
          <span className={`${css.row} ${css.secret}`}>
            <SecretState where={props.name} />
            <Action onClick={() => setOpen(true)}>{words.replace}</Action>
            <Action quiet onClick={() => form.set(props.name, "")}>
              {words.clear}
            </Action>
          </span>
        </>
      )}
    </Field>
  )
}
