import { Button } from "@mantine/core"
import { createContext, type ReactNode, useContext } from "react"
import { Link, useLocation } from "wouter"
import { setup as words } from "../strings/setup.ts"
import css from "./setup.module.css"

/** The steps in their order. */
export const NAMES = ["plex", "server", "libraries", "arr", "languages", "hearing", "try"] as const
export type Step = (typeof NAMES)[number]

/** The step that is shown. */
export const StepContext = createContext<Step>("plex")

/** The buttons below a step. Whatever is not done can be skipped, and is found again in Settings. */
export function StepFoot(props: {
  readonly done: boolean
  readonly children?: ReactNode
  /** Saves what was decided; the next step is opened when it answers true. */
  readonly onNext?: () => Promise<boolean>
  readonly pending?: boolean
  /** There is something to take back, and so a way on without saving it. */
  readonly onSkip?: () => void
}) {
  const step = useContext(StepContext)
  const [, navigate] = useLocation()
  const index = NAMES.indexOf(step)
  const before = NAMES[index - 1]
  const after = NAMES[index + 1]
  const to = after === undefined ? "/" : `/setup/${after}`
  const next = async () => {
    if (props.onNext === undefined || (await props.onNext())) navigate(to)
  }
  return (
    <div className={css.foot}>
      {before === undefined ? (
        <span />
      ) : (
        <Button component={Link} href={`/setup/${before}`} variant="subtle" color="gray">
          {words.back}
        </Button>
      )}
      <div>
        {props.done && props.onSkip === undefined ? null : (
          <Button
            component={Link}
            href={to}
            variant="subtle"
            color="gray"
            data-free
            onClick={() => props.onSkip?.()}
          >
            {words.skip}
          </Button>
        )}
        {props.children}
        {props.done ? (
          <Button loading={props.pending ?? false} onClick={() => void next()}>
            {after === undefined ? words.finish : words.next}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
