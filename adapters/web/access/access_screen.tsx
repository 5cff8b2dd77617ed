import { Button, PasswordInput, TextInput } from "@mantine/core"
import { type FormEvent, Fragment, type ReactNode, useEffect, useState } from "react"
import { useLocation } from "wouter"
import { call } from "../api/client.ts"
import { type Access, queryClient, useChange } from "../api/queries.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Mark } from "../parts/icon.tsx"
import { useNow } from "../parts/words.tsx"
import { common } from "../strings/common.ts"
import { access as words } from "../strings/shell.ts"
import { leftText } from "../strings/time.ts"
import css from "./access.module.css"
import { PlexEntry } from "./plex_entry.tsx"

function First() {
  const [location, navigate] = useLocation()
  const enter = useChange(async () => {
    await call("POST /api/access/first")
    if (location === "/") navigate("/setup/plex", { replace: true })
  }, ["access"])
  return (
    <div className={css.block}>
      {enter.error === null ? null : <Failure error={enter.error} />}
      <Button fullWidth size="md" loading={enter.isPending} onClick={() => enter.mutate(undefined)}>
        {words.begin}
      </Button>
    </div>
  )
}

/** After an attempt that failed it is asked at once whether there is another one, or a wait. */
async function askAgain(error: unknown): Promise<never> {
  await queryClient.invalidateQueries({ queryKey: ["access"] })
  throw error
}

function ByCode({ locked }: { readonly locked: boolean }) {
  const [code, setCode] = useState("")
  const enter = useChange(
    (typed: string) => call("POST /api/access/code", { input: { code: typed } }).catch(askAgain),
    ["access"],
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    enter.mutate(code)
  }
  return (
    <form className={css.block} onSubmit={submit}>
      {enter.error === null || locked ? null : <Failure error={enter.error} />}
      <TextInput
        className={css.code ?? ""}
        size="md"
        label={words.codeLabel}
        placeholder={words.codePlaceholder}
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        value={code}
        disabled={locked}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <Button
        fullWidth
        size="md"
        type="submit"
        loading={enter.isPending}
        disabled={locked || code.trim() === ""}
      >
        {words.codeButton}
      </Button>
    </form>
  )
}

function ByPassword({ isMain, locked }: { readonly isMain: boolean; readonly locked: boolean }) {
  const [password, setPassword] = useState("")
  const enter = useChange(
    (typed: string) => call("POST /api/access/password", { input: { password: typed } }).catch(askAgain),
    ["access"],
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    enter.mutate(password)
  }
  return (
    <form className={css.block} onSubmit={submit}>
      {enter.error === null || locked ? null : <Failure error={enter.error} />}
      <PasswordInput
        size="md"
        label={words.passwordLabel}
        autoComplete="current-password"
        value={password}
        disabled={locked}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button
        fullWidth
        size="md"
        type="submit"
        variant={isMain ? "filled" : "default"}
        loading={enter.isPending}
        disabled={locked || password === ""}
      >
        {words.passwordButton}
      </Button>
    </form>
  )
}

/** Counts down to when somebody may try again. */
function Locked({ untilMs }: { readonly untilMs: number }) {
  const now = useNow(1_000)
  const isOver = now >= untilMs
  useEffect(() => {
    if (isOver) void queryClient.invalidateQueries({ queryKey: ["access"] })
  }, [isOver])
  return (
    <p className={css.locked} role="timer" aria-live="off">
      {words.locked(leftText(untilMs - now))}
    </p>
  )
}

/** Everything that a browser sees which is not signed in. */
export function AccessScreen({ access, ended }: { readonly access: Access; readonly ended: boolean }) {
  const locked = access.lockedUntilMs !== null
  const [wantsCode, setWantsCode] = useState(false)
  const needsCode = !access.claimed && !access.atThisMachine
  const ways: Array<readonly [string, ReactNode]> = []
  if (access.atThisMachine) ways.push(["first", <First key="first" />])
  if (access.plex) ways.push(["plex", <PlexEntry key="plex" />])
  if (access.password)
    ways.push(["password", <ByPassword key="password" isMain={!access.plex} locked={locked} />])
  if (access.code && (needsCode || wantsCode)) ways.push(["code", <ByCode key="code" locked={locked} />])
  const intro = access.atThisMachine
    ? words.firstIntro
    : needsCode
      ? access.code
        ? words.codeIntro
        : words.noWay
      : null
  return (
    <main className={css.screen}>
      <div className={css.card}>
        <div className={css.brand}>
          <Mark size={40} />
          <h1 className={css.title}>
            {access.claimed ? `${words.title} · ${access.instanceName}` : words.first}
          </h1>
          {ended ? (
            <p className={css.intro} role="status">
              {words.ended}
            </p>
          ) : null}
          {intro === null ? null : <p className={css.intro}>{intro}</p>}
        </div>
        {access.lockedUntilMs === null ? null : <Locked untilMs={access.lockedUntilMs} />}
        {ways.map(([name, way], index) => (
          <Fragment key={name}>
            {index === 0 ? null : <div className={css.or}>{common.or}</div>}
            {way}
          </Fragment>
        ))}
        {access.code && !needsCode && !wantsCode && access.claimed ? (
          <Action quiet onClick={() => setWantsCode(true)}>
            {words.haveCode}
          </Action>
        ) : null}
      </div>
    </main>
  )
}
