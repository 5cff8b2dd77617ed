import { Button } from "@mantine/core"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { Failure } from "../parts/failure.tsx"
import { Panel } from "../parts/layout.tsx"
import { State } from "../parts/words.tsx"
import { count } from "../strings/common.ts"
import { arr as words } from "../strings/settings.ts"
import { NumberField, SecretField, SwitchField, TextField } from "./fields.tsx"
import { SettingsForm, useForm } from "./form.tsx"
import { PairsField } from "./pairs.tsx"
import css from "./settings.module.css"

type App = "sonarr" | "radarr"
const NAMES = { sonarr: "Sonarr", radarr: "Radarr" } as const

/** Asks the application as it stands in the fields, saved or not. */
export function ArrTest({
  app,
  url,
  apikey,
}: {
  readonly app: App
  readonly url: string
  readonly apikey: string | null
}) {
  const test = useChange(() =>
    call("POST /api/arr/test", { input: { app, url, ...(apikey === null ? {} : { apikey }) } }),
  )
  const result = test.data?.data
  const [one, many] = words.items[app]
  return (
    <div className={css.results}>
      <div>
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(undefined)}>
          {words.test}
        </Button>
      </div>
      {test.error === null ? null : <Failure error={test.error} />}
      {result === undefined || test.error !== null ? null : (
        <div aria-live="polite" className={css.results}>
          <State tone="good">
            {words.result(
              result.appName,
              result.version,
              `${count(result.count)} ${result.count === 1 ? one : many}`,
            )}
          </State>
          {result.folders.map((folder) => (
            <div key={folder.theirs}>
              <State
                tone={folder.obstacle === null ? "good" : "bad"}
                icon={folder.obstacle === null ? "check" : "warn"}
              >
                {words.path(folder.theirs, folder.ours)}
              </State>
              {folder.obstacle === null ? null : <p className={css.help}>{folder.obstacle}</p>}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

function OwnTest({ app }: { readonly app: App }) {
  const form = useForm()
  const value = (key: string) => form.valueOf(`${app}.${key}`)
  const base = String(value("base_url") ?? "").replace(/^\/+|\/+$/g, "")
  const host = String(value("ip") ?? "")
  const url = `${value("ssl") === true ? "https" : "http"}://${host}:${value("port")}/${base}`
  const apikey = form.isChanged(`${app}.apikey`) ? String(value("apikey")) : null
  return <ArrTest app={app} url={url} apikey={apikey} />
}

function ArrPanel({ app }: { readonly app: App }) {
  const form = useForm()
  const isOn = form.valueOf(`general.use_${app}`) === true
  const mappings = app === "sonarr" ? "general.path_mappings" : "general.path_mappings_movie"
  return (
    <Panel title={NAMES[app]}>
      <div className={css.fields}>
        <SwitchField name={`general.use_${app}`} label={words.use[app]} help={words.help[app]} />
        {isOn ? (
          <>
            <div className={css.four}>
              <TextField name={`${app}.ip`} label={words.host} />
              <NumberField name={`${app}.port`} label={words.port} minimum={1} maximum={65_535} />
            </div>
            <TextField name={`${app}.base_url`} label={words.base} help={words.baseHelp} />
            <SwitchField name={`${app}.ssl`} label={words.ssl} />
            <SecretField name={`${app}.apikey`} label={words.key} help={words.keyHelp} />
            <OwnTest app={app} />
            <div className={css.field}>
              <span className={css.label}>{words.mappings}</span>
              <span className={css.help}>{words.mappingsHelp}</span>
              <PairsField name={mappings} shape="pair" from={words.theirs} to={words.ours} />
            </div>
          </>
        ) : null}
      </div>
    </Panel>
  )
}

export function ArrPanels() {
  return (
    <>
      <ArrPanel app="sonarr" />
      <ArrPanel app="radarr" />
    </>
  )
}

export default function Arr() {
  return (
    <SettingsForm>
      <ArrPanels />
    </SettingsForm>
  )
}
