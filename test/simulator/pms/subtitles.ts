/** Subtitles that a media server keeps itself: found on demand, uploaded, chosen, removed. */

import { readFileSync, rmSync } from "node:fs"
import { type Answer, bytes, empty, errorPage } from "../http/answer.ts"
import type { Call } from "../http/service.ts"
import { subtitleBytes } from "../subtitles/dialogue.ts"
import { searchStock, wantedOf } from "../subtitles/search.ts"
import { findLanguage } from "../world/language.ts"
import { type ExternalSubtitle, type Item, type Part, partsOf } from "../world/plex_server.ts"
import type { StockedSubtitle } from "../world/stock.ts"
import { emitTimeline } from "./background.ts"
import { badRequestPage, forbiddenPage, notFoundPage, type Visitor } from "./permission.ts"
import type { PmsContext } from "./pms_context.ts"
import { container, listed } from "./reply.ts"

/** 0 prefer without, 1 prefer with, 2 only with, 3 only without. */
function passes(mode: string | null, flag: boolean): boolean {
  if (mode === "2") return flag
  return mode === "3" ? !flag : true
}

function preference(mode: string | null, flag: boolean): number {
  return (mode === "1") === flag ? 0 : -500
}

export function searchSubtitles(context: PmsContext, call: Call, key: string): Answer {
  const item = context.server.items.get(key)
  if (item === undefined) return notFoundPage()
  if (!context.server.onDemandSearch) return forbiddenPage()
  const language = findLanguage(call.query.get("language") ?? "")
  if (language === undefined) return badRequestPage()
  const hearing = call.query.get("hearingImpaired")
  const forced = call.query.get("forced")
  const found = searchStock(context.simulation, "plex", {
    ...wantedOf(context.server, item),
    languages: [language.tag],
  }).filter(
    (entry) => passes(hearing, entry.hearingImpaired === true) && passes(forced, entry.forced === true),
  )
  const rows = found.map((entry) => {
    const score =
      (entry.trusted === true ? 9210 : 811) +
      preference(hearing, entry.hearingImpaired === true) +
      preference(forced, entry.forced === true)
    const searchKey = `/library/streams/search/${entry.id.toString(16).padStart(6, "0")}`
    context.candidates.set(searchKey, { entry, score })
    return {
      id: 0,
      key: searchKey,
      streamType: 3,
      codec: "srt",
      format: "srt",
      language: language.name,
      languageTag: language.tag,
      languageCode: language.code3,
      title: entry.release,
      displayTitle: `${language.name}${entry.hearingImpaired === true ? " SDH" : ""} (SRT)`,
      extendedDisplayTitle: `${entry.release} (${language.name} SRT)`,
      providerTitle: "OpenSubtitles",
      score,
      sourceKey: `opensubtitles/${1_955_000_000 + entry.id}`,
      perfectMatch: entry.trusted === true,
      forced: entry.forced === true,
      hearingImpaired: entry.hearingImpaired === true,
    }
  })
  rows.sort((a, b) => b.score - a.score)
  return container(call, { ...listed("Stream", rows), identifier: "com.plexapp.plugins.library" })
}

function attach(
  context: PmsContext,
  item: Item,
  subtitle: ExternalSubtitle,
  mediaId: string | null = null,
): void {
  const media = item.media.find((one) => String(one.id) === mediaId)
  const part = media?.parts[0] ?? partsOf(item)[0]
  if (part === undefined) return
  part.external.push(subtitle)
  item.updatedAt = Math.floor(context.simulation.now() / 1000)
  emitTimeline(context, item, 5)
}

function toExternal(context: PmsContext, entry: StockedSubtitle, score: number): ExternalSubtitle {
  return {
    id: context.server.nextId++,
    codec: "srt",
    languageTag: entry.language,
    forced: entry.forced === true,
    hearingImpaired: entry.hearingImpaired === true,
    title: entry.release,
    bytes: subtitleBytes({ ...entry, format: "srt", encoding: "utf-8" }),
    onDemand: {
      providerTitle: "OpenSubtitles",
      sourceKey: `opensubtitles/${1_955_000_000 + entry.id}`,
      score,
    },
  }
}

/** `PUT …/subtitles?key=`: answered at once, listed a little later. */
export function downloadSubtitle(context: PmsContext, call: Call, key: string): Answer {
  const item = context.server.items.get(key)
  if (item === undefined) return notFoundPage()
  const candidate = context.candidates.get(call.query.get("key") ?? "")
  if (candidate === undefined) return badRequestPage()
  context.simulation.work.later(context.server.downloadDelayMs, () =>
    attach(context, item, toExternal(context, candidate.entry, candidate.score)),
  )
  return empty(200)
}

/** `POST …/subtitles?title=&format=` with the file as body: kept by the server, not beside the film. */
export function uploadSubtitle(context: PmsContext, call: Call, key: string): Answer {
  const item = context.server.items.get(key)
  if (item === undefined) return notFoundPage()
  if (call.body.length === 0 && !call.query.has("url")) return badRequestPage()
  const language = findLanguage(call.query.get("language") ?? "")
  const title = call.query.get("title")
  const subtitle = {
    id: context.server.nextId++,
    codec: call.query.get("format") ?? "srt",
    languageTag: language?.tag,
    forced: call.query.get("forced") === "1",
    hearingImpaired: call.query.get("hearingImpaired") === "1",
    bytes: Buffer.from(call.body),
    ...(title === null ? {} : { title }),
  }
  attach(context, item, subtitle, call.query.get("mediaItemID"))
  return empty(200)
}

interface Found {
  readonly item: Item
  readonly part: Part
  readonly subtitle: ExternalSubtitle
}

function findExternal(context: PmsContext, id: number): Found | undefined {
  for (const item of context.server.items.values()) {
    for (const part of partsOf(item)) {
      if (part.external.length === 0) continue
      const subtitle = part.external.find((candidate) => candidate.id === id)
      if (subtitle !== undefined) return { item, part, subtitle }
    }
  }
  return undefined
}

function isEmbedded(context: PmsContext, id: number): boolean {
  for (const item of context.server.items.values()) {
    if (partsOf(item).some((part) => part.streams?.some((stream) => stream.id === id))) return true
  }
  return false
}

/** Both `90005` and `90005.srt` name the stream. */
const streamId = (name: string) => Number(name.replace(/\.[a-z]+$/, ""))

export function getStream(context: PmsContext, name: string): Answer {
  const id = streamId(name)
  const found = findExternal(context, id)
  if (found === undefined) return isEmbedded(context, id) ? errorPage(501, "Not Implemented") : notFoundPage()
  const { subtitle } = found
  try {
    const content = subtitle.bytes ?? readFileSync(subtitle.path ?? "")
    return content.length === 0 ? notFoundPage() : bytes(content, "application/x-subrip; charset=utf-8")
  } catch {
    return notFoundPage()
  }
}

/** A sidecar is deleted from the disk, which is why nobody should do this to a file of others. */
export function deleteStream(context: PmsContext, name: string): Answer {
  const id = streamId(name)
  const found = findExternal(context, id)
  if (found === undefined) return isEmbedded(context, id) ? forbiddenPage() : notFoundPage()
  if (found.subtitle.path !== undefined) {
    if (!context.server.allowMediaDeletion) return forbiddenPage()
    try {
      rmSync(found.subtitle.path)
    } catch {
      return errorPage(500, "Internal Server Error")
    }
  }
  found.part.external = found.part.external.filter((subtitle) => subtitle.id !== id)
  found.item.updatedAt = Math.floor(context.simulation.now() / 1000)
  return empty(200)
}

/** `PUT /library/parts/{id}?subtitleStreamID=`: the choice belongs to the user who asks. */
export function selectStream(context: PmsContext, call: Call, visitor: Visitor, partId: string): Answer {
  const chosen = call.query.get("subtitleStreamID")
  if (chosen === null || !/^\d+$/.test(chosen)) return badRequestPage()
  for (const item of context.server.items.values()) {
    const part = partsOf(item).find((candidate) => String(candidate.id) === partId)
    if (part === undefined) continue
    const targets = call.query.get("allParts") === "1" ? partsOf(item) : [part]
    for (const target of targets) target.selected.set(visitor.account.username, Number(chosen))
    return empty(200)
  }
  return notFoundPage()
}
