import { Suspense } from "react"
import { Link, Redirect, useParams } from "wouter"
import { Mark } from "../parts/icon.tsx"
import { Bones } from "../parts/layout.tsx"
import { Boundary } from "../shell/boundary.tsx"
import { view } from "../shell/view.ts"
import { common } from "../strings/common.ts"
import { setup as words } from "../strings/setup.ts"
import css from "./setup.module.css"
import { NAMES, type Step, StepContext } from "./step_foot.tsx"

const STEPS = {
  plex: view(() => import("./plex_step.tsx")),
  server: view(() => import("./server_step.tsx")),
  libraries: view(() => import("./libraries_step.tsx")),
  arr: view(() => import("./arr_step.tsx")),
  languages: view(() => import("./languages_step.tsx")),
  hearing: view(() => import("./hearing_step.tsx")),
  try: view(() => import("./try_step.tsx")),
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
            >
              <span>{words.steps[name]}</span>
            </Link>
          ))}
        </nav>
        <p className={css.where}>
          {words.progress(index + 1, NAMES.length)} · {words.steps[step]}
        </p>
        <StepContext value={step}>
          <Boundary place={step}>
            <Suspense fallback={<Bones count={4} />}>
              <View />
            </Suspense>
          </Boundary>
        </StepContext>
      </main>
    </div>
  )
}
