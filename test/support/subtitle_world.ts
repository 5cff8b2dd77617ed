import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { memoryServer } from "../../adapters/memory/_plex_world.ts"
import { layer as journal } from "../../adapters/memory/journal.ts"
import { layer as plexLibrary, plexWorld } from "../../adapters/memory/plex_library.ts"
import { layer as releaseNames } from "../../adapters/memory/release_names.ts"
import { layer as settings } from "../../adapters/memory/settings_store.ts"
import { layer as state } from "../../adapters/memory/state_store.ts"
import { layer as ledger } from "../../adapters/memory/subtitle_ledger.ts"
import { layer as reader } from "../../adapters/memory/subtitle_reader.ts"
import { memoryDisk, layer as shelf } from "../../adapters/memory/subtitle_shelf.ts"
import { type MemorySource, make as makeSource, memorySource } from "../../adapters/memory/subtitle_source.ts"
import { layer as textLanguage } from "../../adapters/memory/text_language.ts"
import { Journal, SubtitleSources } from "../../core/ports/mod.ts"
import type { SettingsPatch } from "../../core/settings/settings.ts"
import type { Candidate } from "../../core/subtitles/candidate.ts"
import type { Language } from "../../core/subtitles/language.ts"
import type { WantedFile } from "../../core/subtitles/wanted_file.ts"
import { film } from "./plex_items.ts"
import { candidate, filmQuery } from "./subtitle_queries.ts"

/** A film on a server, its folder, and providers in memory: all that finding subtitles needs. */

export const VIDEO = "/films/Sintel (2010)/Sintel (2010).mkv"
export const SRT =
  "1\n00:00:01,000 --> 00:00:02,000\nHello there\n\n2\n00:00:03,000 --> 00:00:04,000\nGood tide\n"

export interface Offer extends Partial<Candidate> {
  /** What is delivered; null: it is gone. */
  readonly text?: string | null
}

/** A provider that offers these subtitles of Sintel. */
export function provider(id: string, offers: ReadonlyArray<Offer>, more: Partial<MemorySource> = {}) {
  const made = offers.map(({ text = SRT, ...given }, index) => ({
    text,
    candidate: candidate({
      provider: id,
      id: `${id}-${index + 1}`,
      handle: `${id}-${index + 1}`,
      matchedBy: ["imdb"],
      ...given,
    }),
  }))
  return memorySource({
    id,
    name: id,
    candidates: made.map((one) => one.candidate),
    deliveries: new Map(
      made.flatMap(({ candidate: { handle }, text }) =>
        text === null
          ? []
          : [[handle, { _tag: "File", bytes: new TextEncoder().encode(text), fileName: null }] as const],
      ),
    ),
    ...more,
  })
}

export function subtitleWorld(
  sources: ReadonlyArray<MemorySource>,
  options: { readonly settings?: SettingsPatch; readonly languages?: ReadonlyArray<string> } = {},
) {
  const item = film()
  const server = memoryServer({}, { items: new Map([[item.ref.ratingKey, item]]) })
  const world = plexWorld({ servers: [server] })
  const disk = memoryDisk()
  disk.files.set(VIDEO, { bytes: new Uint8Array(10), modifiedMs: 0 })
  const { accessToken, connections, machineIdentifier } = server.server
  const access = {
    uri: connections[0]?.uri ?? "",
    machineIdentifier,
    fingerprint: null,
    token: accessToken ?? Effect.runSync(Effect.die("the server has a token")),
  }
  const languages = options.languages ?? ["en"]
  const profile = {
    name: "test",
    cutoff: "",
    libraries: [],
    languages: languages.map((language) => ({
      language,
      forced: "avoid" as const,
      hearing_impaired: "avoid" as const,
      unless_audio: false,
    })),
  }
  const given = options.settings ?? {}
  const layer = Layer.mergeAll(
    journal,
    plexLibrary(world),
    releaseNames,
    settings({ settings: { ...given, oncue: { languages: [profile], ...given.oncue } } }),
    state,
    ledger,
    reader,
    shelf(disk),
    textLanguage,
    Layer.succeed(
      SubtitleSources,
      sources.map((one) => makeSource(one)),
    ),
  )
  const { release } = filmQuery({ path: VIDEO, frameRate: null, releaseGroup: null })
  const part = item.versions[0]?.parts[0] ?? null
  const file: WantedFile = { part, release, piece: null, mediaId: null }
  const files: readonly [WantedFile, ...Array<WantedFile>] = [file]
  const request = { item, files, access, jobId: 7 }
  /** The names of the files beside the video, with their text. */
  const beside = () =>
    Object.fromEntries(
      [...disk.files]
        .filter(([path]) => !path.endsWith(".mkv"))
        .map(([path, file]) => [path.slice(path.lastIndexOf("/") + 1), new TextDecoder().decode(file.bytes)]),
    )
  return { access, beside, disk, file, item, layer, profile, request, server }
}

/** The job's story: kind and text of each entry, in order. */
export const story = Journal.use((port) =>
  Effect.map(port.read({ jobId: 7, limit: 100 }), (entries) =>
    entries.map(({ kind, text }) => `${kind}: ${text}`).reverse(),
  ),
)

export const portuguese = "pt-BR" as Language
