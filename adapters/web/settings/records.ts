import { useEffect } from "react"
import { useForm } from "./form.tsx"

/** A list of items in the settings, each known by an `id`, and what can be done with it. */
export interface Records<T> {
  readonly list: ReadonlyArray<T>
  readonly add: (item: T) => void
  readonly change: (index: number, item: T) => void
  readonly remove: (index: number) => void
  /** Whether the item stands in the file already: then its name stays, since its secrets are known by it. */
  readonly isStored: (item: T) => boolean
}

export function useRecords<T extends { readonly id: string }>(name: string): Records<T> {
  const form = useForm()
  const value = form.valueOf(name)
  const list = (Array.isArray(value) ? value : []) as ReadonlyArray<T>
  const stored = form.stored[name]
  const ids = new Set((Array.isArray(stored) ? (stored as ReadonlyArray<T>) : []).map((one) => one.id))
  return {
    list,
    add: (item) => form.set(name, [...list, item]),
    change: (index, item) =>
      form.set(
        name,
        list.map((one, at) => (at === index ? item : one)),
      ),
    remove: (index) =>
      form.set(
        name,
        list.filter((_, at) => at !== index),
      ),
    isStored: (item) => ids.has(item.id),
  }
}

/** A name for a new item that no other has: `sonarr-2`. */
export function freshId(list: ReadonlyArray<{ readonly id: string }>, base: string): string {
  for (let count = 1; ; count++) {
    const id = count === 1 ? base : `${base}-${count}`
    if (!list.some((one) => one.id === id)) return id
  }
}

/** Holds the save back while the list does not fit. */
export function useHold(name: string, reason: string | null): void {
  const { hold } = useForm()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is a new object each time
  useEffect(() => {
    hold(name, reason)
    return () => hold(name, null)
  }, [name, reason])
}
