import { PasswordInput } from "@mantine/core"
import { useState } from "react"
import { isSecretSet } from "../api/settings.ts"
import { Action } from "../parts/action.tsx"
import { settings as words } from "../strings/settings.ts"
import { SecretState } from "./secret_state.tsx"
import css from "./settings.module.css"

/** A secret inside of an item of a list: whether it is there, and replaced as a whole. */
export function MaskedInput(props: {
  readonly label: string
  readonly help?: string
  readonly placeholder?: string
  /** As the server names it: `oncue.sonarr[sonarr-4k].apikey`. */
  readonly where: string
  readonly value: string
  readonly error?: string | null
  readonly onChange: (value: string) => void
}) {
  const [open, setOpen] = useState(false)
  if (isSecretSet(props.value) && !open) {
    return (
      <div className={css.field}>
        <span className={css.label}>{props.label}</span>
        <span className={css.row}>
          <SecretState where={props.where} />
          <Action aria-label={`${words.replace}: ${props.label}`} onClick={() => setOpen(true)}>
            {words.replace}
          </Action>
        </span>
      </div>
    )
  }
  return (
    <PasswordInput
      label={props.label}
      description={props.help}
      placeholder={props.placeholder ?? ""}
      autoComplete="off"
      error={props.error ?? null}
      value={isSecretSet(props.value) ? "" : props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  )
}
