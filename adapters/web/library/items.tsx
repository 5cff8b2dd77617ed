import { Button } from "@mantine/core"
import type { UseInfiniteQueryResult } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { Link } from "wouter"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import type { Answer, Data } from "../api/types.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Bones, Empty, Panel } from "../parts/layout.tsx"
import { Poster } from "../parts/poster.tsx"
import { State } from "../parts/words.tsx"
import { home } from "../strings/home.ts"
import { library as words } from "../strings/library.ts"
import css from "./library.module.css"

export type Item = Data<"GET /api/library/search">[number]
type Page = Answer<"GET /api/library/{server}/{section}/items">

function ItemState({ item }: { readonly item: Item }) {
  const search = useChange(
    () =>
      call("POST /api/search", {
        input: { server: item.serverId, ratingKey: item.ratingKey, title: item.title },
      }),
    ["missing", "jobs"],
  )
  const { subtitles } = item
  if (subtitles === null) return <span className={css.sub}>{words.unknown}</span>
  const missing = subtitles.missing.join(", ")
  if (missing === "") {
    return (
      <State tone="good">
        {subtitles.settled.length === 0 ? words.complete : subtitles.settled.join(", ")}
      </State>
    )
  }
  if (subtitles.job !== null) {
    return (
      <Link href={`/activity/${subtitles.job.id}`}>
        <State tone="now">{home.subtitles.searching(missing)}</State>
      </Link>
    )
  }
  return (
    <>
      <State tone="quiet" icon="words">
        {home.subtitles.missing(missing)}
      </State>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={words.searchFor(item.title)}
        loading={search.isPending}
        onClick={() => search.mutate(undefined)}
      >
        {words.search}
      </Button>
      {search.error === null ? null : <Failure error={search.error} />}
    </>
  )
}

/** Titles with their subtitles, as far as they have been read, and the way to more. */
export function ItemList({
  empty,
  list,
  missingOnly,
  placeOf,
}: {
  readonly list: UseInfiniteQueryResult<{ readonly pages: ReadonlyArray<Page> }>
  readonly missingOnly: boolean
  /** Where an item is, in a list of several libraries. */
  readonly placeOf?: (item: Item) => string
  /** What is shown when nothing fits. */
  readonly empty: ReactNode
}) {
  const pages = list.data?.pages ?? []
  const items = pages.flatMap((page) => page.data)
  const last = pages.at(-1)
  const total = last?.total ?? null
  const looked = last?.next ?? total
  const isWhole = last !== undefined && last.next === null
  return (
    <Panel flush>
      {list.error === null ? null : <Failure error={list.error} again={() => void list.refetch()} />}
      {list.isPending ? <Bones count={8} height={56} /> : null}
      {items.length === 0 && isWhole ? empty : null}
      {items.length === 0 && last !== undefined && !isWhole ? (
        <Empty title={words.noneSoFar}>{words.noneSoFarText}</Empty>
      ) : null}
      <ul className={css.rows}>
        {items.map((item) => (
          <li key={`${item.serverId} ${item.ratingKey}`}>
            <Poster
              serverId={item.serverId}
              ratingKey={item.ratingKey}
              kind={item.kind === "episode" ? "show" : "film"}
            />
            <div>
              <p>{item.title}</p>
              {placeOf === undefined ? null : <p className={css.sub}>{placeOf(item)}</p>}
            </div>
            <span className={css.state}>
              <ItemState item={item} />
            </span>
          </li>
        ))}
      </ul>
      {last === undefined || (items.length === 0 && isWhole) ? null : (
        <div className={css.foot}>
          <span className={css.sub}>
            {missingOnly ? words.missingShown(items.length, looked, total) : words.shown(items.length, total)}
          </span>
          {list.hasNextPage ? (
            <Action loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {words.loadMore}
            </Action>
          ) : null}
        </div>
      )}
    </Panel>
  )
}
