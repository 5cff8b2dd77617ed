/** What one step of a look at a server has shown. */
export interface Finding {
  readonly step: string
  readonly result: "works" | "fails" | "skipped"
  readonly detail: string
}

export const works = (step: string, detail: string): Finding => ({ step, result: "works", detail })
export const failed = (step: string, detail: string): Finding => ({ step, result: "fails", detail })
export const skipped = (step: string, detail: string): Finding => ({ step, result: "skipped", detail })

/**
 * The findings as a table of lines for a terminal.
 *
 * @example
 * ```ts
 * assert.deepStrictEqual(findingLines([works("Paging", "2 items of 9"), failed("Sessions", "forbidden")]), [
 *   "ok      Paging    2 items of 9",
 *   "FAILS   Sessions  forbidden",
 * ])
 * ```
 */
export function findingLines(findings: ReadonlyArray<Finding>): ReadonlyArray<string> {
  const width = Math.max(0, ...findings.map(({ step }) => step.length))
  const marks = { works: "ok", fails: "FAILS", skipped: "-" } as const
  return findings.map(
    ({ step, result, detail }) => `${marks[result].padEnd(8)}${step.padEnd(width)}  ${detail}`,
  )
}
