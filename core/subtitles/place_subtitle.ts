import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ItemRef } from "../media/media_item.ts"
import { PlexLibrary, SettingsStore, SubtitleShelf, type SubtitleText } from "../ports/mod.ts"
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
    }
  /** `why` it is not beside the video. */
  | { readonly _tag: "Uploaded"; readonly title: string; readonly why: string }

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

/** Writes beside the video. Under another name than the one it replaces, the old file goes once the new one is there. */
const write = Effect.fnUntraced(function* (
  videoPath: string,
  name: string,
  bytes: Uint8Array,
  replacing: PlaceRequest["replacing"],
) {
  const shelf = yield* SubtitleShelf
  if (replacing === null || replacing.name === name) {
    const replace = replacing === null ? false : { digest: replacing.digest }
    const { backup, digest, path } = yield* shelf.write(videoPath, name, bytes, { replace })
    return { _tag: "Sidecar", path, name, digest, backup: backup?.id ?? null } as Placement
  }
  const { digest, path } = yield* shelf.write(videoPath, name, bytes, { replace: false })
  const old = yield* shelf
    .remove(videoPath, replacing.name, { digest: replacing.digest })
    .pipe(Effect.tapError(() => Effect.ignore(shelf.remove(videoPath, name, { digest }))))
  return { _tag: "Sidecar", path, name, digest, backup: old.id } as Placement
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
  return yield* write(videoPath, name, bytes, replacing)
})
