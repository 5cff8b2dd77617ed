import { Suspense, useEffect, useRef } from "react"
import { Link, Redirect, useParams } from "wouter"
import { Bones, PageHead } from "../parts/layout.tsx"
import { view } from "../shell/view.ts"
import { settings as words } from "../strings/settings.ts"
import { LastChange } from "./changes.tsx"
import css from "./settings.module.css"

const PARTS = {
  general: view(() => import("./general.tsx")),
  plex: view(() => import("./plex.tsx")),
  arr: view(() => import("./arr.tsx")),
  languages: view(() => import("./languages.tsx")),
  providers: view(() => import("./providers.tsx")),
  subtitles: view(() => import("./subtitles.tsx")),
  notifications: view(() => import("./notifications.tsx")),
} as const
type Part = keyof typeof PARTS
const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name)

export default function Settings() {
  const { part } = useParams<{ part: string }>()
  if (!isPart(part)) return <Redirect to="/settings/general" replace />
  return <Part part={part} />
}

function Part({ part }: { readonly part: Part }) {
  const nav = useRef<HTMLElement>(null)
  // On a phone the parts stand in a row that is wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the link is another one after a change of part
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>("[aria-current]")
    if (nav.current !== null && current)
      nav.current.scrollLeft = current.offsetLeft - nav.current.offsetLeft - 16
  }, [part])
  const View = PARTS[part]
  return (
    <>
      <PageHead title={words.title} part={words.parts[part]} />
      <LastChange />
      <div className={css.frame}>
        <nav ref={nav} aria-label={words.partsLabel} className={css.nav}>
          {(Object.keys(PARTS) as ReadonlyArray<Part>).map((name) => (
            <Link
              key={name}
              href={`/settings/${name}`}
              aria-current={name === part ? "page" : undefined}
              // Browsers leave it as it is when an edge of it shows.
              onFocus={(event) => event.currentTarget.scrollIntoView({ block: "nearest", inline: "nearest" })}
            >
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
