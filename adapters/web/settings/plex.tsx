import { useState } from "react"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { isSecretSet } from "../api/settings.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Bone, Bones, Panel } from "../parts/layout.tsx"
import { PlexSignIn } from "../parts/plex_sign_in.tsx"
import { Sure } from "../parts/sure.tsx"
import { Webhook } from "../parts/webhook.tsx"
import { State } from "../parts/words.tsx"
import { useServers } from "../setup/libraries_step.tsx"
import { usePlexAccount } from "../setup/plex_step.tsx"
import { common } from "../strings/common.ts"
import { settings, plex as words } from "../strings/settings.ts"
import { signIn } from "../strings/setup.ts"
import { AfterFindFields } from "./after_find.tsx"
import { LinesField, NumberField, SwitchField } from "./fields.tsx"
import { SettingsForm, useForm } from "./form.tsx"
import { MigrationPanel, useMigrationPending } from "./migration_panel.tsx"
import { ServersPanel } from "./servers_panel.tsx"
import css from "./settings.module.css"

function AccountPanel() {
  const account = usePlexAccount()
  const [other, setOther] = useState(false)
  const [asked, setAsked] = useState(false)
  const signOut = useChange(async () => {
    await call("POST /api/plex/oauth/logout")
    setAsked(false)
  }, ["plex account", "plex servers", "settings", "attention", "access", "health"])
  const form = useForm()
  // plex.tv may be slow to say whether a sign-in still holds; whether there is one is known here.
  const isSetUp = [form.stored["plex.token"], form.stored["plex.apikey"]].some(isSecretSet)
  const data = account.data?.data
  const isIn = data?.state === "valid"
  return (
    <Panel
      title={words.account}
      note={
        data === undefined || data.state === "absent" ? undefined : (
          <Action quiet onClick={() => setAsked(true)}>
            {words.signOut}
          </Action>
        )
      }
    >
      <div className={css.fields}>
        {account.error === null ? null : (
          <Failure error={account.error} again={() => void account.refetch()} />
        )}
        {data === undefined && account.error === null ? (
          <div className={isSetUp ? css.signedIn : css.signedOut} aria-busy="true">
            <span className="visually-hidden">{common.loading}</span>
            <Bone height={22} width="16rem" />
            <Bone height={isSetUp ? 22 : 36} width="12rem" />
          </div>
        ) : null}
        {isIn ? (
          <State tone="good">
            {data.auth_method === "apikey" || data.username === undefined
              ? words.byKey
              : words.connected(data.username)}
          </State>
        ) : null}
        {data?.state === "absent" ? <p className={css.help}>{words.notConnected}</p> : null}
        {data?.state === "rejected" ? <State tone="bad">{words.rejected}</State> : null}
        {data?.state === "unknown" ? <State tone="now">{signIn.unknown}</State> : null}
        {data === undefined || (isIn && !other) ? null : (
          <PlexSignIn label={words.connect} main={!isIn} onDone={() => setOther(false)} />
        )}
        {isIn && !other ? (
          <div>
            <button type="button" className={css.link} onClick={() => setOther(true)}>
              {words.other}
            </button>
          </div>
        ) : null}
      </div>
      <Sure
        opened={asked}
        title={words.signOutSure}
        action={words.signOut}
        pending={signOut.isPending}
        onNo={() => setAsked(false)}
        onYes={() => signOut.mutate(undefined)}
      >
        {words.signOutText}
        {signOut.error === null ? null : <Failure error={signOut.error} />}
      </Sure>
    </Panel>
  )
}

function Parts() {
  const servers = useServers()
  const isMigrationPending = useMigrationPending()
  // How many parts there are, and how high each is, follows from these; so nothing is shown that they would push down.
  if (servers.isPending || isMigrationPending) return <Bones count={6} />
  return (
    <>
      <AccountPanel />
      <MigrationPanel />
      <ServersPanel />
      <Panel title={words.after}>
        <AfterFindFields />
      </Panel>
      <Panel title={words.hearing}>
        <div className={css.fields}>
          <SwitchField name="oncue.event_stream" label={words.stream} help={words.streamHelp} />
          <details className={css.fold}>
            <summary>{settings.advanced}</summary>
            <div className={css.fields}>
              <LinesField name="oncue.only_users" label={words.onlyUsers} help={words.onlyUsersHelp} />
              <LinesField name="oncue.only_players" label={words.onlyPlayers} help={words.onlyPlayersHelp} />
              <NumberField
                name="oncue.dedupe_minutes"
                label={words.dedupe}
                help={words.dedupeHelp}
                minimum={0}
                maximum={1_440}
                unit={words.minutes}
              />
            </div>
          </details>
        </div>
      </Panel>
      <Panel title={words.webhook}>
        <Webhook />
      </Panel>
    </>
  )
}

export default function Plex() {
  return (
    <SettingsForm>
      <Parts />
    </SettingsForm>
  )
}
