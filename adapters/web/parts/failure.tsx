import type { ReactNode } from "react"
import { ApiError } from "../api/client.ts"
import { common } from "../strings/common.ts"
import { Action } from "./action.tsx"
import { Icon } from "./icon.tsx"
import css from "./parts.module.css"

/** The sentence of an error, whoever threw it. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError && Object.keys(error.fields).length > 0) {
    return Object.entries(error.fields)
      .map(([name, text]) => `${name}: ${text}`)
      .join(". ")
  }
  return error instanceof Error ? error.message : String(error)
}

/** What failed, in a sentence, and the way on. */
export function Failure(props: {
  readonly error: unknown
  readonly again?: (() => void) | undefined
  readonly children?: ReactNode
}) {
  return (
    <div className={css.failure} role="alert">
      <Icon name="warn" />
      <div>
        <p className={css.failureText}>{sentenceOf(props.error)}</p>
        {props.again === undefined && props.children === undefined ? null : (
          <div className={css.failureActions}>
            {props.again === undefined ? null : <Action onClick={props.again}>{common.tryAgain}</Action>}
            {props.children}
          </div>
        )}
      </div>
    </div>
  )
}
