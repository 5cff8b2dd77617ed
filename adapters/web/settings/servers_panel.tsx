import { Button, TextInput } from "@mantine/core"
import { type FormEvent, useState } from "react"
import { Link } from "wouter"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import type { Data } from "../api/types.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Bones, Empty, Panel } from "../parts/layout.tsx"
import { Sure } from "../parts/sure.tsx"
import { Chip, State, Value, When } from "../parts/words.tsx"
import { LibraryChoice, useServers } from "../setup/libraries_step.tsx"
import { serverName } from "../strings/common.ts"
import { plex as words } from "../strings/settings.ts"
import { server as setupWords } from "../strings/setup.ts"
import css from "./settings.module.css"

type ServerInUse = Data<"GET /api/plex/servers">[number]
const AFFECTED = ["plex servers", "plex libraries", "attention", "health", "settings"]

function Addresses({ server }: { readonly server: ServerInUse }) {
  const serverId = server.machineIdentifier
  const [uri, setUri] = useState("")
  const add = useChange(async () => {
    await call("POST /api/plex/servers/{serverId}/addresses", {
      params: { serverId },
      input: { uri: uri.trim() },
    })
    setUri("")
  }, AFFECTED)
  const remove = useChange(
    (address: string) =>
      call("DELETE /api/plex/servers/{serverId}/addresses", {
        params: { serverId },
        input: { uri: address },
      }),
    AFFECTED,
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate(undefined)
  }
  return (
    <details className={css.fold}>
      <summary>{words.addresses}</summary>
      <div className={css.fields}>
        {server.manual.map((address) => (
          <div key={address} className={css.row}>
            <Value text={address} what={words.addressLabel} />
            <Action quiet onClick={() => remove.mutate(address)}>
              {words.remove}
            </Action>
          </div>
        ))}
        <form onSubmit={submit} className={css.row}>
          <TextInput
            aria-label={words.addressLabel}
            placeholder="http://plex:32400"
            spellCheck={false}
            value={uri}
            onChange={(event) => setUri(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={add.isPending} disabled={uri.trim() === ""}>
            {words.addAddress}
          </Button>
        </form>
        {add.error === null ? null : <Failure error={add.error} />}
      </div>
    </details>
  )
}

/** What the last test of every address came to. */
function Tests({ server }: { readonly server: ServerInUse }) {
  const { tests } = server
  if (tests === null) return null
  const answered = tests.tested.filter(({ available }) => available).length
  return (
    <details className={css.fold} open>
      <summary>{words.tested(answered, tests.tested.length)}</summary>
      <p className={css.help}>
        {words.testedAt} <When atMs={tests.atMs} />
      </p>
      {tests.tested.length === 0 ? <p className={css.help}>{words.noAddress}</p> : null}
      <ul className={css.tests}>
        {tests.tested.map((one) => (
          <li key={one.uri}>
            <State tone={one.available ? "good" : "bad"}>
              {one.class === null ? one.uri : (setupWords.classes[one.class] ?? one.class)}
              {one.available && one.latencyMs !== null ? `, ${setupWords.latency(one.latencyMs)}` : ""}
              {one.available ? "" : `: ${one.reason ?? ""}`}
            </State>
            <span className={css.help}>{one.uri}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

function Libraries({ server }: { readonly server: ServerInUse }) {
  const [draft, setDraft] = useState<{ readonly ids: ReadonlyArray<string>; readonly all: boolean } | null>(
    null,
  )
  const [open, setOpen] = useState(false)
  const chosen = draft ?? { ids: server.libraries, all: server.libraries.length === 0 }
  const save = useChange(async () => {
    await call("PUT /api/plex/servers/{serverId}/libraries", {
      params: { serverId: server.machineIdentifier },
      input: { libraries: chosen.all ? [] : chosen.ids },
    })
    setDraft(null)
  }, AFFECTED)
  return (
    <details className={css.fold} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.librariesOf(server.libraries.length)}</summary>
      {open ? (
        <div className={css.field}>
          <LibraryChoice
            serverId={server.machineIdentifier}
            chosen={chosen.ids}
            all={chosen.all}
            onChange={(ids, all) => setDraft({ ids, all })}
          />
          {draft === null ? null : (
            <div className={css.row}>
              <Button
                loading={save.isPending}
                disabled={!chosen.all && chosen.ids.length === 0}
                onClick={() => save.mutate(undefined)}
              >
                {words.librariesSave}
              </Button>
            </div>
          )}
          {save.error === null ? null : <Failure error={save.error} />}
        </div>
      ) : null}
    </details>
  )
}

function Server({ server, single }: { readonly server: ServerInUse; readonly single: boolean }) {
  const serverId = server.machineIdentifier
  const [asked, setAsked] = useState(false)
  const primary = useChange(
    () => call("POST /api/plex/servers/{serverId}/primary", { params: { serverId } }),
    AFFECTED,
  )
  const remove = useChange(
    () => call("DELETE /api/plex/servers/{serverId}", { params: { serverId } }),
    AFFECTED,
  )
  const takeBack = useChange(
    () =>
      call("PUT /api/plex/servers/{serverId}/certificate", {
        params: { serverId },
        input: { fingerprint: "" },
      }),
    AFFECTED,
  )
  const error = primary.error ?? remove.error ?? takeBack.error
  const kind = server.class === null ? null : (setupWords.classes[server.class] ?? server.class)
  return (
    <Panel
      title={
        <>
          {serverName(server)} {server.primary && !single ? <Chip>{words.primary}</Chip> : null}
        </>
      }
      note={
        <span className={css.row}>
          {server.primary ? null : (
            <Action quiet onClick={() => primary.mutate(undefined)}>
              {words.makePrimary}
            </Action>
          )}
          <Action quiet onClick={() => setAsked(true)}>
            {words.remove}
          </Action>
        </span>
      }
    >
      <div className={css.fields}>
        {kind === null || server.uri === null ? (
          <State tone="now">{words.notReached}</State>
        ) : (
          <div>
            <State tone="good">{words.reached(kind)}</State>{" "}
            {server.sinceMs === null ? null : (
              <span className={css.help}>
                <When atMs={server.sinceMs} />
              </span>
            )}
            <Value text={server.uri} what={words.addressLabel} />
          </div>
        )}
        <Tests server={server} />
        {server.fingerprint === "" ? null : (
          <div className={css.row}>
            <span className={css.help}>{words.certificate}</span>
            <Action onClick={() => takeBack.mutate(undefined)}>{words.certificateBack}</Action>
          </div>
        )}
        <Libraries server={server} />
        <Addresses server={server} />
        {error === null ? null : <Failure error={error} />}
      </div>
      <Sure
        opened={asked}
        title={words.removeSure(serverName(server))}
        action={words.remove}
        pending={remove.isPending}
        onNo={() => setAsked(false)}
        onYes={() => remove.mutate(undefined)}
      >
        {words.removeText}
      </Sure>
    </Panel>
  )
}

/** The servers in use: how each is reached, its libraries, its addresses. */
export function ServersPanel() {
  const servers = useServers()
  const reconnect = useChange(() => call("POST /api/plex/servers/reconnect"), AFFECTED)
  const list = servers.data?.data
  if (servers.error !== null) return <Failure error={servers.error} again={() => void servers.refetch()} />
  return (
    <>
      <Panel
        title={words.servers}
        note={
          <span className={css.row}>
            {list?.length === 0 ? null : (
              <Action quiet loading={reconnect.isPending} onClick={() => reconnect.mutate(undefined)}>
                {words.reconnect}
              </Action>
            )}
            <Button component={Link} href="/setup/server" size="xs" variant="default">
              {words.selectServer}
            </Button>
          </span>
        }
        flush={list?.length === 0}
      >
        {list?.length === 0 ? (
          <Empty title={words.serversNone}>{words.serversNoneText}</Empty>
        ) : (
          <p className={css.help}>{words.serversHelp}</p>
        )}
        {reconnect.error === null ? null : <Failure error={reconnect.error} />}
      </Panel>
      {list === undefined ? (
        <Panel flush>
          <Bones count={4} height={46} />
        </Panel>
      ) : null}
      {list?.map((server) => (
        <Server key={server.machineIdentifier} server={server} single={list.length === 1} />
      ))}
    </>
  )
}
