import { Button, TextInput } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Link, useParams, useSearchParams } from "wouter"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import type { Data } from "../api/types.ts"
import { Failure } from "../parts/failure.tsx"
import { Icon } from "../parts/icon.tsx"
import { Bones, Empty, PageHead, Panel } from "../parts/layout.tsx"
import { Poster } from "../parts/poster.tsx"
import { State } from "../parts/words.tsx"
import { useLibraries } from "../setup/libraries_step.tsx"
import { home } from "../strings/home.ts"
import { library as words } from "../strings/library.ts"
import css from "./library.module.css"
import { SweepPanel } from "./sweep.tsx"

type Item = Data<"GET /api/library/{server}/{section}/items">[number]

const PAGE = 30

function ItemState({ item, serverId }: { readonly item: Item; readonly serverId: string }) {
  const search = useChange(
    () => call("POST /api/search", { input: { server: serverId, ratingKey: item.ratingKey } }),
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
        loading={search.isPending}
        onClick={() => search.mutate(undefined)}
      >
        {words.search}
      </Button>
      {search.error === null ? null : <Failure error={search.error} />}
    </>
  )
}

/** One library: its titles with what is there and what is missing, and the sweep. */
export default function Section() {
  const { sectionId, serverId } = useParams<{ serverId: string; sectionId: string }>()
  const [search] = useSearchParams()
  const [text, setText] = useState("")
  const kind = search.get("kind") === "show" ? "episode" : "movie"
  const section = useLibraries(serverId).data?.find((one) => one.key === sectionId)
  const items = useInfiniteQuery({
    queryKey: ["missing", serverId, sectionId, kind],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/library/{server}/{section}/items", {
        params: { server: serverId, section: sectionId },
        input: { kind, offset: pageParam, limit: PAGE },
        signal,
      }),
    getNextPageParam: (last, pages) =>
      last.data.length < PAGE ? undefined : pages.reduce((sum, page) => sum + page.data.length, 0),
  })
  const all = items.data?.pages.flatMap((page) => page.data) ?? []
  const shown = all.filter((item) => item.title.toLowerCase().includes(text.trim().toLowerCase()))
  return (
    <>
      <Link href="/library" className={css.back ?? ""}>
        <Icon name="left" size={16} />
        {words.back}
      </Link>
      <PageHead title={section?.title ?? "…"} />
      <div className={css.grid}>
        <SweepPanel serverId={serverId} sectionId={sectionId} />
        <div>
          <TextInput
            className={css.toolbar ?? ""}
            data-search
            aria-label={words.filter}
            placeholder={words.filter}
            leftSection={<Icon name="search" size={16} />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {items.error === null ? null : <Failure error={items.error} again={() => void items.refetch()} />}
          <Panel flush>
            {items.isPending ? <Bones count={8} height={56} /> : null}
            {items.data !== undefined && all.length === 0 ? (
              <Empty title={words.emptyTitle}>{words.empty}</Empty>
            ) : null}
            <ul className={css.rows}>
              {shown.map((item) => (
                <li key={item.ratingKey}>
                  <Poster
                    serverId={serverId}
                    ratingKey={item.ratingKey}
                    kind={kind === "episode" ? "show" : "film"}
                  />
                  <span>{item.title}</span>
                  <span className={css.state}>
                    <ItemState item={item} serverId={serverId} />
                  </span>
                </li>
              ))}
            </ul>
            {all.length === 0 ? null : (
              <div className={css.foot}>
                <span className={css.sub}>
                  {words.shown(all.length, items.data?.pages.at(-1)?.total ?? null)}
                </span>
                {items.hasNextPage ? (
                  <Button
                    variant="default"
                    size="xs"
                    loading={items.isFetchingNextPage}
                    onClick={() => void items.fetchNextPage()}
                  >
                    {words.loadMore}
                  </Button>
                ) : null}
              </div>
            )}
          </Panel>
        </div>
      </div>
    </>
  )
}
