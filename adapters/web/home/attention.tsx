import { Button } from "@mantine/core"
import { Link } from "wouter"
import { Empty, Panel } from "../parts/layout.tsx"
import { useNow } from "../parts/words.tsx"
import { type Notice, noticeWords } from "../strings/attention.ts"
import { home as words } from "../strings/home.ts"
import css from "./home.module.css"
import { isMild } from "./verdict.ts"

/** Where the notices stand on Home. */
export const NOTICES_ID = "needs-you"

/** What needs the owner, each with the one button that mends it. */
export function AttentionPanel({ notices }: { readonly notices: ReadonlyArray<Notice> }) {
  const now = useNow(15_000)
  return (
    <Panel
      flush
      id={NOTICES_ID}
      className={notices.every(isMild) ? undefined : css.urgent}
      title={notices.length === 0 ? words.attentionNone : words.attention(notices.length)}
    >
      {notices.length === 0 ? (
        <Empty title={words.attentionEmptyTitle}>{words.attentionEmpty}</Empty>
      ) : (
        <ul className={css.notices}>
          {notices.map((notice, index) => {
            const { action, text, title, to } = noticeWords(notice, now)
            return (
              <li key={JSON.stringify(notice)}>
                <div>
                  <h3 className={css.noticeTitle}>{title}</h3>
                  <p className={css.sub}>{text}</p>
                </div>
                <Button component={Link} href={to} size="xs" variant={index === 0 ? "filled" : "default"}>
                  {action}
                </Button>
              </li>
            )
          })}
        </ul>
      )}
    </Panel>
  )
}
