import type { Entry } from "../api/live.ts"
import { Chip, Value } from "../parts/words.tsx"
import { story as words } from "../strings/activity.ts"
import { providerName } from "../strings/common.ts"
import css from "./activity.module.css"

/** The detail of an entry is whatever its writer thought worth keeping; the page shows what it knows and folds the rest. */
interface Told {
  readonly provider: string
  readonly name: string
  readonly score: number
  readonly why: string
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isTold = (value: unknown): value is Told =>
  isRecord(value) && typeof value.name === "string" && typeof value.score === "number"
const toldList = (value: unknown) => (Array.isArray(value) ? value.filter(isTold) : [])
const texts = (value: unknown) =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []

function Candidates({ title, list }: { readonly title: string; readonly list: ReadonlyArray<Told> }) {
  if (list.length === 0) return null
  return (
    <details className={css.fold}>
      <summary>{title}</summary>
      <ul className={css.candidates}>
        {list.map((one) => (
          <li key={`${one.provider} ${one.name} ${one.score}`} className={css.candidate}>
            <b>{words.score(one.score)}</b>
            <div>
              {one.name} <Chip>{providerName(one.provider)}</Chip>
              <p>{one.why}</p>
            </div>
          </li>
        ))}
      </ul>
    </details>
  )
}

function Files({ files }: { readonly files: ReadonlyArray<Record<string, unknown>> }) {
  return (
    <details className={css.fold}>
      <summary>{words.files}</summary>
      {files.map((file) => (
        <dl key={`${file.plex}`} style={{ marginTop: 8 }}>
          {[
            [words.asPlex, file.plex],
            [words.here, file.here],
          ].map(([name, path]) =>
            typeof path === "string" ? (
              <div key={`${name}`}>
                <dt style={{ color: "var(--dim)", fontSize: "0.875rem" }}>{`${name}`}</dt>
                <dd>
                  <Value text={path} what={`${name}`} />
                </dd>
              </div>
            ) : null,
          )}
        </dl>
      ))}
    </details>
  )
}

/** What an entry unfolds. */
export function StepDetail({ entry }: { readonly entry: Entry }) {
  const detail: unknown = entry.detail
  if (!isRecord(detail)) return null
  if (entry.kind === "chose" && isTold(detail.chosen)) {
    return (
      <>
        <Candidates title={words.why} list={[detail.chosen]} />
        <Candidates title={words.others(toldList(detail.others).length)} list={toldList(detail.others)} />
        <Candidates
          title={words.rejected(toldList(detail.rejected).length)}
          list={toldList(detail.rejected)}
        />
      </>
    )
  }
  if (entry.kind === "identified" && Array.isArray(detail.files) && detail.files.length > 0) {
    return <Files files={detail.files.filter(isRecord)} />
  }
  if (entry.kind === "wanted" || (entry.kind === "nothing_to_do" && "profile" in detail)) {
    const rows = [
      [words.profile, typeof detail.profile === "string" ? [detail.profile] : []],
      [words.audio, texts(detail.audio)],
      [words.present, texts(detail.present)],
    ] as const
    return (
      <details className={css.fold}>
        <summary>{words.details}</summary>
        {rows
          .filter(([, list]) => list.length > 0)
          .map(([name, list]) => (
            <p key={name} className={css.text}>
              {name}: {list.join(", ")}
            </p>
          ))}
      </details>
    )
  }
  return null
}
