import { Button } from "@mantine/core"
import { useState } from "react"
import { call } from "../api/client.ts"
import type { Entry } from "../api/live.ts"
import { useChange } from "../api/queries.ts"
import { Failure } from "../parts/failure.tsx"
import { Sure } from "../parts/sure.tsx"
import { State } from "../parts/words.tsx"
import { undoneDateMs, undoDate as words } from "../strings/activity.ts"
import { exactText } from "../strings/time.ts"
import type { About } from "./placed.tsx"

/** Gives an item the added date back that it had before OnCue changed it. */
export function UndoDate({
  about,
  entries,
}: {
  readonly about: About
  readonly entries: ReadonlyArray<Entry>
}) {
  const [asked, setAsked] = useState(false)
  const undo = useChange(async () => {
    const { data } = await call("POST /api/plex/added-date/undo", {
      input: { server: about.serverId, ratingKey: about.ratingKey },
    })
    setAsked(false)
    return data[0] ?? null
  }, ["story", "journal"])
  const result = undo.data
  const last = entries.findLast((one) => one.kind === "added_date")
  const undoneMs = last === undefined ? null : undoneDateMs(last)
  if (undoneMs !== null) return <State tone="good">{words.restored(exactText(undoneMs))}</State>
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)} disabled={result?.outcome === "restored"}>
        {words.button}
      </Button>
      {undo.isSuccess ? (
        <State
          tone={result === null || result?.outcome === "restored" ? "good" : "bad"}
          {...(result === null || result?.outcome === "restored" ? {} : { icon: "warn" as const })}
        >
          {result == null
            ? words.nothing
            : result.outcome === "restored"
              ? words.restored(exactText(result.restore * 1_000))
              : result.outcome === "changed_since"
                ? words.changedSince
                : words.failed(result.reason ?? "")}
        </State>
      ) : null}
      <Sure
        opened={asked}
        title={words.sure}
        action={words.button}
        pending={undo.isPending}
        onNo={() => setAsked(false)}
        onYes={() => undo.mutate(undefined)}
      >
        {words.text}
        {undo.error === null ? null : <Failure error={undo.error} />}
      </Sure>
    </>
  )
}
