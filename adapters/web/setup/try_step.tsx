import { useCallback, useState } from "react"
import { Link } from "wouter"
import { stepSign } from "../activity/signs.ts"
import { type Entry, useEntries, useLive } from "../api/live.ts"
import { Icon } from "../parts/icon.tsx"
import { PageHead } from "../parts/layout.tsx"
import { Clock } from "../parts/words.tsx"
import { steps, stepText } from "../strings/activity.ts"
import { tryIt as words } from "../strings/setup.ts"
import { Listening } from "./listening.tsx"
import css from "./setup.module.css"
import { StepFoot } from "./step_foot.tsx"

/** Entries that are shown; one story has no more. */
const SHOWN_MAX = 30
const TOLD = new Set<Entry["kind"]>([
  "heard",
  "ignored",
  "identified",
  "wanted",
  "searched",
  "chose",
  "wrote",
  "listed",
  "not_listed",
  "nothing_to_do",
  "failed",
  "will_retry",
])

/** The first event, live, down to the moment at which Plex shows the subtitle. */
export default function TryStep() {
  useLive()
  const [entries, setEntries] = useState<ReadonlyArray<Entry>>([])
  useEntries(
    useCallback((entry: Entry) => {
      if (TOLD.has(entry.kind)) setEntries((before) => [...before, entry].slice(-SHOWN_MAX))
    }, []),
  )
  const job = entries.findLast((entry) => entry.jobId !== null)?.jobId ?? null
  return (
    <>
      <PageHead title={words.title} intro={words.intro} />
      <div className={css.body} aria-live="polite">
        {entries.length === 0 ? <Listening /> : null}
        {entries.length === 0 ? null : (
          <ol className={css.card}>
            {entries.map((entry) => {
              const sign = stepSign(entry.kind)
              return (
                <li key={entry.id} className={css.told}>
                  <span className={css.dead}>
                    <Clock atMs={entry.atMs} />
                  </span>
                  <span
                    style={{
                      color:
                        sign.tone === "good"
                          ? "var(--good)"
                          : sign.tone === "bad"
                            ? "var(--bad)"
                            : "var(--faint)",
                    }}
                  >
                    <Icon name={sign.icon} size={16} />
                  </span>
                  <span>
                    <b className={css.pickName}>{steps[entry.kind]}</b> {stepText(entry)}
                  </span>
                </li>
              )
            })}
          </ol>
        )}
        {job === null ? (
          <p className={css.intro}>{words.nothing}</p>
        ) : (
          <Link href={`/activity/${job}`}>{words.open}</Link>
        )}
      </div>
      <StepFoot done />
    </>
  )
}
