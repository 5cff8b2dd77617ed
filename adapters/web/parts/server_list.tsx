import "@mantine/core/styles/Radio.css"
import { Radio } from "@mantine/core"
import { useState } from "react"
import type { SeenConnection, SeenServer } from "../api/discovery.ts"
import css from "../setup/setup.module.css"
import { server as words } from "../strings/setup.ts"
import { shortAddress } from "./address.ts"
import { AcceptCertificate } from "./certificate.tsx"
import { Icon } from "./icon.tsx"
import { Bone } from "./layout.tsx"
import { Chip, Copy } from "./words.tsx"

/** One line, whatever its test comes to, so that nothing below it moves. */
function ConnectionLine({
  connection,
  onAccepted,
  server,
  whole,
}: {
  /** Everything about it, on as many lines as it takes. */
  readonly whole: boolean
  readonly server: SeenServer
  readonly connection: SeenConnection
  readonly onAccepted: () => void
}) {
  const { result, uri } = connection
  const kind = words.classes[connection.class] ?? connection.class
  const isBest = server.best?.uri === uri
  const refused = result !== null && !result.available && result.fingerprint !== null ? result : null
  return (
    <li className={`${css.connection} ${result?.available === false ? css.dead : ""}`}>
      <span className={isBest ? css.good : undefined}>
        {isBest ? <Icon name="check" size={14} /> : null}
        {isBest ? <span className="visually-hidden">{words.best}</span> : null}
      </span>
      <span className={css.address} title={uri}>
        <span>{kind}</span> <span className={css.host}>{shortAddress(uri)}</span>
        {result?.available === false ? `: ${result.reason ?? ""}` : ""}
        {whole ? (
          <>
            {" "}
            <Copy text={uri} what={uri} />
          </>
        ) : null}
      </span>
      {result === null ? (
        <Bone width="2.75rem" height="0.875rem" />
      ) : refused !== null && server.whole !== null ? (
        <AcceptCertificate server={server} connection={refused} onDone={onAccepted} />
      ) : (
        <span>{result.latency === null || !result.available ? "—" : words.latency(result.latency)}</span>
      )}
    </li>
  )
}

function ServerChoice(props: {
  readonly server: SeenServer
  readonly isChosen: boolean
  /** Another server is in use, so that this one may be used beside it. */
  readonly isFurther: boolean
  readonly onChoose: () => void
  readonly onBeside: () => void
  readonly onAccepted: () => void
}) {
  const { server } = props
  const { best, connections, machineIdentifier, name, whole } = server
  const [open, setOpen] = useState(false)
  const answered = connections.filter(({ result }) => result?.available === true).length
  const hasFailed = connections.some(({ result }) => result?.available === false)
  const isDead = whole !== null && best === null
  return (
    <div className={css.pick}>
      <Radio
        value={machineIdentifier}
        checked={props.isChosen}
        disabled={best === null}
        onChange={props.onChoose}
        label={
          <span className={css.pickLine}>
            <span className={css.pickName}>{name}</span>{" "}
            {whole?.selected ? <Chip>{words.selected}</Chip> : null}{" "}
            <span className={css.dead}>{isDead || whole === null ? "" : words.version(whole.version)}</span>
          </span>
        }
      />
      <ul className={`${css.connections} ${open ? css.whole : ""}`}>
        {connections.map((connection) => (
          <ConnectionLine
            key={connection.uri}
            server={server}
            whole={open}
            connection={connection}
            onAccepted={props.onAccepted}
          />
        ))}
      </ul>
      <div className={css.pickFoot}>
        <span className={css.pickLine}>
          {whole === null ? words.testingServer : words.answered(answered, connections.length)}{" "}
          {whole === null ? null : (
            <button type="button" className={css.quiet} aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? words.whyNot : hasFailed ? words.why : words.details}
            </button>
          )}
        </span>
        {props.isFurther ? (
          <button type="button" className={css.quiet} onClick={props.onBeside}>
            {words.beside(name)}
          </button>
        ) : null}
      </div>
    </div>
  )
}

/** Servers with every address, its class, how quick it is, or why it cannot be used. */
export function ServerList(props: {
  readonly servers: ReadonlyArray<SeenServer>
  readonly chosen: string | null
  readonly onChoose: (server: SeenServer) => void
  /** Uses a server beside those that are in use. */
  readonly onBeside: (server: SeenServer) => void
  /** After a certificate was accepted. */
  readonly onAccepted: () => void
}) {
  const inUse = props.servers.some((one) => one.whole?.selected === true)
  return (
    <div className={css.card} role="radiogroup" aria-label={words.title}>
      {props.servers.map((server) => (
        <ServerChoice
          key={server.machineIdentifier}
          server={server}
          isChosen={props.chosen === server.machineIdentifier}
          isFurther={server.whole?.selected === false && server.best !== null && inUse}
          onChoose={() => props.onChoose(server)}
          onBeside={() => props.onBeside(server)}
          onAccepted={props.onAccepted}
        />
      ))}
    </div>
  )
}
