import { lazy, Suspense } from "react"
import { Link, Redirect, useParams } from "wouter"
import { Bones, PageHead } from "../parts/layout.tsx"
import { settings as words } from "../strings/settings.ts"
import css from "./settings.module.css"

const PARTS = {
  general: lazy(() => import("./general.tsx")),
  plex: lazy(() => import("./plex.tsx")),
  arr: lazy(() => import("./arr.tsx")),
  languages: lazy(() => import("./languages.tsx")),
  providers: lazy(() => import("./providers.tsx")),
  subtitles: lazy(() => import("./subtitles.tsx")),
  notifications: lazy(() => import("./notifications.tsx")),
} as const
type Part = keyof typeof PARTS
const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name)

export default function Settings() {
  const { part } = useParams<{ part: string }>()
  if (!isPart(part)) return <Redirect to="/settings/general" replace />
  const View = PARTS[part]
  return (
    <>
      <PageHead title={words.title} />
      <div className={css.frame}>
        <nav aria-label={words.partsLabel} className={css.nav}>
          {(Object.keys(PARTS) as ReadonlyArray<Part>).map((name) => (
            <Link key={name} href={`/settings/${name}`} aria-current={name === part ? "page" : undefined}>
              {words.parts[name]}
            </Link>
          ))}
        </nav>
        <div key={part}>
          <Suspense fallback={<Bones count={6} />}>
            <View />
          </Suspense>
        </div>
      </div>
    </>
  )
}
