import "@mantine/core/styles/Radio.css"
import { Radio } from "@mantine/core"
import type { FoundConnection, SeenServer } from "../api/discovery.ts"
import css from "../setup/setup.module.css"
import { server as words } from "../strings/setup.ts"
import { Chip } from "./words.tsx"

function ConnectionLine({ connection }: { readonly connection: FoundConnection }) {
  const kind = words.classes[connection.class] ?? connection.class
  return (
    <li className={`${css.connection} ${connection.available ? "" : css.dead}`}>
      <span className={css.address}>
        {kind}
        {connection.available ? "" : `: ${connection.reason ?? ""}`}
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
}) {
  return (
    <div className={css.card} role="radiogroup" aria-label={words.title}>
      {props.servers.map((server) => {
        const { best, connections, machineIdentifier, name, whole } = server
        const isDead = whole !== null && best === null
        return (
          <div key={machineIdentifier} className={css.pick}>
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
            <ul className={css.connections}>
              {connections.map((connection) => (
                <ConnectionLine key={connection.uri} connection={connection} />
              ))}
            </ul>
          </div>
        )
      })}
    </div>
  )
}
