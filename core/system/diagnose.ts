import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { instanceName } from "../media/catalog.ts"
import { openInstances } from "../media/open_instances.ts"
import { type TestedFolder, testFolders } from "../media/test_instance.ts"
import { JobQueue, MediaCatalog, SettingsStore, SubtitleSources } from "../ports/mod.ts"
import { isEnabled, providerState, unready } from "../providers/ask_provider.ts"
import type { ProviderState } from "../providers/provider_state.ts"
import { serversInUse } from "../servers/known_servers.ts"
import type { ServerEntry } from "../settings/records.ts"
import { checkAddresses } from "./_check_addresses.ts"
import { checkBazarr } from "./_check_bazarr.ts"
import { checkAccount, checkHearing, checkLibraries, checkServer, checkWebhook } from "./_check_plex.ts"
import { bad, type Check, ok, skipped, warn } from "./check.ts"

/** Checks that run at the same time. */
const CHECKS_AT_ONCE = 6

function checkFolder(name: string, { obstacle, ours, theirs }: TestedFolder): Check {
  const place = ours === theirs ? theirs : `${theirs}, here ${ours}`
  return obstacle === null
    ? ok("paths", name, `${place} is there, and can be written`)
    : warn(
        "paths",
        name,
        ours === theirs ? obstacle : `${theirs}: ${obstacle}`,
        "Mount the folder here, or add its path under Settings, Sonarr & Radarr",
      )
}

const checkArr = Effect.gen(function* () {
  const catalog = yield* MediaCatalog
  const both = yield* Effect.forEach(["sonarr", "radarr"] as const, openInstances)
  const open = both.flatMap((one) => one.open)
  const closed = both.flatMap((one) => one.closed)
  if (open.length + closed.length === 0) {
    return [
      skipped("arr", null, "Neither Sonarr nor Radarr is connected; items are found by path and ids alone"),
    ] as ReadonlyArray<Check>
  }
  const asked = yield* Effect.forEach(
    open,
    (access) =>
      Effect.gen(function* () {
        const name = instanceName(access)
        const { appName, version } = yield* catalog.status(access)
        const folders = yield* testFolders(access, access.mappings)
        return [
          ok("arr", name, `${appName} ${version} answers`),
          ...folders.map((folder) => checkFolder(name, folder)),
        ]
      }).pipe(
        Effect.catch((error) =>
          Effect.succeed([
            bad(
              "arr",
              instanceName(access),
              error.message,
              "Test the connection under Settings, Sonarr & Radarr",
            ),
          ]),
        ),
      ),
    { concurrency: "unbounded" },
  )
  const shut = closed.map((one) =>
    bad("arr", one.id, one.reason, "Enter the key under Settings, Sonarr & Radarr"),
  )
  const found = asked.flat()
  const [answers, folders] = [
    found.filter(({ id }) => id === "arr"),
    found.filter(({ id }) => id === "paths"),
  ]
  return [...answers, ...shut, ...folders] as ReadonlyArray<Check>
})

/** What is known of a provider that may be asked: when it last answered, which is not that it works now. */
function answeredText(name: string, { answeredAtMs }: ProviderState, nowMs: number): string {
  if (answeredAtMs === undefined)
    return `${name} has not been asked yet; Settings, Providers has a test of it`
  const minutes = Math.round((nowMs - answeredAtMs) / 60_000)
  const ago =
    minutes < 15
      ? "just now"
      : minutes < 120
        ? `${minutes} minutes ago`
        : minutes < 2_880
          ? `${Math.round(minutes / 60)} hours ago`
          : `${Math.round(minutes / 1_440)} days ago`
  return `${name} answered ${ago}`
}

const checkProviders = Effect.gen(function* () {
  const nowMs = yield* Clock.currentTimeMillis
  const settings = yield* SettingsStore.use((store) => store.current)
  if (settings.oncue.mode === "bazarr")
    return [
      skipped("providers", null, "No provider is asked: Bazarr searches (oncue.mode)"),
    ] as ReadonlyArray<Check>
  const sources = (yield* SubtitleSources).filter((source) => isEnabled(source, settings))
  if (sources.length === 0) {
    return [
      bad("providers", null, "No provider is switched on", "Switch one on under Settings, Providers"),
    ] as ReadonlyArray<Check>
  }
  return yield* Effect.forEach(sources, (source) =>
    Effect.map(Effect.all([providerState(source.id), unready(source)]), ([state, missing]) => {
      if (missing !== null)
        return skipped("providers", source.name, `${source.name} is not asked: ${missing}`)
      if (state.restingUntilMs <= nowMs)
        return ok("providers", source.name, answeredText(source.name, state, nowMs))
      const minutes = Math.ceil((state.restingUntilMs - nowMs) / 60_000)
      const span = minutes < 120 ? `${minutes} more minutes` : `${Math.round(minutes / 60)} more hours`
      return warn(
        "providers",
        source.name,
        `${source.name} rests for ${span}: ${state.reason.replace(/\.$/, "")}`,
        "Settings, Providers shows its account",
      )
    }),
  )
})

const checkSettings = Effect.gen(function* () {
  const rejected = yield* SettingsStore.use((store) => store.rejected)
  return [
    rejected === null
      ? ok("settings", null, "config.yaml is in force as it is")
      : bad(
          "settings",
          null,
          `config.yaml was edited and is not used: ${rejected.message}`,
          "Mend that line, or put a copy back under System, Backups; what was set before stays in force",
        ),
  ] as ReadonlyArray<Check>
})

const checkStore = Effect.gen(function* () {
  const queue = yield* JobQueue
  const { commitMs, durable, setAside } = yield* queue.condition
  if (!durable) {
    return [
      bad(
        "store",
        null,
        "Nothing that is queued survives a restart",
        "Make the data folder writable and start again",
      ),
    ] as ReadonlyArray<Check>
  }
  const refusal = yield* Effect.flip(queue.trial).pipe(Effect.orElseSucceed(() => null))
  if (refusal !== null) {
    return [
      bad(
        "store",
        null,
        refusal.message,
        "Until then no event is taken: whoever sends one is told to try again",
      ),
    ] as ReadonlyArray<Check>
  }
  if (setAside !== null) {
    return [
      warn(
        "store",
        null,
        `The database was damaged; the old file is ${setAside}`,
        "Is the disk sound, and not full?",
      ),
    ] as ReadonlyArray<Check>
  }
  const cost = commitMs === null ? "" : `, a commit takes ${commitMs.toFixed(1)} ms`
  return [ok("store", null, `What is queued survives a power cut${cost}`)] as ReadonlyArray<Check>
})

const ofServer = (entry: ServerEntry) => [
  checkServer(entry),
  checkAddresses(entry),
  checkHearing(entry),
  checkLibraries(entry),
  checkWebhook(entry),
]

type Checking<R> = Effect.Effect<ReadonlyArray<Check>, never, R>
type Needs<T> = T extends Checking<infer R> ? R : never
/** The ports that any of the checks asks. */
type CheckPorts = Needs<
  | typeof checkAccount
  | ReturnType<typeof ofServer>[number]
  | typeof checkArr
  | typeof checkBazarr
  | typeof checkProviders
  | typeof checkSettings
  | typeof checkStore
>

/** Each check, in one order, as soon as it and those before it are done. Nothing is changed by any of them. */
export const diagnose = () =>
  Stream.unwrap(
    Effect.gen(function* () {
      const servers = yield* serversInUse().pipe(
        Effect.map((list) => ({ list, lost: null as Check | null })),
        Effect.catch((error) =>
          Effect.succeed({
            list: [] as ReadonlyArray<ServerEntry>,
            lost: bad("server", null, error.message),
          }),
        ),
      )
      const none =
        servers.list.length > 0 || servers.lost !== null
          ? []
          : [bad("server", null, "No server is chosen", "Choose one under Settings, Plex")]
      const first = Stream.fromIterable([...none, ...(servers.lost === null ? [] : [servers.lost])])
      const checks: ReadonlyArray<Checking<CheckPorts>> = [
        checkAccount,
        ...servers.list.flatMap(ofServer),
        checkArr,
        checkBazarr,
        checkProviders,
        checkSettings,
        checkStore,
      ]
      const run = Stream.fromIterable(checks).pipe(
        Stream.mapEffect((check) => check, { concurrency: CHECKS_AT_ONCE }),
        Stream.flatMap((found) => Stream.fromIterable(found)),
      )
      return Stream.concat(first, run)
    }),
  )
