import { isUrlBase } from "../../../core/settings/shape.ts"
import { Panel } from "../parts/layout.tsx"
import { arr as words } from "../strings/settings.ts"
import { ArrTest } from "./arr_test.tsx"
import { BazarrPanel } from "./bazarr_panel.tsx"
import { NumberField, SecretField, SwitchField, TextField } from "./fields.tsx"
import { SettingsForm, useForm } from "./form.tsx"
import { FurtherInstances } from "./further_instances.tsx"
import { HostField } from "./host_field.tsx"
import { PairsField, pairsOf } from "./pairs.tsx"
import css from "./settings.module.css"

type App = "sonarr" | "radarr"
const NAMES = { sonarr: "Sonarr", radarr: "Radarr" } as const

const MAPPINGS = { sonarr: "general.path_mappings", radarr: "general.path_mappings_movie" } as const

const checkBase = (text: string) => (isUrlBase(text) ? null : words.baseWrong)

function OwnTest({ app }: { readonly app: App }) {
  const form = useForm()
  const pairs = pairsOf(form.valueOf(MAPPINGS[app]))
  const value = (key: string) => form.valueOf(`${app}.${key}`)
  const base = String(value("base_url") ?? "").replace(/^\/+|\/+$/g, "")
  const host = String(value("ip") ?? "")
  const url = `${value("ssl") === true ? "https" : "http"}://${host}:${value("port")}/${base}`
  const apikey = form.isChanged(`${app}.apikey`) ? String(value("apikey")) : null
  return (
    <ArrTest
      app={app}
      url={url}
      apikey={apikey}
      mappings={pairs.map(([from, to]) => ({ from, to }))}
      onMap={(theirs) => form.set(MAPPINGS[app], [...pairs, [theirs, ""]])}
    />
  )
}

function ArrPanel({ app, simple }: { readonly app: App; readonly simple: boolean }) {
  const form = useForm()
  const isOn = form.valueOf(`general.use_${app}`) === true
  return (
    <Panel title={NAMES[app]}>
      <div className={css.fields}>
        <SwitchField name={`general.use_${app}`} label={words.use[app]} help={words.help[app]} />
        {isOn ? (
          <>
            <div className={css.four}>
              <HostField app={app} />
              <NumberField name={`${app}.port`} label={words.port} minimum={1} maximum={65_535} />
            </div>
            <TextField
              name={`${app}.base_url`}
              label={words.base}
              help={words.baseHelp[app]}
              check={checkBase}
            />
            <SwitchField name={`${app}.ssl`} label={words.ssl} />
            <SecretField name={`${app}.apikey`} label={words.key} help={words.keyHelp} />
            <OwnTest app={app} />
            {simple ? null : <FurtherInstances app={app} />}
            <div className={css.field}>
              <span className={css.label}>{words.mappings}</span>
              <span className={css.help}>{words.mappingsHelp}</span>
              <PairsField name={MAPPINGS[app]} shape="pair" from={words.theirs} to={words.ours} />
            </div>
          </>
        ) : null}
      </div>
    </Panel>
  )
}

/** Both applications; in the wizard only the first of each. */
export function ArrPanels({ simple }: { readonly simple: boolean }) {
  return (
    <>
      <ArrPanel app="sonarr" simple={simple} />
      <ArrPanel app="radarr" simple={simple} />
    </>
  )
}

export default function Arr() {
  return (
    <SettingsForm>
      <ArrPanels simple={false} />
      <BazarrPanel />
    </SettingsForm>
  )
}
