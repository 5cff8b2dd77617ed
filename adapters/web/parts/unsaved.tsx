import { lazy, Suspense, useEffect, useId, useRef, useState, useSyncExternalStore } from "react"
import { leaving as words } from "../strings/common.ts"

const Sure = lazy(() => import("./sure.tsx").then((module) => ({ default: module.Sure })))

/** Who has changes that nobody has saved yet, and how they are let go. */
const holders = new Map<string, () => void>()
const listeners = new Set<() => void>()
const hasUnsaved = () => holders.size > 0
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/**
 * Browsers tell of Back and Forward in the order in which somebody has begun to listen, and what follows the address must
 * not hear of it first: so this listens from the start.
 */
let onPop: (event: PopStateEvent) => void = () => {}
addEventListener("popstate", (event) => onPop(event))

/** Has the page ask before it is left, as long as there is something that would be lost; `discard` lets it go. */
export function useUnsaved(unsaved: boolean, discard: () => void = () => {}): void {
  const id = useId()
  const latest = useRef(discard)
  latest.current = discard
  useEffect(() => {
    if (!unsaved) return
    const tell = () => {
      for (const listener of listeners) listener()
    }
    holders.set(id, () => latest.current())
    tell()
    return () => {
      holders.delete(id)
      tell()
    }
  }, [id, unsaved])
}

/** The link that a click follows within this tab, unless it says itself that changes are let go (`data-free`). */
function linkOf(event: MouseEvent): HTMLAnchorElement | null {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link?.target === "_blank"
  const isFree = link?.hasAttribute("download") || link?.dataset.free !== undefined
  return isElsewhere || isFree ? null : link
}

/** Asks before changes are lost: at links, at Back and Forward, and (in the browser's own words) before the page is closed. */
export function LeaveGuard() {
  const unsaved = useSyncExternalStore(subscribe, hasUnsaved)
  const [go, setGo] = useState<{ readonly to: () => void } | null>(null)
  useEffect(() => {
    if (!unsaved) return
    const here = location.href
    let isLeaving = false
    const leave = (to: () => void) => () => {
      isLeaving = true
      to()
    }
    const beforeUnload = (event: BeforeUnloadEvent) => {
      if (!isLeaving) event.preventDefault()
    }
    const click = (event: MouseEvent) => {
      const link = linkOf(event)
      if (link === null || isLeaving) return
      event.preventDefault()
      event.stopImmediatePropagation()
      setGo({ to: leave(() => link.click()) })
    }
    // The address has changed already. It is put back before anybody else looks; what was wanted is then one step behind it.
    onPop = (event) => {
      if (isLeaving) return
      event.stopImmediatePropagation()
      history.pushState(null, "", here)
      setGo({ to: leave(() => history.back()) })
    }
    addEventListener("beforeunload", beforeUnload)
    document.addEventListener("click", click, { capture: true })
    return () => {
      removeEventListener("beforeunload", beforeUnload)
      onPop = () => {}
      document.removeEventListener("click", click, { capture: true })
    }
  }, [unsaved])
  return go === null ? null : (
    <Suspense fallback={null}>
      <Sure
        opened
        title={words.sure}
        action={words.leave}
        no={words.stay}
        onNo={() => setGo(null)}
        onYes={() => {
          setGo(null)
          for (const discard of [...holders.values()]) discard()
          go.to()
        }}
      >
        {words.text}
      </Sure>
    </Suspense>
  )
}
