import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useLocation } from "wouter"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import type { Data } from "../api/types.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Panel } from "../parts/layout.tsx"
import { Sure } from "../parts/sure.tsx"
import { Chip, When } from "../parts/words.tsx"
import { placed as words } from "../strings/activity.ts"
import { languageName, providerName } from "../strings/common.ts"
import css from "./activity.module.css"
import { Timing } from "./timing.tsx"

type Placed = Data<"GET /api/subtitles">[number]

/** The film or episode of a story. */
export interface About {
  readonly serverId: string
  readonly ratingKey: string
}

const AFFECTED = ["placed", "blacklist", "jobs", "story", "missing", "playing"]

function useFollow() {
  const [, navigate] = useLocation()
  return (jobId: number | null) => {
    if (jobId !== null) navigate(`/activity/${jobId}`)
  }
}

function PlacedActions({ one }: { readonly one: Placed }) {
  const [asked, setAsked] = useState(false)
  const follow = useFollow()
  const params = { id: String(one.id) }
  const refuse = useChange(async () => {
    const { data } = await call("POST /api/subtitles/{id}/refuse", { params })
    setAsked(false)
    follow(data.jobId)
  }, AFFECTED)
  const goBack = useChange(() => call("POST /api/subtitles/{id}/return", { params }), AFFECTED)
  const better = useChange(async () => {
    follow((await call("POST /api/subtitles/{id}/upgrade", { params })).data.jobId)
  }, AFFECTED)
  const error = goBack.error ?? better.error
  return (
    <>
      <div className={css.placedActions}>
        <Action onClick={() => setAsked(true)}>{words.refuse}</Action>
        {one.replaces === null ? null : (
          <Action loading={goBack.isPending} onClick={() => goBack.mutate(undefined)}>
            {words.goBack}
          </Action>
        )}
        <Action quiet loading={better.isPending} onClick={() => better.mutate(undefined)}>
          {words.better}
        </Action>
      </div>
      {error === null ? null : <Failure error={error} />}
      <Sure
        opened={asked}
        title={words.refuseSure}
        action={words.refuse}
        pending={refuse.isPending}
        onNo={() => setAsked(false)}
        onYes={() => refuse.mutate(undefined)}
      >
        {words.refuseText(one.name)}
        {refuse.error === null ? null : <Failure error={refuse.error} />}
      </Sure>
    </>
  )
}

function kindOf(one: Placed): string {
  const kinds = [one.forced ? words.forced : null, one.hearingImpaired ? words.hearing : null]
  return [languageName(one.language), ...kinds.filter((kind) => kind !== null)].join(", ")
}

function Blacklist({ about }: { readonly about: About }) {
  const list = useQuery({
    queryKey: ["blacklist", about.serverId, about.ratingKey],
    queryFn: ({ signal }) =>
      call("GET /api/blacklist", { input: { server: about.serverId, ratingKey: about.ratingKey }, signal }),
  })
  const allow = useChange(
    (id: number) => call("DELETE /api/blacklist/{id}", { params: { id: String(id) } }),
    AFFECTED,
  )
  const entries = list.data?.data ?? []
  if (entries.length === 0) return null
  return (
    <details className={css.fold}>
      <summary>{words.refused(entries.length)}</summary>
      <ul className={css.placedList}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <p className={css.placedName}>{entry.name}</p>
            <p className={css.text}>
              {providerName(entry.provider)}, {words.reasons[entry.reason]} <When atMs={entry.atMs} />
            </p>
            <div className={css.placedActions}>
              <Action
                loading={allow.isPending && allow.variables === entry.id}
                onClick={() => allow.mutate(entry.id)}
              >
                {words.allow}
              </Action>
            </div>
          </li>
        ))}
      </ul>
      {allow.error === null ? null : <Failure error={allow.error} />}
    </details>
  )
}

/** The subtitles that OnCue has given an item: "not this one", the one before, a better one. */
export function PlacedPanel({ about }: { readonly about: About }) {
  const list = useQuery({
    queryKey: ["placed", about.serverId, about.ratingKey],
    queryFn: ({ signal }) =>
      call("GET /api/subtitles", { input: { server: about.serverId, ratingKey: about.ratingKey }, signal }),
  })
  const all = list.data?.data ?? []
  const present = all.filter((one) => one.state === "placed")
  const past = all.filter((one) => one.state !== "placed")
  if (list.error !== null) return <Failure error={list.error} again={() => void list.refetch()} />
  if (all.length === 0) return null
  return (
    <Panel title={words.title}>
      <div className={css.placed}>
        {present.length === 0 ? <p className={css.text}>{words.none}</p> : null}
        <ul className={css.placedList}>
          {present.map((one) => (
            <li key={one.id}>
              <p className={css.placedHead}>
                <b>{kindOf(one)}</b> <Chip>{words.score(one.score)}</Chip>
              </p>
              <p className={css.placedName}>{one.name}</p>
              <p className={css.text}>
                {providerName(one.provider)}, <When atMs={one.atMs} />
                {one.nextLookMs === null ? null : (
                  <>
                    {". "}
                    {words.nextLook} <When atMs={one.nextLookMs} />
                  </>
                )}
              </p>
              <PlacedActions one={one} />
              <Timing one={one} />
            </li>
          ))}
        </ul>
        {past.length === 0 ? null : (
          <details className={css.fold}>
            <summary>{words.past(past.length)}</summary>
            <ul className={css.placedList}>
              {past.map((one) => (
                <li key={one.id}>
                  <p className={css.placedName}>{one.name}</p>
                  <p className={css.text}>
                    {kindOf(one)}, {providerName(one.provider)}, {words.states[one.state]}{" "}
                    <When atMs={one.atMs} />
                  </p>
                </li>
              ))}
            </ul>
          </details>
        )}
        <Blacklist about={about} />
      </div>
    </Panel>
  )
}
