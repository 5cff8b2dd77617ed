import { Link } from "wouter"
import type { Data } from "../api/types.ts"
import { Empty, Panel } from "../parts/layout.tsx"
import { Poster } from "../parts/poster.tsx"
import { When } from "../parts/words.tsx"
import { activity } from "../strings/activity.ts"
import { languageName, providerName } from "../strings/common.ts"
import { home as words } from "../strings/home.ts"
import css from "./home.module.css"

/** What was found last, with its poster. */
export function Finds({ finds }: { readonly finds: Data<"GET /api/system/statistics">["finds"] }) {
  // Copies of one title are told apart by the library that they are in.
  const copies = new Set(
    [...Map.groupBy(finds, (find) => find.title)]
      .filter(([, same]) => new Set(same.map((find) => find.ratingKey)).size > 1)
      .map(([title]) => title),
  )
  return (
    <Panel className={css.wide} title={words.finds} note={<Link href="/activity">{words.allActivity}</Link>}>
      {finds.length === 0 ? (
        <Empty title={words.findsEmptyTitle}>{words.findsEmpty}</Empty>
      ) : (
        <ul className={css.finds}>
          {finds.map((find) => (
            <li key={`${find.jobId} ${find.atMs}`} className={css.find}>
              <Poster serverId={find.serverId} ratingKey={find.ratingKey} wide />
              <Link href={`/activity/${find.jobId}`}>{find.title ?? activity.unnamed}</Link>
              <p className={css.findSub}>
                {[
                  copies.has(find.title) ? find.library : null,
                  find.language === null ? null : languageName(find.language),
                  find.provider === null ? null : providerName(find.provider),
                ]
                  .filter((part) => part !== null)
                  .join(" · ")}
              </p>
              <p className={css.findSub}>
                <When atMs={find.atMs} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
