import { Button, NativeSelect, TextInput } from "@mantine/core"
import { useState } from "react"
import { OFFSET_MAX_MS, RATIO_MAX, RATIO_MIN } from "../../../core/timing/retime.ts"
import { timing as words } from "../strings/activity.ts"
import css from "./activity.module.css"

type Speed = keyof typeof words.speeds

const FILM_RATE = 24_000 / 1_001
const PAL_RATE = 25
const RATIOS: Readonly<Record<Exclude<Speed, "own">, number>> = {
  same: 1,
  longer: PAL_RATE / FILM_RATE,
  shorter: FILM_RATE / PAL_RATE,
}
const SECONDS_MAX = OFFSET_MAX_MS / 1_000

/** A number as people type it, also with a comma; null where it is none within the bounds. */
function numberIn(text: string, least: number, most: number): number | null {
  const typed = text.trim().replace(",", ".").replace("\u2212", "-")
  const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(typed) ? Number(typed) : Number.NaN
  return value >= least && value <= most ? value : null
}

/** Moves the times of a subtitle by what its owner has seen: seconds, and a speed. */
export function MoveTimes(props: {
  readonly pending: boolean
  readonly onMove: (shift: { readonly ratio: string; readonly offsetMs: string }) => void
}) {
  const [seconds, setSeconds] = useState("")
  const [speed, setSpeed] = useState<Speed>("same")
  const [own, setOwn] = useState("")
  const offset = seconds.trim() === "" ? 0 : numberIn(seconds, -SECONDS_MAX, SECONDS_MAX)
  const ratio = speed === "own" ? numberIn(own, RATIO_MIN, RATIO_MAX) : RATIOS[speed]
  const isNothing = offset === null || ratio === null || (offset === 0 && ratio === 1)
  return (
    <details className={css.fold}>
      <summary>{words.own}</summary>
      <form
        className={css.move}
        onSubmit={(event) => {
          event.preventDefault()
          if (isNothing) return
          props.onMove({ ratio: String(ratio), offsetMs: String(Math.round(offset * 1_000)) })
          setSeconds("")
          setSpeed("same")
          setOwn("")
        }}
      >
        <TextInput
          size="xs"
          label={words.seconds}
          description={words.secondsHelp}
          autoComplete="off"
          error={offset === null ? words.secondsWrong(SECONDS_MAX) : null}
          value={seconds}
          onChange={(event) => setSeconds(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label={words.speed}
          value={speed}
          data={Object.entries(words.speeds).map(([value, label]) => ({ value, label }))}
          onChange={(event) => setSpeed(event.currentTarget.value as Speed)}
        />
        {speed === "own" ? (
          <TextInput
            size="xs"
            label={words.ratio}
            description={words.ratioHelp}
            autoComplete="off"
            error={own !== "" && ratio === null ? words.ratioWrong(RATIO_MIN, RATIO_MAX) : null}
            value={own}
            onChange={(event) => setOwn(event.currentTarget.value)}
          />
        ) : null}
        <div>
          <Button size="xs" variant="default" type="submit" disabled={isNothing} loading={props.pending}>
            {words.move}
          </Button>
        </div>
      </form>
    </details>
  )
}
