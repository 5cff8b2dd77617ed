import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { layer as cryptoBox } from "../../adapters/crypto/secret_box.ts"
import { layer as entropy } from "../../adapters/memory/entropy.ts"
import { layer as journal } from "../../adapters/memory/journal.ts"
import {
  memoryServer,
  type PlexWorld,
  layer as plexAccount,
  plexWorld,
} from "../../adapters/memory/plex_account.ts"
import { layer as plexServer } from "../../adapters/memory/plex_server.ts"
import { layer as stateStore } from "../../adapters/memory/state_store.ts"
import { layer as yamlStore } from "../../adapters/yaml/settings_store.ts"
import { migrate } from "../../core/migration/migrate.ts"
import {
  Entropy,
  Journal,
  PlexAccount,
  PlexServer,
  PlexUnreachable,
  SecretBox,
  SecretUnreadable,
  SettingsNotSaved,
  SettingsStore,
  StateStore,
  StoreUnavailable,
  TokenRejected,
} from "../../core/ports/mod.ts"
import { secretKeys } from "../../core/settings/settings.ts"
import { tempFolder } from "./temp_folder.ts"

/** The token that the configuration holds as its API key, and that plex.tv knows. */
export const API_KEY = "account-token"
export const ATTIC = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
export const SECURE = `https://192-168-1-50.${"0123456789abcdef".repeat(2)}.plex.direct:32400`

const connection = (uri: string, local: boolean, relay = false) => ({
  uri,
  protocol: uri.startsWith("https") ? ("https" as const) : ("http" as const),
  address: "192.168.1.50",
  port: 32_400,
  local,
  relay,
})

const section = (id: string, title: string, type: "movie" | "show") => ({
  id,
  uuid: `uuid-${id}`,
  title,
  type,
  agent: "",
  scanner: "",
  language: "",
  updatedAt: 0,
  createdAt: 0,
  locations: [],
})

/** One account with two servers: Attic, which the configuration means, and another one that plex.tv lists before it. */
export function atticWorld(): PlexWorld {
  const attic = memoryServer(
    {
      machineIdentifier: ATTIC,
      token: "attic-token",
      connections: [
        connection("https://relay.plex.direct:8443", false, true),
        connection("https://203-0-113-7.example.plex.direct:31234", false),
        connection(SECURE, true),
      ],
    },
    { sections: [section("1", "Movies", "movie"), section("2", "TV Shows", "show")] },
  )
  attic.addresses.set("http://192.168.1.50:32400", { answers: "server", latencyMs: 0 })
  const cellar = memoryServer({
    name: "Cellar",
    machineIdentifier: "beef",
    connections: [connection("http://192.168.1.60:32400", true)],
  })
  return plexWorld({ tokens: new Set([API_KEY]), servers: [cellar, attic] })
}

type Services = SettingsStore | SecretBox | StateStore | Entropy | Journal | PlexAccount | PlexServer

/** What outlives a process: plex.tv, the servers, the state database, the sealing key, and the folder with config.yaml. */
export interface Installation {
  readonly world: PlexWorld
  readonly file: string
  readonly backupsDir: string
  readonly text: () => string
  readonly outside: Context.Context<Exclude<Services, SettingsStore>>
}

export const installation = (text: string, world = atticWorld()) =>
  Effect.gen(function* () {
    const folder = yield* tempFolder
    const file = join(folder, "config.yaml")
    writeFileSync(file, text)
    const outside = yield* Layer.build(
      Layer.mergeAll(
        cryptoBox({ _tag: "Given", key: Redacted.make("a-sealing-key-of-this-installation") }),
        stateStore,
        entropy(),
        journal,
        plexAccount(world),
        plexServer(world),
      ),
    )
    const backupsDir = join(folder, "backups")
    return { world, file, backupsDir, text: () => readFileSync(file, "utf8"), outside } satisfies Installation
  })

/** What goes wrong at one call of a port. */
export type Mishap = "nothing" | "refused" | "outage" | "dies before" | "dies after"
export const MISHAPS: ReadonlyArray<Mishap> = ["refused", "outage", "dies before", "dies after"]

const unreachable = new PlexUnreachable({
  where: "plex.tv",
  fault: "timeout",
  status: null,
  retryAfterSeconds: null,
  detail: "no answer",
})
const notSaved = new SettingsNotSaved({ file: "config.yaml", reason: "the disk is full" })
const noStore = new StoreUnavailable({ store: "state", reason: "locked" })

/** The failure that a call owes, or null: it cannot fail. */
function failureOf(call: string, outage: boolean): unknown {
  if (/^SettingsStore\.(update|backup|restore)$/.test(call)) return notSaved
  if (/^StateStore\./.test(call)) return noStore
  if (/^SecretBox\.(open|seal)$/.test(call)) return new SecretUnreadable({ what: "secret", reason: "forged" })
  if (call === "PlexServer.identity") return { fault: "refused", reason: "refused", fingerprint: null }
  if (/^Plex/.test(call)) return outage ? unreachable : new TokenRejected({ where: "plex.tv" })
  return null
}

export const canFail = (call: string, mishap: Mishap): boolean =>
  (mishap === "refused" || mishap === "outage") && failureOf(call, mishap === "outage") !== null

export class ProcessEnded extends Error {}

/** Counts the calls of ports and lets one of them go wrong. After the end of the process no call does anything. */
export function mishapAt(number: number, mishap: Mishap, meanwhile: () => void = () => {}) {
  const calls: Array<string> = []
  let ended = false
  const end = Effect.suspend(() => {
    ended = true
    return Effect.die(new ProcessEnded())
  })
  const wrapped = (call: string, effect: Effect.Effect<unknown, unknown>) =>
    Effect.suspend(() => {
      if (ended) return Effect.die(new ProcessEnded())
      calls.push(call)
      if (calls.length - 1 !== number) return effect
      meanwhile()
      if (mishap === "nothing") return effect
      if (mishap === "dies before") return end
      if (mishap === "dies after") return Effect.andThen(effect, end)
      const failure = failureOf(call, mishap === "outage")
      return failure === null ? effect : Effect.fail(failure)
    })
  const around = <S extends object>(name: string, service: S): S =>
    new Proxy(service, {
      get: (target, property) => {
        const member = Reflect.get(target, property) as unknown
        const call = `${name}.${String(property)}`
        if (Effect.isEffect(member)) return wrapped(call, member as Effect.Effect<unknown, unknown>)
        if (typeof member !== "function") return member
        return (...given: ReadonlyArray<unknown>) => {
          const result: unknown = Reflect.apply(member, target, given)
          return Effect.isEffect(result) ? wrapped(call, result as Effect.Effect<unknown, unknown>) : result
        }
      },
    })
  return { calls, around }
}

const KEYS = { SettingsStore, SecretBox, StateStore, Entropy, Journal, PlexAccount, PlexServer }

/** A process on an installation: its own SettingsStore, and everything else as it is outside, with a mishap if wanted. */
export const inProcess = <A, E>(
  { file, backupsDir, outside }: Installation,
  program: Effect.Effect<A, E, Services>,
  mishap = mishapAt(-1, "refused"),
) =>
  Effect.gen(function* () {
    const store = yield* Layer.build(yamlStore({ file, backupsDir, lookEveryMs: 3_600_000 }))
    const all = Context.merge(outside, store)
    let services = all
    for (const [name, key] of Object.entries(KEYS)) {
      const tag = key as unknown as Context.Key<Services, object>
      services = Context.add(services, tag, mishap.around(name, Context.get(all, tag))) as typeof all
    }
    return yield* Effect.provide(program, services)
  }).pipe(Effect.scoped)

/** Lets virtual time pass as long as the program runs, however long it means to wait. */
export const hurried = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.withLive(Effect.sleep(1))
      yield* TestClock.adjust("10 seconds")
    }
    return yield* Fiber.join(fiber)
  })

/** Whether the configuration as it is on the disk lets a new process in: at plex.tv, and at the server. */
export const authenticates = (place: Installation) =>
  inProcess(
    place,
    Effect.gen(function* () {
      const settings = yield* (yield* SettingsStore).current
      const { plex, oncue } = settings
      const box = yield* SecretBox
      const open = (stored: Redacted.Redacted, flaggedEncrypted = false) =>
        Effect.map(
          box.open(Redacted.value(stored), { ...secretKeys(settings), flaggedEncrypted }, "token"),
          ({ secret }) => secret,
        )
      const isOauth = plex.auth_method === "oauth"
      const token = yield* isOauth ? open(plex.token) : open(plex.apikey, plex.apikey_encrypted)
      yield* (yield* PlexAccount).user({ identifier: "test", deviceName: "test" }, token)
      if (!isOauth) return "apikey" as const
      const entry = oncue.servers[0]
      yield* (yield* PlexServer).info({
        uri: plex.server_url,
        machineIdentifier: plex.server_machine_id,
        fingerprint: null,
        token: yield* open(entry?.token ?? Redacted.make("")),
      })
      return "oauth" as const
    }),
  )

export const migrateIn = (place: Installation, asked = false, mishap = mishapAt(-1, "refused")) =>
  hurried(inProcess(place, migrate({ asked }), mishap))
