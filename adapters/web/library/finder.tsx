import "@mantine/core/styles/Checkbox.css"
import "@mantine/core/styles/InlineInput.css"
import { Checkbox, TextInput } from "@mantine/core"
import { useEffect, useState } from "react"
import { useSearchParams } from "wouter"
import { Icon } from "../parts/icon.tsx"
import { useSearchField } from "../parts/search.ts"
import { library as words } from "../strings/library.ts"
import css from "./library.module.css"

/** How long, in milliseconds, somebody has stopped typing before it is looked for. */
const TYPED_MS = 250

export interface Sought {
  readonly text: string
  readonly missingOnly: boolean
}

/** What is looked for; it stands in the address, so that it survives a reload and can be kept. */
export function useSought(): Sought {
  const [search] = useSearchParams()
  return { text: search.get("q") ?? "", missingOnly: search.get("missing") === "1" }
}

/** The field for words of a title, and the switch for what is missing. */
export function Finder({ label }: { readonly label: string }) {
  const [search, setSearch] = useSearchParams()
  const sought = search.get("q") ?? ""
  const [text, setText] = useState(sought)
  const searchField = useSearchField(text, setText)
  useEffect(() => setText((now) => (now.trim() === sought ? now : sought)), [sought])
  const put = (name: string, value: string | null) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === null || value === "") next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed begins the wait
  useEffect(() => {
    if (text.trim() === sought) return
    const timer = setTimeout(() => put("q", text.trim()), TYPED_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <search className={css.finder}>
      <TextInput
        className={css.toolbar ?? ""}
        {...searchField}
        type="search"
        aria-label={label}
        placeholder={label}
        leftSection={<Icon name="search" size={16} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Checkbox
        label={words.missingOnly}
        checked={search.get("missing") === "1"}
        onChange={(event) => put("missing", event.currentTarget.checked ? "1" : null)}
      />
    </search>
  )
}
