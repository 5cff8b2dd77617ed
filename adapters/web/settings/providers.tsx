import { Button, Switch } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import type { Data } from "../api/types.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Bones, Panel } from "../parts/layout.tsx"
import { State, When } from "../parts/words.tsx"
import { arr, providers as words } from "../strings/settings.ts"
import { SecretField, SwitchField, TextField } from "./fields.tsx"
import { SettingsForm, useForm } from "./form.tsx"
import css from "./settings.module.css"

type Provider = Data<"GET /api/providers">[number]

const ENABLED = "general.enabled_providers"
const PLEX = "plex"

/** Bazarr's list of providers: empty means all that can work, so the first switch that is turned names the others. */
function ListSwitch({
  provider,
  all,
}: {
  readonly provider: Provider
  readonly all: ReadonlyArray<Provider>
}) {
  const form = useForm()
  const value = form.valueOf(ENABLED)
  const listed = Array.isArray(value) ? value.map(String) : []
  const ids = all.map((one) => one.id).filter((id) => id !== PLEX)
  const current = listed.length === 0 ? ids : listed
  const isOn = current.includes(provider.id)
  const set = (on: boolean) => {
    const next = on ? [...current, provider.id] : current.filter((id) => id !== provider.id)
    form.set(ENABLED, next)
  }
  return <Switch label={words.on} checked={isOn} onChange={(event) => set(event.currentTarget.checked)} />
}

function Note({ provider }: { readonly provider: Provider }) {
  const wake = useChange(
    () => call("POST /api/providers/{id}/wake", { params: { id: provider.id } }),
    ["providers", "attention"],
  )
  if (!provider.enabled) return <State tone="quiet">{words.off}</State>
  if (provider.unready !== null) {
    return (
      <State tone="quiet" icon="info">
        {words.unready(provider.unready)}
      </State>
    )
  }
  if (provider.restingUntilMs === null) {
    // That nothing keeps it from being asked is no proof that it works.
    if (provider.answeredAtMs === null) return <State tone="quiet">{words.unasked}</State>
    return (
      <State tone="good">
        {words.answered} <When atMs={provider.answeredAtMs} />
      </State>
    )
  }
  return (
    <div className={css.results}>
      <State tone="now">
        {words.resting}, {words.restingUntil} <When atMs={provider.restingUntilMs} />
      </State>
      <p className={css.help}>{provider.reason}</p>
      <div>
        <Action loading={wake.isPending} onClick={() => wake.mutate(undefined)}>
          {words.wake}
        </Action>
      </div>
      {wake.error === null ? null : <Failure error={wake.error} />}
    </div>
  )
}

/** The settings of each account, as in `Account` below. */
const ACCOUNTS: Readonly<Record<string, ReadonlyArray<string>>> = {
  opensubtitles: ["opensubtitlescom.username", "opensubtitlescom.password", "oncue.opensubtitles_api_key"],
  subdl: ["subdl.api_key"],
}

/** Really asks the provider, with the account as it is saved. */
function Test({ provider }: { readonly provider: Provider }) {
  const form = useForm()
  const test = useChange(
    () => call("POST /api/providers/{id}/test", { params: { id: provider.id } }),
    ["providers", "attention"],
  )
  const isUnsaved = (ACCOUNTS[provider.id] ?? []).some(form.isChanged)
  const result = test.data?.data
  return (
    <div className={css.results}>
      <div className={css.row}>
        <Button
          variant="default"
          loading={test.isPending}
          disabled={isUnsaved || provider.unready !== null}
          onClick={() => test.mutate(undefined)}
        >
          {arr.test}
        </Button>
        {isUnsaved ? <span className={css.help}>{words.saveFirst}</span> : null}
      </div>
      {test.error === null ? null : <Failure error={test.error} />}
      {result === undefined || test.error !== null || test.isPending || isUnsaved ? null : result.works ? (
        <div aria-live="polite" className={css.results}>
          <State tone="good">{words.works(result.told, result.tookMs)}</State>
          {result.downloads === null ? null : (
            <p className={css.help}>{words.downloads(result.downloads.left, result.downloads.allowed)}</p>
          )}
        </div>
      ) : (
        <Failure error={new Error(result.told)} />
      )}
    </div>
  )
}

function Account({ id }: { readonly id: string }) {
  if (id === "opensubtitles" || id === "opensubtitlescom") {
    return (
      <>
        <TextField name="opensubtitlescom.username" label={words.username} />
        <SecretField name="opensubtitlescom.password" label={words.password} isPassword />
        <SwitchField name="opensubtitlescom.use_hash" label={words.useHash} help={words.useHashHelp} />
        <SecretField name="oncue.opensubtitles_api_key" label={words.apiKey} help={words.osKeyHelp} />
      </>
    )
  }
  if (id === "subdl")
    return <SecretField name="subdl.api_key" label={words.apiKey} help={words.subdlKeyHelp} />
  return null
}

function ProviderPanels() {
  const list = useQuery({
    queryKey: ["providers"],
    queryFn: ({ signal }) => call("GET /api/providers", { signal }),
  })
  if (list.error !== null) return <Failure error={list.error} again={() => void list.refetch()} />
  const all = list.data?.data
  if (all === undefined) return <Bones count={4} />
  return all.map((provider) => (
    <Panel key={provider.id} title={provider.name}>
      <div className={css.fields}>
        {provider.id === PLEX ? (
          <SwitchField name="oncue.plex_search" label={words.on} help={words.plexHelp} />
        ) : (
          <ListSwitch provider={provider} all={all} />
        )}
        <Note provider={provider} />
        <Account id={provider.id} />
        <Test provider={provider} />
      </div>
    </Panel>
  ))
}

export default function Providers() {
  return (
    <SettingsForm>
      <p className={css.help}>{words.intro}</p>
      <ProviderPanels />
    </SettingsForm>
  )
}
