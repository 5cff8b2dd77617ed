import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ItemRef } from "../media/media_item.ts"
import { besideOf } from "../media/path_mapping.ts"
import { orDropped } from "../placed/settle_intentions.ts"
import {
  PlexLibrary,
  SettingsStore,
  ShelfOccupied,
  type SubtitleLedger,
  SubtitleShelf,
  type SubtitleText,
} from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { Candidate } from "./candidate.ts"
import { languageName } from "./language.ts"
import { formatSidecar, sidecarLanguage } from "./sidecar.ts"

/** The subtitle can neither be written beside the video nor be given to Plex. The reasons of both are in the message. */
export class NowhereToPlace extends Schema.TaggedError<NowhereToPlace>()("NowhereToPlace", {
  folder: Schema.String,
  plex: Schema.String,
}) {
  override get message(): string {
    return `Cannot store the subtitle: ${this.folder}; ${this.plex}`
  }
}

/** Where a subtitle went. */
export type Placement =
  | {
      readonly _tag: "Sidecar"
      readonly path: string
      readonly name: string
      readonly digest: string
      /** Where the file that it replaced is kept; null when it replaced none. */
      readonly backup: string | null
      /** Under which it was to be remembered; null when it was not. */
      readonly intention: number | null
    }
  /** `why` it is not beside the video. */
  | { readonly _tag: "Uploaded"; readonly title: string; readonly why: string }

/** What is about to be written. */
export interface Planned {
  readonly videoPath: string
  readonly file: { readonly name: string; readonly digest: string }
  /** The file under another name whose place it takes, and the backup that it becomes. */
  readonly gone: { readonly name: string; readonly digest: string; readonly backup: string } | null
  /** The backup of what it takes the place of, whatever its name; null: nobody's. */
  readonly backup: string | null
}

export interface PlaceRequest {
  readonly candidate: Candidate
  readonly text: SubtitleText
  /** Where the video lies for us; null when its path is unknown here. */
  readonly videoPath: string | null
  /** The server's id of the version it is for; null where it has none. */
  readonly mediaId: string | null
  /** A file of ours beside the video whose place it takes; null: it takes nobody's. */
  readonly replacing: { readonly name: string; readonly digest: string } | null
  readonly item: { readonly ref: ItemRef; readonly access: ServerAccess } | null
  /** Keeps what is about to be written before it is, and answers under which id; null when it cannot. */
  readonly remember: (planned: Planned) => Effect.Effect<number | null, never, SubtitleLedger | SettingsStore>
}

/** Formats that Plex reads as they are; the reader has turned every other into SRT. */
const EXTENSIONS: Readonly<Record<string, string>> = { ass: "ass", ssa: "ssa", vtt: "vtt", smi: "smi" }

const upload = Effect.fnUntraced(function* (request: PlaceRequest, bytes: Uint8Array, folder: string) {
  const { candidate, item, text } = request
  if (item === null) return yield* new NowhereToPlace({ folder, plex: "the item is in no Plex library" })
  const library = yield* PlexLibrary
  const title = `${languageName(candidate.language)} (OnCue, ${candidate.provider})`
  yield* library
    .uploadSubtitle(item.access, item.ref.ratingKey, {
      title,
      format: EXTENSIONS[text.format] ?? "srt",
      language: sidecarLanguage(candidate.language),
      forced: candidate.forced,
      hearingImpaired: candidate.hearingImpaired,
      mediaId: request.mediaId,
      bytes,
    })
    .pipe(
      Effect.catchTag(["PlexForbidden", "PlexNotFound", "PlexRefused"], (error) =>
        Effect.fail(new NowhereToPlace({ folder, plex: error.message })),
      ),
    )
  return { _tag: "Uploaded", title, why: folder } as Placement
})

/**
 * Writes beside the video, what it will be remembered by first. Under another name than the one it replaces, the old file
 * goes once the new one is there.
 */
const write = Effect.fnUntraced(function* (
  { remember, replacing }: PlaceRequest,
  videoPath: string,
  name: string,
  bytes: Uint8Array,
) {
  const shelf = yield* SubtitleShelf
  const isInPlace = replacing?.name === name
  // Somebody else's file of this name is never taken for ours, also when it says the same.
  if (!isInPlace && (yield* shelf.digest(videoPath, name)) !== null)
    return yield* new ShelfOccupied({ path: besideOf(videoPath, name) })
  const { backupId, digest } = yield* shelf.foresee(bytes)
  const isSame = isInPlace && replacing.digest === digest
  const gone = replacing === null || isInPlace ? null : { ...replacing, backup: backupId }
  const backup = replacing === null ? null : backupId
  const file = { name, digest: digest ?? "" }
  const intention = isSame ? null : yield* remember({ videoPath, file, gone, backup })
  const change = Effect.gen(function* () {
    if (replacing === null || isInPlace) {
      const replace = replacing === null ? false : { digest: replacing.digest }
      return yield* shelf.write(videoPath, name, bytes, { replace, backupId })
    }
    const written = yield* shelf.write(videoPath, name, bytes, { replace: false })
    const old = yield* shelf
      .remove(videoPath, replacing.name, { digest: replacing.digest, backupId })
      .pipe(Effect.tapError(() => Effect.ignore(shelf.remove(videoPath, name, { digest: written.digest }))))
    return { ...written, backup: old }
  })
  const written = yield* orDropped(intention, change)
  const kept = written.backup?.id ?? null
  return {
    _tag: "Sidecar",
    path: written.path,
    name,
    digest: written.digest,
    backup: kept,
    intention,
  } satisfies Placement as Placement
})

/**
 * Stores a subtitle as UTF-8 beside its video under Plex's naming rules, or gives it to Plex when the folder is not
 * mounted here or cannot be written. Nothing that exists is overwritten (ShelfOccupied) but the file of ours that it
 * replaces, and that only while it is the one we wrote (ShelfChanged). Fails with PlexUnreachable or TokenRejected when
 * the upload could not be tried.
 */
export const placeSubtitle = Effect.fn("placeSubtitle")(function* (request: PlaceRequest) {
  const { candidate, replacing, text, videoPath } = request
  const settings = yield* (yield* SettingsStore).current
  const bytes = new TextEncoder().encode(text.text)
  if (videoPath === null) return yield* upload(request, bytes, "the video's folder is not known here")
  const shelf = yield* SubtitleShelf
  const obstacle = yield* shelf.obstacle(videoPath)
  if (obstacle !== null && replacing === null) return yield* upload(request, bytes, obstacle.message)
  const { forced, hearingImpaired, language } = candidate
  const marker = settings.general.hi_extension === "cc" ? "cc" : "sdh"
  const name = formatSidecar(
    videoPath,
    { language, forced, hearingImpaired, extension: EXTENSIONS[text.format] ?? "srt" },
    marker,
  )
  return yield* write(request, videoPath, name, bytes)
})
