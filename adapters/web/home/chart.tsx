import type { Data } from "../api/types.ts"
import { Panel } from "../parts/layout.tsx"
import { home as words } from "../strings/home.ts"
import { spanText } from "../strings/time.ts"
import css from "./home.module.css"

type Statistics = Data<"GET /api/system/statistics">

const WIDTH = 600
const HEIGHT = 80
const GAP = 4
const dayName = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" })

/** A bar for each day, as high as its median; below the line, what was not found. */
export function Chart({ statistics }: { readonly statistics: Statistics }) {
  const { days, found, medianMs, missed } = statistics
  const longest = Math.max(1, ...days.map((day) => day.medianMs ?? 0))
  const width = WIDTH / days.length
  const nothing = found + missed === 0
  return (
    <Panel
      className={css.wide}
      title={words.chart}
      note={
        nothing ? undefined : (
          <div className={css.legend}>
            {medianMs === null ? null : <span>{words.chartMedian(spanText(medianMs))}</span>}
            <span>{words.chartFound(found, missed)}</span>
          </div>
        )
      }
    >
      {nothing ? <p className={css.sub}>{words.chartEmpty}</p> : null}
      {nothing ? null : (
        <svg
          className={css.chart}
          viewBox={`0 0 ${WIDTH} ${HEIGHT + 8}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={words.chartFound(found, missed)}
        >
          <line className={css.chartAxis} x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
          {days.map((day, index) => {
            const height = day.medianMs === null ? 0 : Math.max(4, (day.medianMs / longest) * (HEIGHT - 6))
            const median = day.medianMs === null ? null : spanText(day.medianMs)
            return (
              <g key={day.fromMs}>
                <title>{words.chartDay(dayName.format(day.fromMs), day.found, day.missed, median)}</title>
                <rect x={index * width} y="0" width={width} height={HEIGHT} fill="transparent" />
                <rect
                  className={index === days.length - 1 ? css.chartToday : css.chartBar}
                  x={index * width + GAP / 2}
                  y={HEIGHT - height}
                  width={width - GAP}
                  height={height}
                  rx="1.5"
                />
                {day.missed === 0 ? null : (
                  <rect
                    className={css.chartMissed}
                    x={index * width + GAP / 2}
                    y={HEIGHT + 3}
                    width={width - GAP}
                    height="5"
                  />
                )}
              </g>
            )
          })}
        </svg>
      )}
      {nothing ? null : (
        <div className={css.chartEnds} aria-hidden="true">
          <span>{days[0] === undefined ? "" : dayName.format(days[0].fromMs)}</span>
          <span>{words.chartToday}</span>
        </div>
      )}
    </Panel>
  )
}
