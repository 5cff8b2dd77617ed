import { Link } from "wouter"
import {
  isHttpUrl,
  isInstanceName,
  isListenAddress,
  isNetwork,
  isOwnPath,
} from "../../../core/settings/shape.ts"
import { Panel } from "../parts/layout.tsx"
import { settings, general as words } from "../strings/settings.ts"
import { KeyPanel, PasswordPanel, SessionsPanel } from "./access_panel.tsx"
import { ChoiceField, LinesField, NumberField, SwitchField, TextField } from "./fields.tsx"
import { SettingsForm } from "./form.tsx"
import css from "./settings.module.css"

const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"].map((level) => ({ value: level, label: level }))

const checkUrl = (text: string) => (text === "" || isHttpUrl(text) ? null : words.publicUrlWrong)
const checkPath = (text: string) => (isOwnPath(text) ? null : words.baseUrlWrong)
const checkName = (text: string) => (isInstanceName(text) ? null : words.instanceNameWrong)
const checkAddress = (text: string) => (isListenAddress(text) ? null : words.addressWrong(text))
const checkProxy = (text: string) => (isNetwork(text) ? null : words.proxyWrong(text))

export default function General() {
  return (
    <SettingsForm>
      <Panel title={words.instance} note={<Link href="/setup">{words.openSetup}</Link>}>
        <div className={css.fields}>
          <SwitchField name="general.use_plex" label={words.usePlex} help={words.usePlexHelp} />
          <TextField
            name="general.instance_name"
            label={words.instanceName}
            help={words.instanceNameHelp}
            check={checkName}
          />
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
                check={checkAddress}
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
                check={checkProxy}
                separator={/[\s,;]+/}
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
