import { useQuery } from "@tanstack/react-query"
import { call } from "../api/client.ts"
import type { Data } from "../api/types.ts"
import { When } from "../parts/words.tsx"
import { settingName } from "../strings/setting_names.ts"
import { settings as words } from "../strings/settings.ts"
import css from "./settings.module.css"

type Entry = Data<"GET /api/journal">[number]

interface Change {
  readonly key: string
  readonly before: string
  readonly after: string
}

/** How many changes are listed. */
const LISTED = 15

/** What the journal has of one change; of an older entry only the keys are known. */
function changesOf({ detail }: Entry): ReadonlyArray<Change | string> {
  const { changes, keys } = (detail ?? {}) as {
    readonly changes?: ReadonlyArray<Change>
    readonly keys?: ReadonlyArray<string>
  }
  return changes ?? keys ?? []
}

function told(text: string): string {
  if (text === "true") return words.on
  if (text === "false") return words.off
  return text === "(empty)" || text === "(none)" ? words.empty : text
}

function ChangeLine({ change }: { readonly change: Change | string }) {
  if (typeof change === "string") return <li>{settingName(change)}</li>
  const { after, before, key } = change
  const isSecret = [before, after].includes("(secret)")
  const text = isSecret
    ? after === "(empty)"
      ? words.secretRemoved
      : before === "(empty)"
        ? words.secretGiven
        : words.secretReplaced
    : words.fromTo(told(before), told(after))
  return (
    <li>
      <span className={css.label}>{settingName(key)}</span> <span className={css.help}>{text}</span>
    </li>
  )
}

function EntryItem({ entry }: { readonly entry: Entry }) {
  const changes = changesOf(entry)
  const by = (entry.detail as { readonly by?: keyof typeof words.by } | null)?.by
  return (
    <li>
      <span className={css.help}>
        <When atMs={entry.atMs} />
        {by === undefined ? "" : `, ${words.by[by]}`}
      </span>
      {changes.length === 0 ? (
        <p>{entry.text}</p>
      ) : (
        <ul>
          {changes.map((one) => (
            <ChangeLine key={typeof one === "string" ? one : one.key} change={one} />
          ))}
        </ul>
      )}
    </li>
  )
}

/** What was changed last and when, by whomever; opened, the changes before it. Its place is kept while it is not known. */
export function LastChange() {
  const last = useQuery({
    queryKey: ["journal", "settings"],
    queryFn: ({ signal }) =>
      call("GET /api/journal", { input: { kind: ["settings"], limit: LISTED }, signal }),
  })
  const list = last.data?.data ?? []
  const [first] = list
  if (first === undefined)
    return <span className={css.last}>{last.isPending ? "\u00a0" : words.noChange}</span>
  return (
    <details className={css.lastChanges}>
      <summary>{words.lastChange}</summary>
      <ul>
        {list.map((entry) => (
          <EntryItem key={entry.id} entry={entry} />
        ))}
      </ul>
    </details>
  )
}
