import "@mantine/core/styles/Radio.css"
import { Radio } from "@mantine/core"
import type { FoundConnection, SeenServer } from "../api/discovery.ts"
import css from "../setup/setup.module.css"
import { server as words } from "../strings/setup.ts"
import { AcceptCertificate } from "./certificate.tsx"
import { Bone } from "./layout.tsx"
import { Chip } from "./words.tsx"

function ConnectionLine({
  connection,
  onAccepted,
  server,
}: {
  readonly server: SeenServer
  readonly connection: FoundConnection
  readonly onAccepted: () => void
}) {
  const kind = words.classes[connection.class] ?? connection.class
  const isRefused = !connection.available && connection.fingerprint !== null && server.whole !== null
  return (
    <li className={`${css.connection} ${connection.available ? "" : css.dead}`}>
      <span className={css.address}>
        {kind}
        {connection.available ? "" : `: ${connection.reason ?? ""}`}{" "}
        {isRefused ? <AcceptCertificate server={server} connection={connection} onDone={onAccepted} /> : null}
      </span>
      <span title={connection.uri}>
        {connection.available && connection.latency !== null ? words.latency(connection.latency) : "—"}
      </span>
    </li>
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
      {props.servers.map((server) => {
        const { best, connections, machineIdentifier, name, whole } = server
        const isFurther = whole?.selected === false && best !== null && inUse
        const isDead = whole !== null && best === null
        return (
          <div key={machineIdentifier} className={css.pick}>
            <div className={css.pickHead}>
              <Radio
                value={machineIdentifier}
                checked={props.chosen === machineIdentifier}
                disabled={best === null}
                onChange={() => props.onChoose(server)}
                label={
                  <>
                    <span className={css.pickName}>{name}</span>{" "}
                    {whole?.selected ? <Chip>{words.selected}</Chip> : null}{" "}
                    <span className={css.dead}>
                      {isDead
                        ? words.dead(connections.length)
                        : whole === null
                          ? ""
                          : words.version(whole.version)}
                    </span>
                  </>
                }
              />
              {isFurther ? (
                <button type="button" className={css.quiet} onClick={() => props.onBeside(server)}>
                  {words.beside(name)}
                </button>
              ) : null}
            </div>
            <ul className={css.connections}>
              {connections.map((connection) => (
                <ConnectionLine
                  key={connection.uri}
                  server={server}
                  connection={connection}
                  onAccepted={props.onAccepted}
                />
              ))}
              {Array.from({ length: server.pending }, (_, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the addresses that are waited for are alike
                <li key={index} className={css.pending} aria-hidden="true">
                  <Bone width="9rem" height="1rem" />
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </div>
  )
}
