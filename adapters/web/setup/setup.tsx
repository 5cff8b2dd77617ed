import { Button } from "@mantine/core"
import { createContext, lazy, type ReactNode, Suspense, useContext } from "react"
import { Link, Redirect, useLocation, useParams } from "wouter"
import { Mark } from "../parts/icon.tsx"
import { Bones } from "../parts/layout.tsx"
import { common } from "../strings/common.ts"
import { setup as words } from "../strings/setup.ts"
import css from "./setup.module.css"

const STEPS = {
  plex: lazy(() => import("./plex_step.tsx")),
  server: lazy(() => import("./server_step.tsx")),
  libraries: lazy(() => import("./libraries_step.tsx")),
  try: lazy(() => import("./try_step.tsx")),
} as const
type Step = keyof typeof STEPS
const NAMES = Object.keys(STEPS) as ReadonlyArray<Step>
const isStep = (name: string): name is Step => Object.hasOwn(STEPS, name)

const StepContext = createContext<Step>("plex")

/** The buttons below a step. Whatever is not done can be skipped, and is found again in Settings. */
export function StepFoot(props: {
  readonly done: boolean
  readonly children?: ReactNode
  /** Saves what was decided; the next step is opened when it answers true. */
  readonly onNext?: () => Promise<boolean>
  readonly pending?: boolean
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
        {props.done ? null : (
          <Button component={Link} href={to} variant="subtle" color="gray">
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

/** One decision a step, from nothing to the first subtitle. */
export default function Setup() {
  const { step } = useParams<{ step: string }>()
  if (!isStep(step)) return <Redirect to={`/setup/${NAMES[0]}`} replace />
  const View = STEPS[step]
  const index = NAMES.indexOf(step)
  return (
    <div className={css.page}>
      <header className={css.top}>
        <Link href="/" className={css.brand ?? ""}>
          <Mark />
          {common.product}
        </Link>
        <Link href="/" className={css.leave ?? ""}>
          {words.leave}
        </Link>
      </header>
      <main className={css.column} id="content">
        <nav aria-label={words.stepsLabel} className={css.progress}>
          {NAMES.map((name, place) => (
            <Link
              key={name}
              href={`/setup/${name}`}
              aria-label={words.steps[name]}
              aria-current={name === step ? "step" : undefined}
              data-state={place < index ? "done" : "open"}
            />
          ))}
        </nav>
        <p className={css.where}>
          {words.progress(index + 1, NAMES.length)} · {words.steps[step]}
        </p>
        <StepContext value={step}>
          <Suspense fallback={<Bones count={4} />}>
            <View />
          </Suspense>
        </StepContext>
      </main>
    </div>
  )
}
