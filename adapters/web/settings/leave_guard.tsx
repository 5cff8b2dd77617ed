import { useEffect, useRef, useState } from "react"
import { Sure } from "../parts/sure.tsx"
import { settings as words } from "../strings/settings.ts"

/** Asks before a view with changes is left: the browser where the page is closed, a dialog where a link leads away. */
export function LeaveGuard({
  changed,
  onLeave,
}: {
  readonly changed: boolean
  readonly onLeave: () => void
}) {
  const [link, setLink] = useState<HTMLElement | null>(null)
  const free = useRef(false)
  useEffect(() => {
    if (!changed) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    const askLink = (event: MouseEvent) => {
      const found = event.target instanceof Element ? event.target.closest<HTMLElement>("a[href]") : null
      if (found === null || free.current || found.getAttribute("target") === "_blank") return
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
      event.preventDefault()
      event.stopPropagation()
      setLink(found)
    }
    addEventListener("beforeunload", ask)
    document.addEventListener("click", askLink, { capture: true })
    return () => {
      removeEventListener("beforeunload", ask)
      document.removeEventListener("click", askLink, { capture: true })
    }
  }, [changed])
  return (
    <Sure
      opened={link !== null}
      title={words.leaveSure}
      action={words.leave}
      onNo={() => setLink(null)}
      onYes={() => {
        free.current = true
        onLeave()
        link?.click()
        free.current = false
        setLink(null)
      }}
    >
      {words.leaveText}
    </Sure>
  )
}
