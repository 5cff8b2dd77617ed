import { Suspense } from "react"
import { Link, Redirect, useParams } from "wouter"
import { Bones, PageHead } from "../parts/layout.tsx"
import { view } from "../shell/view.ts"
import { system as words } from "../strings/system.ts"
import css from "./system.module.css"

const PARTS = {
  status: view(() => import("./status.tsx")),
  logs: view(() => import("./logs.tsx")),
  diagnostics: view(() => import("./diagnostics.tsx")),
  backups: view(() => import("./backups.tsx")),
} as const
type Part = keyof typeof PARTS
const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name)

export default function System() {
  const { part } = useParams<{ part: string }>()
  if (!isPart(part)) return <Redirect to="/system/status" replace />
  const View = PARTS[part]
  return (
    <>
      <PageHead title={words.title} part={words.parts[part]} />
      <nav aria-label={words.partsLabel} className={css.tabs}>
        {(Object.keys(PARTS) as ReadonlyArray<Part>).map((name) => (
          <Link
            key={name}
            href={`/system/${name}`}
            className={css.tab ?? ""}
            aria-current={name === part ? "page" : undefined}
          >
            {words.parts[name]}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<Bones count={5} />}>
        <View />
      </Suspense>
    </>
  )
}
