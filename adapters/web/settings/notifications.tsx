import { Button, NativeSelect, Switch, TextInput } from "@mantine/core"
import "@mantine/core/styles/Switch.css"
import "@mantine/core/styles/InlineInput.css"
import { useState } from "react"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { isSecretSet } from "../api/settings.ts"
import { Action } from "../parts/action.tsx"
import { Failure } from "../parts/failure.tsx"
import { Icon } from "../parts/icon.tsx"
import { Empty, Panel } from "../parts/layout.tsx"
import { State } from "../parts/words.tsx"
import { notifications as words } from "../strings/subtitles.ts"
import { SettingsForm } from "./form.tsx"
import { MaskedInput } from "./masked_input.tsx"
import { freshId, useHold, useRecords } from "./records.ts"
import css from "./settings.module.css"

type Type = keyof typeof words.types

interface Receiver {
  readonly id: string
  readonly type: Type
  readonly enabled: boolean
  readonly url: string
  readonly token: string
  readonly username: string
  readonly from: string
  readonly to: ReadonlyArray<string>
}

const NAME = "oncue.notifications"
const TYPES = (Object.keys(words.types) as ReadonlyArray<Type>).map((value) => ({
  value,
  label: words.types[value],
}))

function obstacleOf(list: ReadonlyArray<Receiver>): string | null {
  if (new Set(list.map((one) => one.id)).size < list.length || list.some((one) => one.id === ""))
    return words.names
  if (list.some((one) => one.url === "")) return words.addressMissing
  return list.some((one) => one.type === "email" && (one.from === "" || one.to.length === 0))
    ? words.mailMissing
    : null
}

/** `Discord`, and with a name of the user's own `ntfy · phone`. */
const titleOf = ({ id, type }: Receiver) =>
  id === "" || id === type ? words.types[type] : `${words.types[type]} · ${id}`

function Test({ one }: { readonly one: Receiver }) {
  const test = useChange(() => {
    const { id, type, url, token, username, from, to } = one
    return call("POST /api/notifications/test", {
      input: {
        id,
        type,
        ...(isSecretSet(url) ? {} : { url }),
        ...(isSecretSet(token) ? {} : { token }),
        username,
        from,
        to: [...to],
      },
    })
  })
  return (
    <>
      <Button
        variant="default"
        loading={test.isPending}
        disabled={one.url === ""}
        onClick={() => test.mutate(undefined)}
      >
        {words.test}
      </Button>
      {test.isSuccess ? <State tone="good">{words.sent}</State> : null}
      {test.error === null ? null : <Failure error={test.error} />}
    </>
  )
}

/** Addresses with commas between them; what is being typed stays as it is. */
function Receivers(props: {
  readonly to: ReadonlyArray<string>
  readonly onChange: (to: ReadonlyArray<string>) => void
}) {
  const [text, setText] = useState(props.to.join(", "))
  return (
    <TextInput
      label={words.to}
      description={words.toHelp}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        props.onChange(event.currentTarget.value.split(/[,;\s]+/).filter((one) => one !== ""))
      }}
    />
  )
}

function ReceiverPanel(props: {
  readonly one: Receiver
  readonly stored: boolean
  /** A name that no other has. */
  readonly freshId: (base: string) => string
  readonly onChange: (next: Receiver) => void
  readonly onRemove: () => void
}) {
  const { one, onChange } = props
  const isMail = one.type === "email"
  return (
    <Panel
      title={titleOf(one)}
      note={
        <Action quiet onClick={props.onRemove}>
          {words.remove}
        </Action>
      }
    >
      <div className={css.fields}>
        <Switch
          label={words.enabled}
          checked={one.enabled}
          onChange={(event) => onChange({ ...one, enabled: event.currentTarget.checked })}
        />
        <div className={css.two}>
          <NativeSelect
            label={words.type}
            data={TYPES}
            value={one.type}
            onChange={(event) => {
              const type = event.currentTarget.value as Type
              // A name that nobody has chosen goes with the kind.
              const named = props.stored || !/^(discord|ntfy|gotify|email|webhook)(-\d+)?$/.test(one.id)
              onChange({ ...one, type, id: named ? one.id : props.freshId(type) })
            }}
          />
          <TextInput
            label={words.name}
            spellCheck={false}
            disabled={props.stored}
            value={one.id}
            onChange={(event) => onChange({ ...one, id: event.currentTarget.value })}
          />
        </div>
        <MaskedInput
          label={words.address[one.type]}
          help={words.addressHelp[one.type]}
          placeholder={words.addressExample[one.type]}
          where={`${NAME}[${one.id}].url`}
          value={one.url}
          onChange={(url) => onChange({ ...one, url: url.trim() })}
        />
        {isMail ? (
          <TextInput
            label={words.username}
            description={words.usernameHelp}
            autoComplete="off"
            value={one.username}
            onChange={(event) => onChange({ ...one, username: event.currentTarget.value })}
          />
        ) : null}
        {one.type === "discord" ? null : (
          <MaskedInput
            label={words.token[one.type]}
            help={words.tokenHelp[one.type]}
            where={`${NAME}[${one.id}].token`}
            value={one.token}
            onChange={(token) => onChange({ ...one, token })}
          />
        )}
        {isMail ? (
          <div className={css.two}>
            <TextInput
              label={words.from}
              type="email"
              value={one.from}
              onChange={(event) => onChange({ ...one, from: event.currentTarget.value.trim() })}
            />
            <Receivers to={one.to} onChange={(to) => onChange({ ...one, to })} />
          </div>
        ) : null}
        <div className={css.row}>
          <Test one={one} />
        </div>
      </div>
    </Panel>
  )
}

function ReceiverList() {
  const { add, change, isStored, list, remove } = useRecords<Receiver>(NAME)
  const obstacle = obstacleOf(list)
  useHold(NAME, obstacle)
  return (
    <div className={css.parts} data-setting={NAME}>
      {list.length === 0 ? (
        <Panel>
          <Empty title={words.emptyTitle}>{words.empty}</Empty>
        </Panel>
      ) : null}
      {list.map((one, index) => (
        <ReceiverPanel
          // biome-ignore lint/suspicious/noArrayIndexKey: an item is known by its place while its name is typed
          key={index}
          one={one}
          stored={isStored(one)}
          freshId={(base) =>
            freshId(
              list.filter((_, at) => at !== index),
              base,
            )
          }
          onChange={(next) => change(index, next)}
          onRemove={() => remove(index)}
        />
      ))}
      {obstacle === words.names ? <p className={css.wrong}>{obstacle}</p> : null}
      <div>
        <Button
          variant="default"
          leftSection={<Icon name="plus" size={16} />}
          onClick={() =>
            add({
              id: freshId(list, "discord"),
              type: "discord",
              enabled: true,
              url: "",
              token: "",
              username: "",
              from: "",
              to: [],
            })
          }
        >
          {words.add}
        </Button>
      </div>
    </div>
  )
}

/** Who is told of subtitles that were found. */
export default function Notifications() {
  return (
    <SettingsForm>
      <p className={css.help}>{words.intro}</p>
      <ReceiverList />
    </SettingsForm>
  )
}
