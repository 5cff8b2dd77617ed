import { Link } from "wouter"
import { Panel } from "../parts/layout.tsx"
import { settings, general as words } from "../strings/settings.ts"
import { KeyPanel, PasswordPanel, SessionsPanel } from "./access_panel.tsx"
import { ChoiceField, LinesField, NumberField, SwitchField, TextField } from "./fields.tsx"
import { SettingsForm } from "./form.tsx"
import css from "./settings.module.css"

const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"].map((level) => ({ value: level, label: level }))

const checkUrl = (text: string) =>
  text === "" || /^https?:\/\/[^\s/]+/.test(text) ? null : words.publicUrlWrong
const checkPath = (text: string) =>
  text === "" || /^\/[^\s?#]*[^/\s?#]$/.test(text) ? null : words.baseUrlWrong

export default function General() {
  return (
    <SettingsForm>
      <Panel title={words.instance}>
        <div className={css.fields}>
          <SwitchField name="general.use_plex" label={words.usePlex} help={words.usePlexHelp} />
          <TextField name="general.instance_name" label={words.instanceName} help={words.instanceNameHelp} />
          <TextField
            name="general.public_url"
            label={words.publicUrl}
            help={words.publicUrlHelp}
            placeholder="http://192.168.1.10:6868"
            check={checkUrl}
          />
          <details className={css.fold}>
            <summary>{settings.advanced}</summary>
            <div className={css.fields}>
              <TextField
                name="general.base_url"
                label={words.baseUrl}
                help={`${words.baseUrlHelp} ${settings.restart}`}
                placeholder="/oncue"
                check={checkPath}
              />
              <TextField
                name="general.ip"
                label={words.address}
                help={`${words.addressHelp} ${settings.restart}`}
              />
              <NumberField
                name="general.port"
                label={words.port}
                help={settings.restart}
                minimum={1}
                maximum={65_535}
              />
              <LinesField
                name="oncue.trusted_proxies"
                label={words.trustedProxies}
                help={words.trustedProxiesHelp}
              />
            </div>
          </details>
        </div>
      </Panel>
      <Panel title={words.logging} note={<Link href="/system/logs">{words.openLogs}</Link>}>
        <div className={css.fields}>
          <ChoiceField
            name="oncue.log_level"
            label={words.logLevel}
            help={words.logLevelHelp}
            choices={LEVELS}
          />
        </div>
      </Panel>
      <KeyPanel />
      <PasswordPanel />
      <SessionsPanel />
    </SettingsForm>
  )
}
