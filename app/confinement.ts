import { existsSync, readFileSync, realpathSync } from "node:fs"
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parse } from "yaml"
import { readSettings, type Settings } from "../core/settings/settings.ts"
import { toolOf } from "../core/timing/sync_tool.ts"
import { type AppConfig, UsageError } from "./config.ts"

const ROOT = fileURLToPath(new URL("..", import.meta.url))
const MAIN = join(ROOT, "app/start.mjs")

/** What a confined server may touch. */
export interface Confinement {
  /** Folders and files that it may read. */
  readonly read: ReadonlyArray<string>
  /** Folders that it may write. */
  readonly write: ReadonlyArray<string>
  /** The media folders among them. */
  readonly media: ReadonlyArray<string>
  /** The one other program that the settings name, for the timing of subtitles; null: none, or it is not there. */
  readonly tool: string | null
}

/** The media folders that the command line and ONCUE_MEDIA_DIRS name, and the other arguments. */
export function mediaArguments(
  argv: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>>,
): { readonly media: ReadonlyArray<string>; readonly others: ReadonlyArray<string> } {
  const named: Array<string> = (env.ONCUE_MEDIA_DIRS ?? "").split(delimiter).filter((one) => one !== "")
  const others: Array<string> = []
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index]!
    if (argument !== "--media") {
      others.push(argument)
      continue
    }
    const folder = argv[++index]
    if (folder === undefined) throw new UsageError("--media needs a folder")
    named.push(folder)
  }
  return { media: named.map((one) => resolve(one)), others }
}

/** The folders of this machine that the path mappings of config.yaml lead to. */
function mappedFolders({ general, oncue }: Settings): ReadonlyArray<string> {
  const pairs = [...general.path_mappings, ...general.path_mappings_movie].map(([, here]) => here)
  const instances = [...oncue.sonarr, ...oncue.radarr].flatMap((one) => one.path_mappings)
  const ours = [...instances, ...oncue.plex_path_mappings].map((one) => one.to)
  return [...pairs, ...ours].filter((one) => isAbsolute(one))
}

function settingsOf(config: AppConfig): Settings | null {
  const file = join(config.configDir, "config.yaml")
  if (!existsSync(file)) return null
  try {
    const root = parse(readFileSync(file, "utf8"), { version: "1.1", merge: true, uniqueKeys: false })
    return readSettings(root).settings
  } catch {
    // The server itself says what is wrong with the file.
    return null
  }
}

/** The path and what it leads to: the permission model looks at both. */
const withTarget = (path: string) => (existsSync(path) ? [path, realpathSync(path)] : [path])

/** What the server needs: its own program to read, its folders and the media to write. */
export function confinementOf(
  config: AppConfig,
  named: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>>,
): Confinement {
  const settings = settingsOf(config)
  const media = [...named, ...(settings === null ? [] : mappedFolders(settings))]
  const keyFile = config.secretKey._tag === "Given" ? [] : [config.secretKey.file]
  const authorities = env.NODE_EXTRA_CA_CERTS ? [env.NODE_EXTRA_CA_CERTS] : []
  const unique = (paths: ReadonlyArray<string>) => [...new Set(paths.flatMap(withTarget))]
  const write = unique([config.configDir, config.dataDir, ...media])
  const tool = settings?.oncue.sync_tool ?? ""
  return {
    read: unique([ROOT, join(ROOT, "node_modules"), ...write, ...keyFile, ...authorities]),
    write,
    media: unique(media),
    tool: toolOf(tool) !== null && existsSync(tool) ? tool : null,
  }
}

/**
 * The arguments with which Node runs the server inside the confinement: no add-ons, no threads, and child processes only
 * where the settings name a tool.
 */
export function confinedArguments(
  { read, tool, write }: Confinement,
  others: ReadonlyArray<string>,
): ReadonlyArray<string> {
  return [
    "--permission",
    "--allow-net",
    "--disable-warning=ExperimentalWarning",
    ...read.map((path) => `--allow-fs-read=${path}`),
    ...write.map((path) => `--allow-fs-write=${path}`),
    // Node's own warning would say at every start what the line above it has said.
    ...(tool === null ? [] : ["--allow-child-process", "--disable-warning=SecurityWarning"]),
    "--max-semi-space-size=8",
    MAIN,
    ...others,
  ]
}

/** What somebody who starts it is told. */
export function confinementText({ media, tool, write }: Confinement, config: AppConfig): string {
  const own = [...new Set([config.configDir, config.dataDir])].join(" and ")
  const programs =
    tool === null
      ? "No other program can be started."
      : `Other programs can be started, since oncue.sync_tool names ${tool}, and they are not confined.`
  if (media.length > 0)
    return `Confined: only ${own} and these media folders can be written: ${media.join(", ")}. ${programs}`
  return (
    `Confined: only ${write.map(String).join(", ")} can be written, and no media folder is known. Name them with ` +
    `--media DIR or ONCUE_MEDIA_DIRS (several are separated by "${delimiter}"); until then subtitles are given to Plex. ` +
    programs
  )
}

/** Made before the server is confined, which could not make them any more. */
export const foldersToMake = (config: AppConfig): ReadonlyArray<string> => [
  config.configDir,
  config.dataDir,
  ...(config.secretKey._tag === "Own" ? [dirname(config.secretKey.file)] : []),
]
