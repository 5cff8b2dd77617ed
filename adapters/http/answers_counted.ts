import type { ServerResponse } from "node:http"

/** Answers by their status since the start, and under 0 those that nobody was left to take. */
const answers = new Map<number, number>()

/** Counts an answer whose connection is done with it, whoever gave it: the framework or the direct way past it. */
export function countAnswer({ statusCode, writableFinished }: ServerResponse): void {
  const status = writableFinished ? statusCode : 0
  answers.set(status, (answers.get(status) ?? 0) + 1)
}

/** What was counted until now. */
export const answersCounted = (): ReadonlyMap<number, number> => answers
