import { type KeyboardEvent, useEffect, useRef } from "react"
import { useLocation } from "wouter"

/** How long, in milliseconds, a view may take to open until its search no longer takes the focus. */
const OPENED_MS = 3_000
/** Until when the search of the view that is being opened is wanted. */
let wantedUntilMs = 0

/** `/` goes to the search of the view, or to the library's, as long as nobody is typing. */
export function useSearchKey(): void {
  const [, navigate] = useLocation()
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      const { target } = event
      const typing =
        target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]")
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      const field = document.querySelector<HTMLInputElement>("input[data-search]")
      if (field !== null) return field.focus()
      wantedUntilMs = performance.now() + OPENED_MS
      navigate("/library")
    }
    addEventListener("keydown", listen)
    return () => removeEventListener("keydown", listen)
  }, [navigate])
}

/** For the field of a view's search: `/` finds it, and Escape empties it and then leaves it. */
export function useSearchField(text: string, setText: (text: string) => void) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (performance.now() > wantedUntilMs) return
    wantedUntilMs = 0
    field.current?.focus()
  }, [])
  return {
    ref: field,
    "data-search": true,
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      if (event.key !== "Escape") return
      event.preventDefault()
      if (text === "") event.currentTarget.blur()
      else setText("")
    },
  }
}
