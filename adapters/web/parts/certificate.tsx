import { useState } from "react"
import { call } from "../api/client.ts"
import type { FoundConnection, SeenServer } from "../api/discovery.ts"
import { useChange } from "../api/queries.ts"
import css from "../setup/setup.module.css"
import { certificate as words } from "../strings/setup.ts"
import { shortAddress } from "./address.ts"
import { Failure } from "./failure.tsx"
import { Sure } from "./sure.tsx"
import { Copy, Value } from "./words.tsx"

const AFFECTED = ["plex servers", "plex libraries", "attention", "health", "settings"]

/**
 * Accepts the certificate of one address for one server. A server that is in use keeps everything else; another one is
 * chosen with it, since nothing can be known of it before.
 */
export function AcceptCertificate(props: {
  readonly server: SeenServer
  readonly connection: FoundConnection
  readonly onDone: () => void
}) {
  const [asked, setAsked] = useState(false)
  const { connection, server } = props
  const fingerprint = connection.fingerprint ?? ""
  const accept = useChange(async () => {
    if (server.whole?.selected === true) {
      await call("PUT /api/plex/servers/{serverId}/certificate", {
        params: { serverId: server.machineIdentifier },
        input: { fingerprint },
      })
      await call("POST /api/plex/servers/reconnect")
    } else {
      await call("POST /api/plex/select-server", {
        input: {
          machineIdentifier: server.machineIdentifier,
          name: server.name,
          uri: connection.uri,
          local: connection.local,
          connections: server.connections.map((one) => one.uri),
          fingerprint,
        },
      })
    }
    setAsked(false)
    props.onDone()
  }, AFFECTED)
  return (
    <>
      <button
        type="button"
        className={css.quiet}
        aria-label={words.acceptAt(shortAddress(connection.uri))}
        onClick={() => setAsked(true)}
      >
        {words.accept}
      </button>
      <Sure
        opened={asked}
        title={words.sure(server.name)}
        action={words.accept}
        pending={accept.isPending}
        onNo={() => setAsked(false)}
        onYes={() => accept.mutate(undefined)}
      >
        <p>{words.text(shortAddress(connection.uri))}</p>
        <dl className={css.fingerprint}>
          <dt>{words.address}</dt>
          <dd>
            <Value text={connection.uri} what={words.address} />
          </dd>
          <dt>{words.fingerprint}</dt>
          <dd>
            <code>{fingerprint}</code> <Copy text={fingerprint} what={words.fingerprint} />
          </dd>
        </dl>
        {accept.error === null ? null : <Failure error={accept.error} />}
      </Sure>
    </>
  )
}
