import { useQuery } from "@tanstack/react-query"
import { call } from "../api/client.ts"
import { PageHead, Panel } from "../parts/layout.tsx"
import { Webhook } from "../parts/webhook.tsx"
import { State } from "../parts/words.tsx"
import { SwitchField } from "../settings/fields.tsx"
import { SettingsForm } from "../settings/form.tsx"
import settingsCss from "../settings/settings.module.css"
import { hearing as words } from "../strings/setup.ts"
import { status as statusWords } from "../strings/system.ts"
import { SettingsFoot } from "./settings_foot.tsx"

/** How often, in milliseconds, the streams are looked at while the step is open. */
const REFRESH_MS = 2_000

function useStatus() {
  return useQuery({
    queryKey: ["health", "status"],
    queryFn: ({ signal }) => call("GET /api/system/status", { signal }),
    refetchInterval: REFRESH_MS,
  })
}

function Streams({ status }: { readonly status: ReturnType<typeof useStatus> }) {
  return status.data?.data.streams.map(({ serverId, serverName, state }) => (
    <div key={serverId} style={{ overflowWrap: "anywhere" }}>
      {serverName}:{" "}
      {state._tag === "Connected" ? (
        <State tone="good">{statusWords.connected(state.via)}</State>
      ) : (
        <State tone="now">{state._tag === "Waiting" ? state.reason : statusWords.connecting}</State>
      )}
    </div>
  ))
}

export default function HearingStep() {
  const status = useStatus()
  return (
    <>
      <PageHead title={words.title} intro={words.intro} />
      <SettingsForm bar={false}>
        <Panel title={words.stream}>
          <div className={settingsCss.fields}>
            <SwitchField name="oncue.event_stream" label={words.streamOn} help={words.streamHelp} />
            <Streams status={status} />
          </div>
        </Panel>
        {/* The streams above it take as many lines as they need. */}
        {status.isPending ? null : (
          <Panel title={words.webhook}>
            <div className={settingsCss.fields}>
              <p className={settingsCss.help}>{words.webhookHelp}</p>
              <Webhook />
            </div>
          </Panel>
        )}
        <SettingsFoot done />
      </SettingsForm>
    </>
  )
}
