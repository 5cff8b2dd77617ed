import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { ApiError, call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { hearing as words } from "../strings/setup.ts"
import { Action } from "./action.tsx"
import { Failure } from "./failure.tsx"
import { Bones } from "./layout.tsx"
import { PlexAddress } from "./plex_address.tsx"
import css from "./sign_in.module.css"
import { Sure } from "./sure.tsx"
import { State, Value } from "./words.tsx"

/** What the server says where only a sign-in helps. */
const SIGNED_OUT = new Set(["UNAUTHORIZED", "INVALID_TOKEN"])

/** Plex's webhook of the account: whether ours is there, added, tested and removed. Others are never touched. */
export function Webhook() {
  const list = useQuery({
    queryKey: ["webhooks"],
    queryFn: ({ signal }) => call("GET /api/plex/webhook/list", { signal }),
  })
  const [asked, setAsked] = useState(false)
  const [lacksAddress, setLacksAddress] = useState(false)
  const test = useChange(() => call("POST /api/plex/webhook/test"))
  const create = useChange(
    async (replace: boolean) => {
      await call("POST /api/plex/webhook/create", { input: { replace_stale: replace } }).catch(
        (error: unknown) => {
          setLacksAddress(error instanceof ApiError && error.code === "WEBHOOK_ADDRESS_UNKNOWN")
          throw error
        },
      )
      test.reset()
    },
    ["webhooks"],
  )
  const remove = useChange(
    async (url: string) => {
      await call("POST /api/plex/webhook/delete", { input: { webhook_url: url } })
      // What a test of it has said is about something that is no longer there.
      test.reset()
      setAsked(false)
    },
    ["webhooks"],
  )
  const data = list.data?.data
  if (list.error instanceof ApiError && SIGNED_OUT.has(list.error.code))
    return <p className={css.note}>{words.webhookSignIn}</p>
  if (list.error !== null) return <Failure error={list.error} again={() => void list.refetch()} />
  if (data === undefined) return <Bones count={1} />
  const own = data.webhooks.find((hook) => hook.owner === "current")
  const stale = data.webhooks.filter((hook) => hook.owner === "stale")
  const others = data.webhooks.filter((hook) => hook.owner === "other").length
  const result = test.data?.data
  if (!data.plexPassSubscription.has_webhooks_feature && own === undefined)
    return <p className={css.note}>{words.noPass}</p>
  const asksAddress = lacksAddress && own === undefined
  const error = asksAddress ? test.error : (create.error ?? test.error)
  return (
    <div className={css.stack}>
      {own === undefined ? (
        <div className={css.row}>
          <span className={css.note}>{words.webhookNone}</span>
          {asksAddress ? null : (
            <Button variant="default" loading={create.isPending} onClick={() => create.mutate(false)}>
              {words.webhookAdd}
            </Button>
          )}
        </div>
      ) : (
        <>
          <State tone="good">{words.webhookThere}</State>
          <Value text={own.masked} what={words.webhook} />
          <div className={css.row}>
            <Button variant="default" loading={test.isPending} onClick={() => test.mutate(undefined)}>
              {words.webhookTest}
            </Button>
            <Button variant="subtle" color="gray" onClick={() => setAsked(true)}>
              {words.webhookRemove}
            </Button>
          </div>
          <Sure
            opened={asked}
            title={words.webhookRemoveSure}
            action={words.webhookRemove}
            pending={remove.isPending}
            onNo={() => setAsked(false)}
            onYes={() => remove.mutate(own.url)}
          >
            {words.webhookRemoveText}
            {remove.error === null ? null : <Failure error={remove.error} />}
          </Sure>
        </>
      )}
      {result === undefined ? null : result.success ? (
        <State tone="good">{words.webhookOk(Math.ceil(result.tookMs ?? 0))}</State>
      ) : (
        <Failure error={new Error(result.reason ?? "")} />
      )}
      {stale.map((hook) => (
        <div key={hook.url} className={css.row}>
          <span className={css.note}>{words.webhookStale}</span>
          <Action loading={create.isPending} onClick={() => create.mutate(true)}>
            {words.webhookReplace}
          </Action>
        </div>
      ))}
      {others === 0 ? null : <p className={css.note}>{words.webhookOther(others)}</p>}
      {data.reason === null ? null : <p className={css.note}>{data.reason}</p>}
      {asksAddress ? (
        <PlexAddress
          onSaved={async () => {
            await create.mutateAsync(false)
            await test.mutateAsync(undefined)
          }}
        />
      ) : null}
      {error === null ? null : <Failure error={error} />}
    </div>
  )
}
