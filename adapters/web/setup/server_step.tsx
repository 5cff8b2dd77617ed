import "@mantine/core/styles/Checkbox.css"
import { Button, Checkbox, TextInput } from "@mantine/core"
import { type FormEvent, useState } from "react"
import { Link } from "wouter"
import { ApiError, call } from "../api/client.ts"
import { type SeenServer, useDiscovery } from "../api/discovery.ts"
import { useChange } from "../api/queries.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Empty, PageHead } from "../parts/layout.tsx"
import { ServerList } from "../parts/server_list.tsx"
import { useUnsaved } from "../parts/unsaved.tsx"
import { State, Waiting } from "../parts/words.tsx"
import { server as words } from "../strings/setup.ts"
import css from "./setup.module.css"
import { StepFoot } from "./step_foot.tsx"

const AFFECTED = ["plex servers", "plex libraries", "attention", "health", "settings"]

/** An address that plex.tv does not know: tested first, and used only when one of the account's servers is there. */
function ByHand({ onUsed, open }: { readonly onUsed: () => void; readonly open: boolean }) {
  const [uri, setUri] = useState("")
  const use = useChange(async () => {
    const test = await call("POST /api/plex/test-connection", { input: { uri: uri.trim() } })
    if (!test.success || test.machineIdentifier === null) {
      throw new ApiError(200, test.code ?? "", test.error ?? words.byHandHelp)
    }
    await call("POST /api/plex/select-server", {
      input: {
        machineIdentifier: test.machineIdentifier,
        name: test.name ?? uri,
        uri: uri.trim(),
        local: true,
      },
    })
    onUsed()
  }, AFFECTED)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    use.mutate(undefined)
  }
  return (
    <details open={open}>
      <summary className={css.quiet}>{words.byHand}</summary>
      <form onSubmit={submit} className={css.two} style={{ marginTop: 12 }}>
        <TextInput
          label={words.byHandLabel}
          description={words.byHandHelp}
          placeholder="http://plex:32400"
          spellCheck={false}
          value={uri}
          onChange={(event) => setUri(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={use.isPending} disabled={uri.trim() === ""}>
          {words.byHandUse}
        </Button>
      </form>
      {use.error === null ? null : (
        <div style={{ marginTop: 12 }}>
          <Failure error={use.error} />
        </div>
      )}
    </details>
  )
}

/** A server by the address that is best for it, as the API takes it. */
const choiceOf = (server: SeenServer, best: NonNullable<SeenServer["best"]>) => ({
  machineIdentifier: server.machineIdentifier,
  name: server.name,
  uri: best.uri,
  local: best.local,
  connections: server.connections.map(({ uri }) => uri),
})

export default function ServerStep() {
  const [includeShared, setShared] = useState(false)
  const [found, again] = useDiscovery(includeShared)
  const [picked, setPicked] = useState<string | null>(null)
  const usable = found.servers.filter((server) => server.best !== null)
  const selected = found.servers.find((server) => server.whole?.selected === true)
  const only = found.state === "done" && usable.length === 1 ? usable[0] : undefined
  const chosen = picked ?? selected?.machineIdentifier ?? only?.machineIdentifier ?? null
  const server = found.servers.find((one) => one.machineIdentifier === chosen)
  useUnsaved(picked !== null && picked !== selected?.machineIdentifier)
  const select = useChange(async (one: SeenServer) => {
    if (one.best !== null) await call("POST /api/plex/select-server", { input: choiceOf(one, one.best) })
  }, AFFECTED)
  const beside = useChange(async (one: SeenServer) => {
    if (one.best === null) return
    await call("POST /api/plex/servers", { input: choiceOf(one, one.best) })
    again()
  }, AFFECTED)
  const isNoneThere = found.state === "done" && found.servers.length > 0 && usable.length === 0
  const next = async () => {
    if (server === undefined) return false
    if (server.whole?.selected === true) return true
    return select.mutateAsync(server).then(
      () => true,
      () => false,
    )
  }
  const isSignedOut = found.error instanceof ApiError && found.error.code === "UNAUTHORIZED"
  const addresses = found.servers.flatMap((one) => one.connections)
  const tested = addresses.filter(({ result }) => result !== null).length
  return (
    <>
      <PageHead title={words.title} intro={words.intro} />
      <div className={css.body}>
        {found.state === "failed" ? (
          <Failure error={found.error} again={isSignedOut ? undefined : again}>
            {isSignedOut ? (
              <Button component={Link} href="/setup/plex" size="xs">
                {words.toSignIn}
              </Button>
            ) : undefined}
          </Failure>
        ) : null}
        {found.state === "failed" ? null : (
          <div className={`${css.between} ${css.status}`}>
            {found.state === "done" ? (
              <State tone={isNoneThere ? "bad" : "quiet"} icon={isNoneThere ? "warn" : "check"}>
                {isNoneThere ? `${words.noneAnswers}: ` : ""}
                {words.tested(found.servers.length, tested)}
              </State>
            ) : (
              <Waiting sinceMs={found.sinceMs}>
                {found.state === "listing" ? words.looking : words.testing(tested, addresses.length)}
              </Waiting>
            )}
            <Action onClick={again} disabled={found.state !== "done"}>
              {words.again}
            </Action>
          </div>
        )}
        {found.state === "failed" ? null : (
          <Checkbox
            label={words.shared}
            checked={includeShared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
        )}
        {found.state === "done" && found.servers.length === 0 ? (
          <Empty title={words.noneTitle}>{words.none}</Empty>
        ) : null}
        {isNoneThere ? <p className={css.intro}>{words.noneAnswersText}</p> : null}
        {found.servers.length === 0 ? null : (
          <ServerList
            servers={found.servers}
            chosen={chosen}
            onChoose={(one) => setPicked(one.machineIdentifier)}
            onBeside={(one) => beside.mutate(one)}
            onAccepted={again}
          />
        )}
        {select.error === null ? null : <Failure error={select.error} />}
        {beside.error === null ? null : <Failure error={beside.error} />}
        {isSignedOut || found.state === "listing" || found.state === "testing" ? null : (
          <ByHand onUsed={again} open={isNoneThere} />
        )}
      </div>
      <StepFoot done={server !== undefined} onNext={next} pending={select.isPending} />
    </>
  )
}
