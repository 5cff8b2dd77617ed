import { Button, PasswordInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { type FormEvent, useState } from "react"
import { call } from "../api/client.ts"
import { useAccess, useChange } from "../api/queries.ts"
import { useFixed } from "../api/settings.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Bones, Panel } from "../parts/layout.tsx"
import { Sure } from "../parts/sure.tsx"
import { Chip, Copy, State, When } from "../parts/words.tsx"
import { settings, general as words } from "../strings/settings.ts"
import css from "./settings.module.css"

/** The API key: shown on request, copied, renewed. */
export function KeyPanel() {
  const [shown, setShown] = useState(false)
  const [asked, setAsked] = useState(false)
  const key = useQuery({
    queryKey: ["api key"],
    queryFn: ({ signal }) => call("GET /api/system/apikey", { signal }),
  })
  const renew = useChange(async () => {
    await call("POST /api/system/apikey")
    setAsked(false)
  }, ["api key"])
  const fixed = useFixed("auth.apikey")
  const text = key.data?.data.apikey ?? ""
  return (
    <Panel title={words.key}>
      <div className={css.fields}>
        <p className={css.help}>{words.keyHelp}</p>
        {key.error === null ? null : <Failure error={key.error} again={() => void key.refetch()} />}
        <div className={css.row}>
          <code>{shown ? text : "•".repeat(16)}</code>
          <Action onClick={() => setShown(!shown)}>{shown ? words.keyHide : words.keyShow}</Action>
          <Copy text={text} what={words.key} />
          {fixed === null ? (
            <Action quiet onClick={() => setAsked(true)}>
              {words.keyRenew}
            </Action>
          ) : null}
        </div>
        {fixed === null ? null : <p className={css.help}>{settings.fixed(fixed.by)}</p>}
      </div>
      <Sure
        opened={asked}
        title={words.keyRenewSure}
        action={words.keyRenew}
        pending={renew.isPending}
        onNo={() => setAsked(false)}
        onYes={() => renew.mutate(undefined)}
      >
        {words.keyRenewText}
        {renew.error === null ? null : <Failure error={renew.error} />}
      </Sure>
    </Panel>
  )
}

function PasswordForm({ isSet, onDone }: { readonly isSet: boolean; readonly onDone: () => void }) {
  const [password, setPassword] = useState("")
  const [current, setCurrent] = useState("")
  const save = useChange(async () => {
    await call("PUT /api/access/password", { input: { password, ...(isSet ? { current } : {}) } })
    onDone()
  }, ["access", "sessions"])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  return (
    <form onSubmit={submit} className={css.fields}>
      {isSet ? (
        <PasswordInput
          label={words.passwordCurrent}
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
      ) : null}
      <PasswordInput
        label={words.passwordNew}
        autoComplete="new-password"
        value={password}
        error={save.error?.message}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <div>
        <Button type="submit" loading={save.isPending} disabled={password === ""}>
          {isSet ? words.passwordChange : words.passwordAdd}
        </Button>
      </div>
    </form>
  )
}

export function PasswordPanel() {
  const access = useAccess()
  const [open, setOpen] = useState(false)
  const [done, setDone] = useState(false)
  if (access.data === undefined) return null
  const { password, plex } = access.data
  return (
    <Panel title={words.password}>
      <div className={css.fields}>
        <p className={css.help}>
          {password ? words.passwordSet : words.passwordUnset}{" "}
          {plex ? words.passwordOwner : password ? "" : words.passwordNobody}
        </p>
        {done ? <State tone="good">{words.passwordSaved}</State> : null}
        {open ? (
          <PasswordForm
            isSet={password}
            onDone={() => {
              setOpen(false)
              setDone(true)
            }}
          />
        ) : (
          <div>
            <Button variant="default" onClick={() => setOpen(true)}>
              {password ? words.passwordChange : words.passwordAdd}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  )
}

/** `Firefox on Linux` out of what a browser calls itself. */
function browserName(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1]
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera" }
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1]
  if (browser === undefined) return agent.slice(0, 40) || words.unknownBrowser
  return `${names[browser] ?? browser}${system === undefined ? "" : ` · ${system.replace("Mac OS X", "macOS")}`}`
}

export function SessionsPanel() {
  const [asked, setAsked] = useState(false)
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => call("GET /api/access/sessions", { signal }),
  })
  const end = useChange(
    (id: string) => call("DELETE /api/access/sessions/{id}", { params: { id } }),
    ["sessions"],
  )
  const everywhere = useChange(() => call("POST /api/access/leave-everywhere"), ["access"])
  const list = sessions.data?.data
  return (
    <Panel
      flush
      title={words.sessions}
      note={
        <Action quiet onClick={() => setAsked(true)}>
          {words.everywhere}
        </Action>
      }
    >
      {sessions.error === null ? null : (
        <Failure error={sessions.error} again={() => void sessions.refetch()} />
      )}
      {list === undefined ? <Bones count={2} /> : null}
      <ul className={css.list}>
        {list?.map((one) => (
          <li key={one.id}>
            <div>
              <p>
                {browserName(one.agent)} {one.current ? <Chip>{words.sessionThis}</Chip> : null}
              </p>
              <p className={css.help}>
                {one.address}, {words.ways[one.way]}, {words.sessionSeen} <When atMs={one.seenAtMs} />
              </p>
            </div>
            {one.current ? null : (
              <Action loading={end.isPending} onClick={() => end.mutate(one.id)}>
                {words.sessionEnd}
              </Action>
            )}
          </li>
        ))}
      </ul>
      <Sure
        opened={asked}
        title={words.everywhereSure}
        action={words.everywhere}
        pending={everywhere.isPending}
        onNo={() => setAsked(false)}
        onYes={() => everywhere.mutate(undefined)}
      >
        {words.everywhereText}
      </Sure>
    </Panel>
  )
}
