import type { ReactNode } from "react"
import { Link, useLocation } from "wouter"
import { call } from "../api/client.ts"
import { Connected, useLive } from "../api/live.ts"
import { useChange } from "../api/queries.ts"
import { Icon, type IconName, Mark } from "../parts/icon.tsx"
import { useSearchKey } from "../parts/search.ts"
import { common } from "../strings/common.ts"
import { nav } from "../strings/shell.ts"
import { SchemeButton } from "./scheme.tsx"
import css from "./shell.module.css"

const LINKS: ReadonlyArray<readonly [path: string, icon: IconName, word: string]> = [
  ["/", "home", nav.home],
  ["/activity", "activity", nav.activity],
  ["/library", "library", nav.library],
  ["/settings", "settings", nav.settings],
  ["/system", "system", nav.system],
]

function Brand() {
  return (
    <Link href="/" className={css.brand ?? ""}>
      <Mark />
      {common.product}
    </Link>
  )
}

function SignOut({ short = false }: { readonly short?: boolean }) {
  const leave = useChange(() => call("POST /api/access/leave"), ["access"])
  return (
    <button
      type="button"
      className={css.small}
      title={short ? nav.signOut : undefined}
      onClick={() => leave.mutate(undefined)}
    >
      <Icon name="out" />
      {short ? <span className="visually-hidden">{nav.signOut}</span> : nav.signOut}
    </button>
  )
}

/** What surrounds every view: the way to the others, the colours, the way out. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation()
  const connected = useLive()
  useSearchKey()
  return (
    <div className={css.frame}>
      <button type="button" className={css.skip} onClick={() => document.getElementById("content")?.focus()}>
        {nav.skip}
      </button>
      <nav className={css.side} aria-label={nav.label}>
        <Brand />
        <ul className={css.links}>
          {LINKS.map(([path, icon, word]) => {
            const current = path === "/" ? location === "/" : location.startsWith(path)
            return (
              <li key={path}>
                <Link href={path} className={css.link ?? ""} aria-current={current ? "page" : undefined}>
                  <Icon name={icon} size={20} />
                  {word}
                </Link>
              </li>
            )
          })}
        </ul>
        <div className={css.foot}>
          <SignOut />
          <SchemeButton />
        </div>
      </nav>
      <div className={css.content}>
        <header className={css.top}>
          <Brand />
          <div className={css.topButtons}>
            <SchemeButton />
            <SignOut short />
          </div>
        </header>
        <main id="content" className={css.main} tabIndex={-1}>
          <div className={css.inner}>
            <Connected value={connected}>{children}</Connected>
          </div>
        </main>
      </div>
      {connected ? null : (
        <div className={css.lost} role="status">
          {nav.lost}
        </div>
      )}
    </div>
  )
}
