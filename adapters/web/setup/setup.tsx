import { lazy, Suspense } from "react"
import { Link, Redirect, useParams } from "wouter"
import { Mark } from "../parts/icon.tsx"
import { Bones } from "../parts/layout.tsx"
import { common } from "../strings/common.ts"
import { setup as words } from "../strings/setup.ts"
import css from "./setup.module.css"
import { NAMES, type Step, StepContext } from "./step_foot.tsx"

const STEPS = {
  plex: lazy(() => import("./plex_step.tsx")),
  server: lazy(() => import("./server_step.tsx")),
  libraries: lazy(() => import("./libraries_step.tsx")),
  arr: lazy(() => import("./arr_step.tsx")),
  languages: lazy(() => import("./languages_step.tsx")),
  hearing: lazy(() => import("./hearing_step.tsx")),
  try: lazy(() => import("./try_step.tsx")),
} as const satisfies Readonly<Record<Step, unknown>>
const isStep = (name: string): name is Step => Object.hasOwn(STEPS, name)

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
