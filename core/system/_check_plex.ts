import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { plexClient } from "../auth/account_access.ts"
import { validateToken } from "../auth/validate_token.ts"
import { listLibraries } from "../library/list_libraries.ts"
import { plexMappings } from "../media/instances.ts"
import { mapPath } from "../media/path_mapping.ts"
import { PlexAccount, PlexServer, SettingsStore, SubtitleShelf, TriggerMonitor } from "../ports/mod.ts"
import { withServer } from "../servers/access_server.ts"
import { classOf, connectionOf } from "../servers/connection.ts"
import type { ServerEntry } from "../settings/records.ts"
import { bad, type Check, ok, skipped, warn } from "./check.ts"

/** Folders of one server that are looked at. */
const FOLDERS_MAX = 40

const nameOf = (entry: ServerEntry) => entry.name || entry.machine_id

/** Whether plex.tv answers somebody without a token; a refusal is an answer. */
const reachesPlexTv = Effect.gen(function* () {
  const client = yield* plexClient()
  yield* PlexAccount.use((account) => account.user(client, Redacted.make("")))
  return null
}).pipe(
  Effect.catchTags({
    TokenRejected: () => Effect.succeed(null),
    PlexForbidden: () => Effect.succeed(null),
    PlexUnreachable: (error) => Effect.succeed(error.message),
  }),
)

const ADVICE_OF_INTERNET = "Is there a way to the internet? What runs on your own network goes on"

/** plex.tv, and what it says of the token. */
export const checkAccount = Effect.gen(function* () {
  const { reason, state, user } = yield* validateToken()
  const unreached = state === "absent" ? yield* reachesPlexTv : state === "unknown" ? reason : null
  const plexTv =
    unreached === null && state !== "unknown"
      ? ok("plextv", null, "plex.tv answers")
      : warn("plextv", null, unreached ?? "plex.tv does not answer usefully", ADVICE_OF_INTERNET)
  switch (state) {
    case "valid":
      return [
        plexTv,
        ok("token", null, `plex.tv accepts the token${user === null ? "" : ` of ${user.username}`}`),
      ]
    case "absent":
      return [plexTv, bad("token", null, "Nobody is signed in to Plex", "Sign in under Settings, Plex")]
    case "rejected":
      return [plexTv, bad("token", null, "plex.tv refuses the token", "Sign in again under Settings, Plex")]
    case "unknown":
      return [plexTv, skipped("token", null, "It cannot be told while plex.tv does not answer")]
  }
})

const ADVICE_OF_CLASS = {
  local_https: null,
  local_http:
    "Nothing to do in a network that you trust. Plex offers https under Settings, Network, Secure connections",
  remote_https: "If the server is near, add its local address under Settings, Plex",
  remote_http:
    "The token travels unencrypted. Set Secure connections to Preferred in Plex's settings, Network",
  relay: "Relays are slow. Add an address that reaches the server directly under Settings, Plex",
} as const

/** The address at which a server is reached, and what it is worth. */
function checkConnection(entry: ServerEntry, uri: string): Check {
  const connection = connectionOf(uri)
  const kind = connection === null ? "remote_http" : classOf(connection)
  const text = `${nameOf(entry)} is reached at ${uri}`
  if (entry.fingerprint !== "") {
    return warn(
      "connection",
      nameOf(entry),
      `${text}, with a certificate that you accepted`,
      "Take the exception back under Settings, Plex once the certificate fits",
    )
  }
  const make = kind === "local_https" || kind === "local_http" || kind === "remote_https" ? ok : warn
  return make("connection", nameOf(entry), text, ADVICE_OF_CLASS[kind])
}

/** The server itself: that it answers, that it accepts its token, and how it is reached. */
export const checkServer = (entry: ServerEntry) =>
  withServer(entry.machine_id, (access) =>
    Effect.gen(function* () {
      const server = yield* PlexServer
      const info = yield* server.info(access)
      return [
        ok("server", nameOf(entry), `${info.name} answers and accepts its token, version ${info.version}`),
        checkConnection(entry, access.uri),
      ] as ReadonlyArray<Check>
    }),
  ).pipe(
    Effect.catch((error) =>
      Effect.succeed([
        bad(
          "server",
          nameOf(entry),
          error.message,
          "Is the server running? Its addresses stand below, each with its reason",
        ),
      ] as ReadonlyArray<Check>),
    ),
  )

/** Whether the chosen libraries are there, and whether subtitles can be written beside their videos. */
export const checkLibraries = (entry: ServerEntry) =>
  Effect.gen(function* () {
    const settings = yield* SettingsStore.use((store) => store.current)
    const shelf = yield* SubtitleShelf
    const sections = yield* listLibraries(entry.machine_id)
    const gone = entry.libraries.filter((id) => !sections.some((one) => one.id === id))
    const used = sections.filter((one) => entry.libraries.length === 0 || entry.libraries.includes(one.id))
    const libraries =
      gone.length > 0
        ? bad(
            "libraries",
            nameOf(entry),
            `${gone.length} of the chosen libraries ${gone.length === 1 ? "is" : "are"} gone: ${gone.join(", ")}`,
            "Choose the libraries again under Settings, Plex",
          )
        : used.length === 0
          ? bad("libraries", nameOf(entry), "There is no library of films or shows", "Add one in Plex")
          : ok("libraries", nameOf(entry), `In use: ${used.map((one) => one.title).join(", ")}`)
    const folders = used.flatMap((one) => one.locations.map((path) => ({ title: one.title, path })))
    const checks = yield* Effect.forEach(folders.slice(0, FOLDERS_MAX), ({ path, title }) =>
      Effect.gen(function* () {
        const here = mapPath(plexMappings(settings), path)
        const obstacle = yield* shelf.folderObstacle(here)
        const place = here === path ? path : `${path}, here ${here}`
        if (obstacle === null) return ok("folders", title, `Subtitles can be written in ${place}`)
        const advice =
          obstacle.reason === "missing"
            ? "Mount the folder here, or say under Settings, Subtitles how Plex's path is called here. Until then Plex is given the subtitles to keep itself"
            : "Let OnCue write there. Until then Plex is given the subtitles to keep itself"
        return warn("folders", title, `${place}: ${obstacle.detail}`, advice)
      }),
    )
    return [libraries, ...checks] as ReadonlyArray<Check>
  }).pipe(
    Effect.catch(() =>
      Effect.succeed([
        skipped("libraries", nameOf(entry), "They cannot be told while the server does not answer"),
      ] as ReadonlyArray<Check>),
    ),
  )

/** The ways in which playback is heard. */
export const checkHearing = (entry: ServerEntry) =>
  Effect.gen(function* () {
    const settings = yield* SettingsStore.use((store) => store.current)
    const monitor = yield* TriggerMonitor
    const stream = (yield* monitor.streams).find((one) => one.serverId === entry.machine_id)
    if (!settings.oncue.event_stream) {
      return [
        skipped("stream", nameOf(entry), "Listening to the event stream is switched off"),
      ] as ReadonlyArray<Check>
    }
    if (stream?.state._tag === "Connected") {
      return [ok("stream", nameOf(entry), `OnCue listens to ${nameOf(entry)}`)] as ReadonlyArray<Check>
    }
    const reason = stream?.state._tag === "Waiting" ? stream.state.reason : "it is being connected"
    return [
      bad(
        "stream",
        nameOf(entry),
        `OnCue does not hear ${nameOf(entry)}: ${reason}`,
        "Look at the server's own check above",
      ),
    ] as ReadonlyArray<Check>
  })

/** Plex's own switch for webhooks, which matters only where one is wanted. */
export const checkWebhook = (entry: ServerEntry) =>
  withServer(entry.machine_id, (access) =>
    Effect.gen(function* () {
      const server = yield* PlexServer
      const value = yield* server.preference(access, "WebHooksEnabled")
      if (value === null || /^(?:1|true)$/i.test(value)) {
        return [ok("webhook", nameOf(entry), "The server sends webhooks")] as ReadonlyArray<Check>
      }
      return [
        warn(
          "webhook",
          nameOf(entry),
          "Webhooks are switched off in the server's settings",
          "Only needed without the event stream: Plex, Settings, Network, Webhooks",
        ),
      ] as ReadonlyArray<Check>
    }),
  ).pipe(
    Effect.catch(() =>
      Effect.succeed([
        skipped("webhook", nameOf(entry), "It cannot be told while the server does not answer"),
      ] as ReadonlyArray<Check>),
    ),
  )
