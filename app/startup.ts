import { accessSync, constants, mkdirSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { type AppOptions, makeApp } from "../adapters/http/app.ts"
import { makeDirect } from "../adapters/http/direct.ts"
import { makePage, type PageBuild } from "../adapters/http/page.ts"
import type { Route } from "../adapters/http/route.ts"
import { ALL_ROUTES, ROUTES } from "../adapters/http/route_table.ts"
import { CannotListen, listen, type Served } from "../adapters/http/server.ts"
import { VERSION } from "../adapters/http/version.ts"
import { issueCode } from "../core/access/issue_code.ts"
import { isClaimed } from "../core/access/owner.ts"
import { authMethod } from "../core/auth/account_access.ts"
import { type AnyPort, SettingsStore, StoreUnavailable } from "../core/ports/mod.ts"
import { prepareSettings } from "../core/settings/prepare.ts"
import { DEFAULT_SETTINGS, FIELDS, type Settings, warningText } from "../core/settings/settings.ts"
import { background } from "./background.ts"
import { PAGE_FOLDER } from "./build_page.ts"
import type { AppConfig } from "./config.ts"
import { everyPort, live, type Wiring } from "./layers.ts"
import { type Log, openLog } from "./logging.ts"

/** A server that runs, or the sentence why it does not. */
export type StartResult =
  | {
      readonly _tag: "Started"
      /** `http://127.0.0.1:6868`, as far as this machine is concerned. */
      readonly address: string
      readonly log: Log
      /** Stops accepting, finishes or hands back what is under way, closes everything. Within five seconds. */
      readonly stop: () => Promise<void>
    }
  | { readonly _tag: "Refused"; readonly reason: string }

export interface StartOptions {
  /** Readable lines of the log; null: none. */
  readonly terminal: ((line: string) => void) | null
  /** Changes the wiring, for tests. */
  readonly wire?: (wiring: Wiring) => Wiring
  /** Another clock than the system's, for tests. */
  readonly clock?: Clock.Clock
  /** How the page is doing while it is not built; without it nothing builds it. */
  readonly pageBuild?: () => PageBuild
}

/** How long, in milliseconds, the workers may take to hand back what they do. */
const WORKERS_STOP_MS = 2_500

/** Why it does not start; with several installations on one machine the folder tells which of them. */
function reasonOf(cause: Cause.Cause<unknown>, folder: string): string {
  const error = Cause.squash(cause)
  if (error instanceof StoreUnavailable) return `${error.message} (in ${folder})`
  return error instanceof Error ? error.message : String(error)
}

/** What to do when the address cannot be listened on. */
const ADVICE = {
  host: "Write 127.0.0.1 for this machine alone, 0.0.0.0 for every network it is in, or one of its own addresses",
  port: "Write another one, above 1024",
} as const

/**
 * Why nobody can listen where it was said, and who has said it. Another address is not tried instead: whoever wrote this
 * one would look for the page where it is not.
 */
function listenReason(error: CannotListen, config: AppConfig): string {
  if (error.fault === null) return error.message
  const key = error.fault === "host" ? "general.ip" : "general.port"
  const by = config.fixed.find((one) => one.key === key)?.by
  const from = by ?? `${key} in ${join(config.configDir, "config.yaml")}`
  return `${error.message}. ${ADVICE[error.fault]} (${from})`
}

/** Why nothing can be kept in the folder; null: it can. */
function obstacleIn(folder: string): string | null {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return null
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return `${folder} cannot be written (${code}): nothing is remembered and no job is taken; set ONCUE_DATA_DIR to a folder that can be`
  }
}

/**
 * What to do about a file with keys that other users of the machine can read; null: nothing. Its mode is its owner's
 * choice, who may have had it for years, and so it is not changed here.
 */
function openToOthers(file: string): string | null {
  if (process.platform === "win32") return null
  try {
    const { mode } = statSync(file)
    return (mode & 0o004) === 0
      ? null
      : `Every user of this machine can read the keys in ${file}: run "chmod o-rwx" on it`
  } catch {
    // A file that is not there can be read by nobody.
    return null
  }
}

/** Every secret of the settings by its value, for the log's last filter. */
function secretsOf(settings: Settings): ReadonlyArray<string> {
  return Object.entries(FIELDS).flatMap(([section, fields]) => {
    const values = settings[section as keyof Settings] as Record<string, unknown>
    return Object.entries(fields).flatMap(([key, field]) => {
      const value = values[key]
      return field.secret && Redacted.isRedacted(value) ? [String(Redacted.value(value))] : []
    })
  })
}

/** `/oncue` from whatever people write: `oncue/`, `/oncue`, `/`. */
function basePathOf(settings: Settings): string {
  const path = settings.general.base_url.replace(/^\/*|\/*$/g, "")
  return path === "" ? "" : `/${path}`
}

/** `*` is how Bazarr writes "every address". */
const hostOf = (host: string) => (host === "*" || host === "" ? "0.0.0.0" : host)
const shownHost = (host: string) =>
  host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host

/**
 * Starts everything: settings, stores, the HTTP interface, then the workers. Nothing asks the outside before it
 * listens, so a start takes no longer for a server that is off.
 */
export async function startServer(config: AppConfig, options: StartOptions): Promise<StartResult> {
  const { terminal } = options
  try {
    for (const folder of [config.configDir, config.dataDir])
      mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    return {
      _tag: "Refused",
      reason: `the folder cannot be made: ${error instanceof Error ? error.message : error}; choose another with --config or ONCUE_CONFIG_DIR`,
    }
  }
  const unwritable = obstacleIn(config.dataDir)
  const logs = unwritable === null ? join(config.dataDir, "logs") : null
  const log = openLog({ level: "INFO", folder: logs, terminal })
  let port: number | null = null
  let settings = () => DEFAULT_SETTINGS
  const wiring = live(config, {
    port: () => port,
    log,
    configuredLevel: () => settings().oncue.log_level,
    unwritable,
  })
  const runtime = ManagedRuntime.make(
    everyPort(options.wire?.(wiring) ?? wiring).pipe(
      Layer.provideMerge(log.layer),
      Layer.provideMerge(
        options.clock === undefined ? Layer.empty : Layer.succeed(Clock.Clock, options.clock),
      ),
    ),
  )
  const refuse = async (cause: Cause.Cause<unknown>): Promise<StartResult> => {
    await runtime.dispose()
    await log.close()
    const error = Cause.squash(cause)
    const reason =
      error instanceof CannotListen ? listenReason(error, config) : reasonOf(cause, config.dataDir)
    return { _tag: "Refused", reason }
  }
  const built = await runtime.runPromiseExit(Effect.context<AnyPort>())
  if (Exit.isFailure(built)) return refuse(built.cause)
  const context = built.value
  const run = Effect.runPromiseExitWith(context)

  const prepared = await run(prepareSettings())
  if (Exit.isFailure(prepared)) return refuse(prepared.cause)
  const store = Context.get(context, SettingsStore)
  settings = () => Effect.runSync(store.current)
  const first = settings()
  log.setLevel(first.oncue.log_level)
  log.addSecrets(secretsOf(first))

  const basePath = basePathOf(first)
  const appOptions: AppOptions = {
    run,
    settings,
    routes: ALL_ROUTES,
    basePath,
    page: makePage({
      folder: PAGE_FOLDER,
      basePath,
      build: options.pageBuild ?? (() => ({ _tag: "Idle" })),
    }),
    onDefect: (route, cause) => void run(Effect.logError(`Cannot answer ${route}`, cause)),
  }
  const host = hostOf(config.host ?? first.general.ip)
  const scope = Effect.runSync(Scope.make())
  const served: Served = {
    fetch: makeApp(appOptions).fetch,
    direct: makeDirect(ROUTES.plexWebhook as unknown as Route, appOptions),
  }
  const listening = await run(Scope.provide(listen(served, host, config.port ?? first.general.port), scope))
  if (Exit.isFailure(listening)) return refuse(listening.cause)
  port = listening.value.port
  const address = `http://${shownHost(host)}:${port}`
  await run(Effect.logInfo(`OnCue ${VERSION} listens on ${address}${appOptions.basePath}`))
  if (unwritable !== null) await run(Effect.logWarning(unwritable))
  const open = openToOthers(join(config.configDir, "config.yaml"))
  if (open !== null) await run(Effect.logWarning(open))
  if (prepared.value) {
    const isNew = authMethod(first) === null
    const what = isNew ? "A new installation" : "config.yaml had no API key and has one now"
    await run(Effect.logInfo(`${what}: open ${address}${isNew ? ', or run "npm run oncue -- sign-in"' : ""}`))
  }

  for (const warning of await Effect.runPromise(store.warnings))
    await run(Effect.logWarning(warningText(warning)))
  if (!isClaimed(settings())) {
    // For eyes at the terminal only: whoever reads the code may come in.
    const code = await run(issueCode())
    if (Exit.isSuccess(code))
      terminal?.(
        `To open the page from another machine for the first time: its one-time code is ${code.value}`,
      )
  }

  const changed = (now: Settings) => {
    log.setLevel(now.oncue.log_level)
    log.addSecrets(secretsOf(now))
  }
  const workers = Effect.runForkWith(context)(background(changed))

  const stop = async () => {
    await run(Effect.logInfo("Stopping"))
    await Promise.all([
      Effect.runPromise(Scope.close(scope, Exit.void)),
      Effect.runPromise(Effect.timeoutOption(Fiber.interrupt(workers), WORKERS_STOP_MS)),
    ])
    await runtime.dispose()
    await log.close()
  }
  return { _tag: "Started", address, log, stop }
}
