import type { SubtitleFormat } from "../ports/subtitle_reader.ts"

/** Sites and phrases that uploaders put into subtitles. A cue that has one of them has nothing else. */
const SITES =
  /opensubtitles|subscene|addic7ed|podnapisi|subdl\.|subsource|yifysubtitles|yts\.|tvsubtitles|titlovi\.|titulky\.|legendas\.?tv|napiprojekt|napisy24|feliratok\.|osdb\.link|subtitle[sd]?cat|moviesubtitles|subf2m|elsubtitle|zimuku|opensubs/i
const PHRASES =
  /advertise your product|support us and become|become (?:a )?vip member|remove all ads|please rate this subtitle|help other users? (?:to )?choose|watch (?:any|all|online|movies?|more)[^.]* (?:free|online)|(?:api|add)\.opensubtitles|best watched using|-= ?(?:www|subtitle)|(?:subtitles?|subs|captions?)[^.?!]{0,20}\b(?:downloaded|encoded|ripped|resync(?:ed|hed)?|sync(?:ed|hed)?|corrected|fixed|translated|created|made|provided|uploaded)\b[^.?!]{0,20}\b(?:by|from|at)\b|\b(?:sync(?:ed|hronized)?|correct(?:ed|ions?)|resync(?:ed)?|rip(?:ped)?|encoded|translat(?:ed|ion))\b[^.?!]{0,30}\bby\b[^.?!]{0,40}$|^(?:subtitles?|subs|captions?)\s+by\b|^(?:subtitles?|subs|legendas?|sous-titres?|sous-titrage|untertitel|ondertite(?:ling|ls)|napisy|titulky|altyazı|undertexter|tekster|sottotitoli|subtítulos|traducción|traduction|tradução|traduzione|übersetzung|vertaling|tłumaczenie|çeviri)\s*(?:by|von|par|por|di|door|od|av|af)?\s*[:：]/i
const ADDRESS = /(?:https?:\/\/|\bwww\.)\S+|\b[\w-]+\.(?:com|org|net|tv|me|io|cc|to|info)\b/i

/** Cues from either end within which an address alone makes an advertisement; in between people may name one. */
const EDGE_CUES = 3

const markup = /<[^<>]*>|\{\\[^{}]*\}/g

function isAdvertisement(lines: ReadonlyArray<string>, fromEdge: number): boolean {
  const text = lines.join(" ").replace(markup, "").trim()
  if (SITES.test(text) || PHRASES.test(text)) return true
  return fromEdge < EDGE_CUES && ADDRESS.test(text)
}

/** Brackets within brackets that are looked into. */
const BRACKET_DEPTH_MAX = 3

/** The text without what stands in brackets; codes in braces, which have brackets of their own, stay as they are. */
function withoutBrackets(text: string): string {
  const plain = (piece: string) =>
    piece.replace(/\[[^[\]]*\]|［[^［］]*］|【[^【】]*】/g, "").replace(/\([^()]*\)|（[^（）]*）/g, "")
  return text
    .split(/(\{\\[^{}]*\})/)
    .map((piece, index) => {
      if (index % 2 === 1) return piece
      return Array.from({ length: BRACKET_DEPTH_MAX }).reduce<string>((now) => plain(now), piece)
    })
    .join("")
}

/** `MAN 2:` and `DR. O'NEIL:`, in capitals; `Note:` and `10:30` are words of the dialogue. */
const SPEAKER = /^(\s*[-–—‐]?\s*)(?:\p{Lu}[\p{Lu}\p{N}.'’#& -]{1,30}):(?=\s|$)\s*/u

/** The lines of a cue without sounds, speakers and music signs; none when nothing else was said. */
function withoutSounds(lines: ReadonlyArray<string>): ReadonlyArray<string> {
  return withoutBrackets(lines.join("\n"))
    .split("\n")
    .map((line) => line.replace(SPEAKER, "$1").replace(/[ \t]{2,}/g, " "))
    .filter((line) => /[\p{L}\p{N}]/u.test(line.replace(markup, "")))
    .map((line) => line.replace(/^(\s*[-–—‐])\s+(?=\S)/, "$1 ").trim())
}

type Change = (
  lines: ReadonlyArray<string>,
  index: number,
  count: number,
) => ReadonlyArray<string> | "unchanged"

interface Block {
  /** What stands before the cue's words: its number and its time. Null: no cue, kept as it is. */
  readonly head: ReadonlyArray<string> | null
  readonly lines: ReadonlyArray<string>
}

/** Lines between empty ones; those with a time are cues. */
function blocksOf(text: string): ReadonlyArray<Block> {
  const blocks: Array<Block> = []
  let lines: Array<string> = []
  const close = () => {
    if (lines.length === 0) return
    const time = lines.findIndex((line) => line.includes("-->"))
    blocks.push(
      time === -1 ? { head: null, lines } : { head: lines.slice(0, time + 1), lines: lines.slice(time + 1) },
    )
    lines = []
  }
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.trim() === "") close()
    else lines.push(line)
  }
  close()
  return blocks
}

/** Cues with their words changed; those without any left go, and the numbers of SRT are counted anew. */
function changeBlocks(text: string, change: Change, renumber: boolean): string {
  const blocks = blocksOf(text)
  const count = blocks.filter((block) => block.head !== null).length
  let [index, number, touched] = [0, 0, false]
  const kept = blocks.flatMap(({ head, lines }): ReadonlyArray<ReadonlyArray<string>> => {
    if (head === null) return [lines]
    const now = change(lines, index++, count)
    if (now !== "unchanged") touched = true
    if (now !== "unchanged" && now.length === 0) return []
    number += 1
    const counted = renumber && head.length > 1 ? [String(number), ...head.slice(-1)] : head
    return [[...counted, ...(now === "unchanged" ? lines : now)]]
  })
  if (!touched) return text
  const newline = text.includes("\r\n") ? "\r\n" : "\n"
  return kept.map((lines) => `${lines.join(newline)}${newline}`).join(newline)
}

/** The text of `Dialogue:` lines, whose lines are parted by `\N`; the other lines of the file stay as they are. */
function changeDialogue(text: string, change: Change): string {
  const lines = text.split(/(?<=\n)/)
  const isCue = (line: string) => /^dialogue:/i.test(line)
  const count = lines.filter(isCue).length
  let index = 0
  return lines
    .flatMap((line) => {
      if (!isCue(line)) return [line]
      const ending = /\r?\n?$/.exec(line)?.[0] ?? ""
      const fields = line.slice(0, line.length - ending.length).split(",")
      const said = fields.slice(9).join(",").split(/\\N/)
      const now = change(said, index++, count)
      if (now === "unchanged") return [line]
      return now.length === 0 ? [] : [`${[...fields.slice(0, 9), now.join("\\N")].join(",")}${ending}`]
    })
    .join("")
}

function changeCues(text: string, format: SubtitleFormat, change: Change): string {
  switch (format) {
    case "srt":
      return changeBlocks(text, change, true)
    case "vtt":
      return changeBlocks(text, change, false)
    case "ass":
    case "ssa":
      return changeDialogue(text, change)
    default:
      return text
  }
}

/**
 * The subtitle without cues that advertise sites or name those who made it. Formats other than SRT, VTT, ASS and SSA stay
 * as they are.
 *
 * @example
 * ```ts
 * const ad = "1\n00:00:01,000 --> 00:00:02,000\nSync by someone\n\n"
 * const cue = "00:00:03,000 --> 00:00:04,000\nHello\n"
 * assert.strictEqual(removeAdvertisements(`${ad}2\n${cue}`, "srt"), `1\n${cue}`)
 * ```
 */
export function removeAdvertisements(text: string, format: SubtitleFormat): string {
  return changeCues(text, format, (lines, index, count) =>
    isAdvertisement(lines, Math.min(index, count - 1 - index)) ? [] : "unchanged",
  )
}

/**
 * The subtitle without what is there for the hearing impaired: sounds in brackets, names of speakers in capitals, lines
 * of music signs alone. A cue with nothing else goes; words that are sung stay. The same formats as above.
 */
export function removeHearingImpaired(text: string, format: SubtitleFormat): string {
  return changeCues(text, format, (lines) => {
    const now = withoutSounds(lines)
    return now.length === lines.length && now.every((line, index) => line === lines[index])
      ? "unchanged"
      : now
  })
}
