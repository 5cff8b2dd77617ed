import { Icon } from "../parts/icon.tsx"
import { Panel } from "../parts/layout.tsx"
import { Clock, Waiting } from "../parts/words.tsx"
import { steps, stepText, story as words } from "../strings/activity.ts"
import { spanText } from "../strings/time.ts"
import css from "./activity.module.css"
import type { Run } from "./runs.ts"
import { stepSign } from "./signs.ts"
import { StepDetail } from "./step_detail.tsx"

function Steps({ doing, run }: { readonly run: Run; readonly doing: string }) {
  return (
    <>
      <ol className={css.steps}>
        {run.entries.map((entry) => {
          const sign = stepSign(entry.kind)
          return (
            <li key={entry.id} className={css.step}>
              <span className={css.time}>
                <Clock atMs={entry.atMs} />
              </span>
              <span className={`${css.sign} ${css[sign.tone]}`}>
                <Icon name={sign.icon} size={16} />
              </span>
              <span className={css.stepName}>{steps[entry.kind]}</span>
              <div className={css.stepBody}>
                <p className={css.stepText}>{stepText(entry)}</p>
                <StepDetail entry={entry} />
              </div>
            </li>
          )
        })}
      </ol>
      {run.endedMs !== null ? null : (
        <p className={css.doing}>
          <Waiting sinceMs={run.beganMs}>{doing}</Waiting>
        </p>
      )}
    </>
  )
}

const tookOf = (run: Run) =>
  run.endedMs === null ? null : words.tookTime(spanText(Math.max(0, run.endedMs - run.beganMs)))

/** Every attempt in a part of its own, the newest on top and open. */
export function Runs({ doing, runs }: { readonly runs: ReadonlyArray<Run>; readonly doing: string }) {
  const last = runs.at(-1)
  if (last === undefined) return null
  if (runs.length === 1)
    return (
      <Panel flush>
        <Steps run={last} doing={doing} />
      </Panel>
    )
  return (
    <div className={css.runs}>
      <Panel
        flush
        title={words.run(last.number)}
        note={
          <>
            <Clock atMs={last.beganMs} /> {tookOf(last)}
          </>
        }
      >
        <Steps run={last} doing={doing} />
      </Panel>
      {runs
        .slice(0, -1)
        .reverse()
        .map((run) => (
          <details key={run.number} className={css.run}>
            <summary>
              <h2>{words.run(run.number)}</h2>
              <span className={css.queue}>
                <Clock atMs={run.beganMs} /> {tookOf(run)}
              </span>
            </summary>
            <Steps run={run} doing={doing} />
          </details>
        ))}
    </div>
  )
}
