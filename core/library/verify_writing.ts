import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import { plexMappings } from "../media/instances.ts"
import { type MediaItem, type MediaPart, type MediaStream, partsOf } from "../media/media_item.ts"
import { mapPath } from "../media/path_mapping.ts"
import { PlexLibrary, PlexServer, SettingsStore, SubtitleShelf } from "../ports/mod.ts"
import type { ServerAccess } from "../servers/server.ts"
import { type Language, languageOfStream, sameLanguage } from "../subtitles/language.ts"
import { formatSidecar } from "../subtitles/sidecar.ts"
import { puttingBack } from "./_put_back.ts"
import { failed, skipped, works } from "./finding.ts"
import { refreshItem } from "./refresh_item.ts"
import type { Expectation } from "./refresh_outcome.ts"
import { pollPausesMs } from "./refresh_plan.ts"

/** Languages that every server knows; the probe has the first of them in which the item has no subtitle. */
const PROBE_LANGUAGES = ["fi", "hu", "cs", "da", "el", "ro"].map((tag) => tag as Language)
const PROBE_TEXT = "1\n00:00:01,000 --> 00:00:02,000\nA probe of OnCue; it can be deleted\n"
/** How far the added date is moved for a moment, in seconds. */
const DATE_STEP_SECONDS = 1

/**
 * Tries on one item what changes something, and undoes it, also when something fails on the way. What could not be undone
 * is a finding of its own.
 */
export const verifyWriting = Effect.fnUntraced(function* (access: ServerAccess, item: MediaItem) {
  const part = partsOf(item).find(({ file }) => file !== null)
  const sidecar =
    part === undefined || part.file === null
      ? [skipped("Refresh", "the server does not show where the file is")]
      : yield* verifySidecar(access, item, part, part.file)
  return [...sidecar, ...(yield* verifyAddedDate(access, item))]
})

const subtitlesOf = (item: MediaItem) =>
  partsOf(item).flatMap(({ streams }) => streams.filter(({ type }) => type === "subtitle"))

/** Any sidecar that was not there before, since a server may list a file without understanding its language. */
function newSidecar(before: MediaItem): Expectation {
  const known = new Set(subtitlesOf(before).map(({ id }) => id))
  return (now) =>
    subtitlesOf(now).find(
      ({ id, key, providerTitle }) => key !== null && providerTitle === null && !known.has(id),
    ) ?? null
}

const verifySidecar = Effect.fnUntraced(function* (
  access: ServerAccess,
  item: MediaItem,
  part: MediaPart,
  plexFile: string,
) {
  const shelf = yield* SubtitleShelf
  const settings = yield* (yield* SettingsStore).current
  const video = mapPath(plexMappings(settings), plexFile)
  const present = subtitlesOf(item).map(languageOfStream)
  const language =
    PROBE_LANGUAGES.find((one) => !present.some((other) => other !== null && sameLanguage(one, other))) ??
    PROBE_LANGUAGES[0]!
  const kind = { language, forced: false, hearingImpaired: false, extension: "srt" }
  const name = formatSidecar(video, kind, "sdh")
  const written = yield* Effect.result(
    shelf.write(video, name, new TextEncoder().encode(PROBE_TEXT), { replace: false }),
  )
  if (written._tag === "Failure") return [failed("Refresh", written.failure.message)]
  const stream = yield* Ref.make<MediaStream | null>(null)
  const { findings, isBack } = yield* puttingBack(
    lookForProbe(access, item, part, language, stream),
    shelf.remove(video, name),
    { step: "Refresh", left: `The probe "${name}" is still beside the video and can be deleted` },
  )
  const listed = yield* Ref.get(stream)
  if (listed === null || !isBack) return findings
  const removal = verifyRemoval(access, item, listed).pipe(
    Effect.catch((error) => Effect.succeed(failed("Removal", error.message))),
  )
  return [...findings, yield* removal]
})

/** Has the server list the probe, and tries to switch it on; puts the stream that was listed into `found`. */
const lookForProbe = Effect.fnUntraced(function* (
  access: ServerAccess,
  item: MediaItem,
  part: MediaPart,
  language: Language,
  found: Ref.Ref<MediaStream | null>,
) {
  const outcome = yield* refreshItem({
    access,
    ratingKey: item.ref.ratingKey,
    item,
    expect: newSidecar(item),
    asked: true,
    fromStart: true,
  })
  const cost = `${(outcome.elapsedMs / 1_000).toFixed(1)} s, ${outcome.calls + outcome.reads} calls`
  if (outcome.stream === null || outcome.stage === null) {
    const why = outcome.skipped.length === 0 ? "" : `; ${outcome.skipped.join("; ")}`
    return [failed("Refresh", `a new sidecar is not listed (${cost})${why}`)]
  }
  const listed = languageOfStream(outcome.stream)
  const understood = listed !== null && sameLanguage(listed, language)
  const as = understood ? "in its language" : `as ${listed ?? "no language"} instead of ${language}`
  const refreshed = works("Refresh", `a new sidecar is listed after "${outcome.stage}", ${as} (${cost})`)
  yield* Ref.set(found, outcome.stream)
  return [refreshed, ...(yield* verifyChoice(access, item, part, outcome.stream))]
})

const verifyChoice = Effect.fnUntraced(function* (
  access: ServerAccess,
  item: MediaItem,
  part: MediaPart,
  stream: MediaStream,
) {
  const server = yield* PlexServer
  const library = yield* PlexLibrary
  const before = part.streams.find(({ type, selected }) => type === "subtitle" && selected)?.id ?? "0"
  const choose = (id: string) => server.selectSubtitle(access, part.id, id)
  const tried = Effect.gen(function* () {
    yield* choose(stream.id)
    const now = yield* library.item(access, item.ref.ratingKey, { refresh: false })
    const isSelected = partsOf(now).some(({ streams }) =>
      streams.some(({ id, selected }) => id === stream.id && selected),
    )
    return [
      isSelected
        ? works("Stream choice", "the stream is selected for the token's user")
        : failed("Stream choice", "it was taken, and the stream is not selected"),
    ]
  })
  const left = "Another subtitle is switched on than before"
  return (yield* puttingBack(tried, choose(before), { step: "Stream choice", left })).findings
})

/** Whether the server notices that the file is gone. */
const verifyRemoval = Effect.fnUntraced(function* (
  access: ServerAccess,
  item: MediaItem,
  stream: MediaStream,
) {
  const library = yield* PlexLibrary
  const { ratingKey } = item.ref
  yield* library.refreshItem(access, ratingKey)
  for (const pauseMs of pollPausesMs("item_refresh")) {
    yield* Effect.sleep(pauseMs)
    const now = yield* library.item(access, ratingKey, { refresh: true })
    const isListed = partsOf(now).some(({ streams }) => streams.some(({ id }) => id === stream.id))
    if (!isListed) return works("Removal", "the probe is gone from the disk and from Plex's list")
  }
  return failed(
    "Removal",
    "the probe is gone from the disk and still in Plex's list; its next scan will find out",
  )
})

const verifyAddedDate = Effect.fnUntraced(function* (access: ServerAccess, item: MediaItem) {
  const library = yield* PlexLibrary
  const before = item.addedAt
  if (before === null) return [skipped("Added date", "the server does not say when the item was added")]
  const set = (addedAtSeconds: number, lock: boolean) =>
    library.setAddedAt(access, {
      sectionId: item.sectionId,
      kind: item.kind,
      ratingKeys: [item.ref.ratingKey],
      addedAtSeconds,
      lock,
    })
  const tried = Effect.gen(function* () {
    yield* set(before + DATE_STEP_SECONDS, true)
    const now = yield* library.item(access, item.ref.ratingKey, { refresh: false })
    return [
      now.addedAt === before + DATE_STEP_SECONDS
        ? works("Added date", "unix seconds are taken and shown")
        : failed("Added date", "it was taken and another date is shown"),
    ]
  })
  const left = `The added date is a second later than it was (${before})`
  return (yield* puttingBack(tried, set(before, false), { step: "Added date", left })).findings
})
