import { Button } from "@mantine/core"
import { useEffect, useState } from "react"
import { Link } from "wouter"
import { type Check, reportOf } from "../../../core/system/check.ts"
import { ApiError, addressOf } from "../api/client.ts"
import { Failure } from "../parts/failure.tsx"
import { Icon, type IconName } from "../parts/icon.tsx"
import { Bones, Panel } from "../parts/layout.tsx"
import { Copy, State, Waiting } from "../parts/words.tsx"
import { diagnostics as words } from "../strings/diagnostics.ts"
import css from "./system.module.css"

interface Run {
  readonly sinceMs: number
  readonly isOver: boolean
  readonly checks: ReadonlyArray<Check>
  readonly error: unknown
}

const SIGNS: Readonly<Record<Check["state"], readonly [IconName, string]>> = {
  ok: ["check", "var(--good)"],
  warn: ["warn", "var(--accent-text)"],
  bad: ["cross", "var(--bad)"],
  skipped: ["dot", "var(--faint)"],
}

/** Runs the checks when the view opens, and again when asked to. */
function useChecks(): readonly [run: Run, again: () => void] {
  const begun = (): Run => ({ sinceMs: Date.now(), isOver: false, checks: [], error: null })
  const [run, setRun] = useState<Run>(begun)
  const [number, setNumber] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `number` begins it anew
  useEffect(() => {
    setRun(begun())
    const source = new EventSource(addressOf("/api/system/diagnostics"))
    const end = (error: unknown) => {
      source.close()
      setRun((before) => ({ ...before, isOver: true, error }))
    }
    source.addEventListener("check", (event) => {
      const check = JSON.parse((event as MessageEvent<string>).data) as Check
      setRun((before) => ({ ...before, checks: [...before.checks, check] }))
    })
    source.addEventListener("done", () => end(null))
    source.addEventListener("failed", (event) => {
      const { code, error } = JSON.parse((event as MessageEvent<string>).data) as {
        code: string
        error: string
      }
      end(new ApiError(500, code, error))
    })
    return () => source.close()
  }, [number])
  return [run, () => setNumber((before) => before + 1)]
}

/** Checks of one kind that follow each other. They come in order, so nothing that is read moves. */
function groupsOf(checks: ReadonlyArray<Check>): ReadonlyArray<ReadonlyArray<Check>> {
  const groups: Array<Array<Check>> = []
  for (const check of checks) {
    const last = groups.at(-1)
    if (last?.[0]?.id === check.id) last.push(check)
    else groups.push([check])
  }
  return groups
}

function CheckRow({ check }: { readonly check: Check }) {
  const [icon, color] = SIGNS[check.state]
  const mend = check.state === "bad" || check.state === "warn" ? words.mend[check.id] : undefined
  return (
    <li>
      <span className={css.checkSign} style={{ color }}>
        <Icon name={icon} size={16} />
        <span className="visually-hidden">{words.states[check.state]}</span>
      </span>
      <div>
        <p>{check.text}</p>
        {check.advice === null ? null : <p className={css.todo}>{check.advice}</p>}
        {mend === undefined ? null : <Link href={mend.to}>{mend.word}</Link>}
      </div>
      <span className={css.sub}>{check.about}</span>
    </li>
  )
}

export default function Diagnostics() {
  const [run, again] = useChecks()
  const bad = run.checks.filter((check) => check.state === "bad").length
  const warn = run.checks.filter((check) => check.state === "warn").length
  return (
    <>
      <div className={css.toolbar}>
        <div>
          <p className={css.todo}>{words.intro}</p>
          {run.isOver ? (
            <State tone={bad > 0 ? "bad" : "good"}>{words.summary(bad, warn)}</State>
          ) : (
            <Waiting sinceMs={run.sinceMs}>{words.running(run.checks.length)}</Waiting>
          )}
        </div>
        <div style={{ display: "flex", gap: 8, alignItems: "center" }}>
          {run.isOver ? <Copy text={reportOf(run.checks)} what={words.copyWhat} label={words.copy} /> : null}
          <Button variant="default" onClick={again} disabled={!run.isOver}>
            {words.again}
          </Button>
        </div>
      </div>
      {run.error === null ? null : <Failure error={run.error} again={again} />}
      <div style={{ display: "grid", gap: 12 }}>
        {run.checks.length === 0 && !run.isOver ? (
          <Panel flush>
            <Bones count={6} />
          </Panel>
        ) : null}
        {groupsOf(run.checks).map((own, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups are only ever added at the end
          <Panel key={index} flush title={own[0] === undefined ? undefined : words.ids[own[0].id]}>
            <ul className={css.checks}>
              {own.map((check) => (
                <CheckRow key={`${check.about} ${check.text}`} check={check} />
              ))}
            </ul>
          </Panel>
        ))}
      </div>
    </>
  )
}
