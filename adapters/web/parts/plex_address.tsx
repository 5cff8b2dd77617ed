import { Button, TextInput } from "@mantine/core"
import { type FormEvent, useState } from "react"
import { useChange } from "../api/queries.ts"
import { saveSettings } from "../api/settings.ts"
import { general } from "../strings/settings.ts"
import { hearing as words } from "../strings/setup.ts"
import { Failure } from "./failure.tsx"
import css from "./sign_in.module.css"

const LOOPBACK = /^(localhost|127\..*|\[::1\])$/

/** The address at which this page is open, where others can reach it as well. */
function addressHere(): string {
  const { hostname, href } = new URL(document.baseURI)
  return LOOPBACK.test(hostname) ? "" : href.replace(/\/$/, "")
}

/** Asks for the address at which Plex can reach OnCue, where nothing else tells it, and goes on when it is saved. */
export function PlexAddress({ onSaved }: { readonly onSaved: () => Promise<unknown> }) {
  const [address, setAddress] = useState(addressHere)
  const isWrong = address.trim() !== "" && !/^https?:\/\/[^\s/]+/.test(address.trim())
  const save = useChange(async () => {
    await saveSettings({ "general.public_url": address.trim() })
    await onSaved()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isWrong && address.trim() !== "") save.mutate(undefined)
  }
  return (
    <form className={css.stack} onSubmit={submit}>
      <TextInput
        autoFocus
        label={general.publicUrl}
        description={words.addressHelp}
        placeholder="http://192.168.1.10:6868"
        spellCheck={false}
        inputMode="url"
        error={isWrong ? general.publicUrlWrong : null}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <div className={css.row}>
        <Button type="submit" loading={save.isPending} disabled={isWrong || address.trim() === ""}>
          {words.addressSave}
        </Button>
      </div>
      {save.error === null ? null : <Failure error={save.error} />}
    </form>
  )
}
