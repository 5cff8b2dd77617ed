import { useState } from "react"
import { isHost, isHttpUrl } from "../../../core/settings/shape.ts"
import { arr as words } from "../strings/settings.ts"
import { TextField } from "./fields.tsx"
import { useForm } from "./form.tsx"

interface Parts {
  readonly host: string
  readonly port: number
  readonly base: string
  readonly ssl: boolean
}

/** A whole address, or a host with its port, as people paste it; null when it is neither. */
function partsOf(text: string, present: Pick<Parts, "port" | "ssl">): Parts | null {
  const bare = text.trim()
  const hasScheme = /^https?:\/\//i.test(bare)
  const whole = hasScheme ? bare : /^[^\s:/]+(:\d+)?(\/.*)?$/.test(bare) ? `http://${bare}` : ""
  if (!isHttpUrl(whole)) return null
  const url = new URL(whole)
  const ssl = hasScheme ? url.protocol === "https:" : present.ssl
  const said = /^https?:\/\/[^/]*?:(\d+)(\/|$)/i.exec(whole)?.[1]
  // An address without a port means the usual one of its scheme; a host alone leaves what is there.
  const port = said === undefined ? (hasScheme ? (ssl ? 443 : 80) : present.port) : Number(said)
  const base = url.pathname.replace(/\/+$/, "")
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port, base, ssl }
}

/** The host of Sonarr or Radarr. A whole address that was pasted is taken apart into the fields around it. */
export function HostField({ app }: { readonly app: "sonarr" | "radarr" }) {
  const form = useForm()
  const [note, setNote] = useState<string>()
  const present = {
    port: Number(form.valueOf(`${app}.port`)),
    ssl: form.valueOf(`${app}.ssl`) === true,
  }
  const check = (text: string) =>
    isHost(text.trim()) || partsOf(text, present) !== null ? null : words.hostWrong
  const leave = (text: string) => {
    if (!form.isChanged(`${app}.ip`)) return
    const bare = text.trim()
    const parts = isHost(bare) ? null : partsOf(bare, present)
    if (parts === null) {
      if (bare !== text) form.set(`${app}.ip`, bare)
      return
    }
    form.set(`${app}.ip`, parts.host)
    form.set(`${app}.port`, parts.port)
    form.set(`${app}.base_url`, parts.base)
    form.set(`${app}.ssl`, parts.ssl)
    setNote(words.split(words.splitParts(parts.host, parts.port, parts.base, parts.ssl)))
  }
  return (
    <TextField
      name={`${app}.ip`}
      label={words.host}
      check={check}
      onLeave={leave}
      note={form.isChanged(`${app}.ip`) ? note : undefined}
    />
  )
}
