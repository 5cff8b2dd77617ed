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
  | { readonly _tag: "Sidecar"; readonly path: string; readonly name: string }
  | { readonly _tag: "Uploaded"; readonly title: string }

export interface PlaceRequest {
  readonly candidate: Candidate
  readonly text: SubtitleText
  /** Where the video lies for us; null when its path is unknown here. */
  readonly videoPath: string | null
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
      bytes,
    })
    .pipe(
      Effect.catchTag(["PlexForbidden", "PlexNotFound", "PlexRefused"], (error) =>
        Effect.fail(new NowhereToPlace({ folder, plex: error.message })),
      ),
    )
  return { _tag: "Uploaded", title } as Placement
})

/**
 * Stores a subtitle as UTF-8 beside its video under Plex's naming rules, or gives it to Plex when the folder is not
 * mounted here or cannot be written. Nothing that exists is overwritten: ShelfOccupied. Fails with PlexUnreachable or
 * TokenRejected when the upload could not be tried.
 */
export const placeSubtitle = Effect.fn("placeSubtitle")(function* (request: PlaceRequest) {
  const { candidate, text, videoPath } = request
  const settings = yield* (yield* SettingsStore).current
  const bytes = new TextEncoder().encode(text.text)
  if (videoPath === null) return yield* upload(request, bytes, "the video's folder is not known here")
  const shelf = yield* SubtitleShelf
  const obstacle = yield* shelf.obstacle(videoPath)
  if (obstacle !== null) return yield* upload(request, bytes, obstacle.message)
  const { forced, hearingImpaired, language } = candidate
  const marker = settings.general.hi_extension === "cc" ? "cc" : "sdh"
  const name = formatSidecar(
    videoPath,
    { language, forced, hearingImpaired, extension: EXTENSIONS[text.format] ?? "srt" },
    marker,
  )
  const { path } = yield* shelf.write(videoPath, name, bytes, { replace: false })
  return { _tag: "Sidecar", path, name } as Placement
})
