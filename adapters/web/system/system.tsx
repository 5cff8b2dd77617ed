import { lazy, Suspense } from "react"
import { Link, Redirect, useParams } from "wouter"
import { Bones, PageHead } from "../parts/layout.tsx"
import { system as words } from "../strings/system.ts"
import css from "./system.module.css"

const PARTS = {
  status: lazy(() => import("./status.tsx")),
  logs: lazy(() => import("./logs.tsx")),
  diagnostics: lazy(() => import("./diagnostics.tsx")),
  backups: lazy(() => import("./backups.tsx")),
} as const
type Part = keyof typeof PARTS
const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name)

export default function System() {
  const { part } = useParams<{ part: string }>()
  if (!isPart(part)) return <Redirect to="/system/status" replace />
  const View = PARTS[part]
  return (
    <>
      <PageHead title={words.title} />
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
