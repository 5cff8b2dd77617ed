import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query"
import { Link, useParams, useSearchParams } from "wouter"
import { call } from "../api/client.ts"
import { Icon } from "../parts/icon.tsx"
import { Empty, PageHead } from "../parts/layout.tsx"
import { useLibraries } from "../setup/libraries_step.tsx"
import { library as words } from "../strings/library.ts"
import { Finder, useSought } from "./finder.tsx"
import { ItemList } from "./items.tsx"
import css from "./library.module.css"
import { SweepPanel } from "./sweep.tsx"

/** One library: its titles with what is there and what is missing, and the sweep. */
export default function Section() {
  const { sectionId, serverId } = useParams<{ serverId: string; sectionId: string }>()
  const [search] = useSearchParams()
  const { missingOnly, text } = useSought()
  const kind = search.get("kind") === "show" ? "episode" : "movie"
  const section = useLibraries(serverId).data?.find((one) => one.key === sectionId)
  const list = useInfiniteQuery({
    queryKey: ["missing", serverId, sectionId, kind, text, missingOnly],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/library/{server}/{section}/items", {
        params: { server: serverId, section: sectionId },
        input: {
          kind,
          offset: pageParam,
          ...(text === "" ? {} : { text }),
          ...(missingOnly ? { missing: true } : {}),
        },
        signal,
      }),
    getNextPageParam: (last) => last.next ?? undefined,
    // While somebody types, what was found stays until there is something else.
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <Link href="/library" className={css.back ?? ""}>
        <Icon name="left" size={16} />
        {words.back}
      </Link>
      <PageHead title={section?.title ?? words.title} />
      <div className={css.grid}>
        <SweepPanel serverId={serverId} sectionId={sectionId} />
        <div>
          <Finder label={words.findHere} />
          <ItemList
            list={list}
            missingOnly={missingOnly}
            empty={
              text !== "" ? (
                <Empty title={words.noMatchTitle}>{words.noMatch}</Empty>
              ) : missingOnly ? (
                <Empty title={words.allThereTitle}>{words.allThere}</Empty>
              ) : (
                <Empty title={words.emptyTitle}>{words.empty}</Empty>
              )
            }
          />
        </div>
      </div>
    </>
  )
}
