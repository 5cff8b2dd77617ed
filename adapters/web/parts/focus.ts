import { type RefObject, useEffect, useRef } from "react"

/**
 * The place that takes the focus when `when` has changed and what had it is gone, so that a keyboard goes on from there and
 * a reader of the screen says what has become of it. It needs `tabIndex={-1}`.
 */
export function useFocusAfter<E extends HTMLElement>(when: unknown): RefObject<E | null> {
  const place = useRef<E>(null)
  const before = useRef(when)
  useEffect(() => {
    if (before.current === when) return
    before.current = when
    const { activeElement, body } = document
    if (activeElement === null || activeElement === body) place.current?.focus({ preventScroll: true })
  }, [when])
  return place
}
