/** Hand-written looking config.yaml texts, from a seed: every style that people and programs leave in such a file. */

/** A small generator of numbers (mulberry32), so that a failing text can be made again from its seed. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export interface Dice {
  readonly pick: <A>(from: ReadonlyArray<A>) => A
  readonly chance: (of: number) => boolean
  readonly upTo: (count: number) => number
}

export function dice(seed: number): Dice {
  const next = numbers(seed)
  const upTo = (count: number) => Math.floor(next() * (count + 1))
  return {
    upTo,
    chance: (of) => next() < of,
    pick: (from) => from[Math.min(from.length - 1, upTo(from.length - 1))] as (typeof from)[number],
  }
}

const TEXTS = [
  "ExamplePlexToken0001",
  "Movies",
  "TV Shows",
  "アニメ",
  "http://10.0.0.5:32400",
  "it's",
  "a: b",
  "x # y",
]

function scalar(roll: Dice): string {
  const text = roll.pick(TEXTS)
  const plain = !/: | #/.test(text)
  const style = roll.pick(plain ? ["plain", "plain", "single", "double", "folded"] : ["single", "double"])
  if (style === "single" || (style === "folded" && !plain)) return `'${text.replaceAll("'", "''")}'`
  return style === "double" ? `"${text}"` : text
}

const comment = (roll: Dice) => (roll.chance(0.25) ? roll.pick([" # why", "   # é", " #"]) : "")

function list(roll: Dice, indent: string): string {
  const items = Array.from({ length: roll.upTo(3) }, () => scalar(roll))
  if (items.length === 0) return roll.pick([" []", " [ ]", ""])
  if (roll.chance(0.3))
    return ` [${items.map((one) => (/[,:[\]{}#]/.test(one) ? '"flow"' : one)).join(", ")}]${comment(roll)}`
  const pad = indent + (roll.chance(0.5) ? "" : "  ")
  const lines = items.map((one) => {
    const above = roll.chance(0.2) ? `\n${pad}# above` : ""
    return `${above}\n${pad}- ${one}${comment(roll)}`
  })
  return lines.join("")
}

const KEYS: Record<string, ReadonlyArray<readonly [string, "text" | "flag" | "port" | "list"]>> = {
  general: [
    ["use_plex", "flag"],
    ["instance_name", "text"],
    ["enabled_providers", "list"],
    ["chmod_enabled", "flag"],
  ],
  auth: [
    ["apikey", "text"],
    ["username", "text"],
    ["my_note", "text"],
  ],
  plex: [
    ["ip", "text"],
    ["port", "port"],
    ["ssl", "flag"],
    ["apikey", "text"],
    ["token", "text"],
    ["movie_library", "list"],
    ["series_library", "list"],
    ["server_name", "text"],
    ["verify_ssl", "flag"],
    ["autopulse_host", "text"],
  ],
  sonarr: [
    ["ip", "text"],
    ["port", "port"],
    ["apikey", "text"],
    ["excluded_tags", "list"],
  ],
  bazarr_only: [
    ["anything", "text"],
    ["more", "list"],
  ],
}

function value(roll: Dice, kind: string, indent: string): string {
  if (roll.chance(0.06)) return roll.pick(["", " ~", " null"]) + comment(roll)
  if (kind === "list") return list(roll, indent)
  if (kind === "flag")
    return ` ${roll.pick(["true", "false", "yes", "'True'", "False", "off"])}${comment(roll)}`
  if (kind === "port") return ` ${roll.pick(["32400", "'8989'", "1"])}${comment(roll)}`
  if (roll.chance(0.08)) return ` >-\n${indent}  folded\n${indent}  text`
  if (roll.chance(0.05)) return ` |\n${indent}  literal`
  return ` ${scalar(roll)}${comment(roll)}`
}

function section(roll: Dice, name: string, unit: string): string {
  if (roll.chance(0.08)) return `${name}:${roll.pick(["", " ~", " null", " {}"])}${comment(roll)}\n`
  const keys = (KEYS[name] ?? []).filter(() => roll.chance(0.75))
  if (keys.length === 0) return `${name}:\n`
  const lines = keys.map(([key, kind]) => {
    const above = roll.chance(0.15) ? `${unit}# about ${key}\n` : ""
    const blank = roll.chance(0.1) ? "\n" : ""
    return `${blank}${above}${unit}${key}:${value(roll, kind, unit)}\n`
  })
  return `${name}:${comment(roll)}\n${lines.join("")}`
}

/** A configuration text; the same seed gives the same text. */
export function configText(seed: number): string {
  const roll = dice(seed)
  const unit = roll.pick(["  ", "  ", "    ", " "])
  const names = Object.keys(KEYS).filter(() => roll.chance(0.8))
  const ordered = roll.chance(0.5) ? names : names.toReversed()
  const parts = ordered.map((name) => {
    const between = roll.pick(["", "", "\n", "# --- next ---\n", "\n# a\n\n"])
    return between + section(roll, name, unit)
  })
  const head = roll.pick(["", "", "# my settings\n", "---\n", "%YAML 1.1\n---\n"])
  const text = head + parts.join("") + roll.pick(["", "", "# end\n", "\n\n"])
  const lines = roll.chance(0.2) ? text.replaceAll("\n", "\r\n") : text
  const ended = roll.chance(0.15) ? lines.trimEnd() : lines
  return (roll.chance(0.1) ? "\uFEFF" : "") + ended
}

const VALUES = [
  "plain",
  "",
  "yes",
  "No",
  "~",
  "null",
  "123",
  "0123",
  "1e5",
  "1:30",
  "2025-08-12",
  "it's",
  'say "hi"',
  "a: b",
  "x #y",
  "- x",
  "[x",
  "{x",
  "*x",
  "&x",
  "!x",
  "%x",
  "@x",
  "`x",
  " lead",
  "trail ",
  "日本",
  "🎬",
  "line\nbreak",
  "tab\there",
  "=",
  "<<",
  "#x",
  "abc:",
  "C:\\Media",
  "0x1F",
  ".5",
  ".inf",
  "1_000",
  "\u0085",
  "\u2028",
  "\u0007",
  "?x",
  "? x",
  "-",
  "|",
  ">",
] as const

/** New values for a few keys, made for the same file. */
export function configPatch(seed: number) {
  const roll = dice(seed * 7 + 1)
  const text = () => roll.pick(VALUES)
  const texts = () => Array.from({ length: roll.upTo(3) }, text)
  const maybe = <A>(of: number, make: () => A) => (roll.chance(of) ? make() : undefined)
  const entries = {
    general: {
      use_plex: maybe(0.4, () => roll.chance(0.5)),
      instance_name: maybe(0.3, text),
      enabled_providers: maybe(0.2, texts),
    },
    plex: {
      ip: maybe(0.3, text),
      port: maybe(0.3, () => 1 + roll.upTo(65_534)),
      token: maybe(0.5, text),
      apikey: maybe(0.3, text),
      movie_library: maybe(0.4, texts),
      series_library: maybe(0.2, texts),
      server_name: maybe(0.3, text),
      server_connections: maybe(0.3, texts),
    },
    sonarr: { ip: maybe(0.1, text), port: maybe(0.1, () => 1 + roll.upTo(65_534)) },
    auth: { username: maybe(0.1, text) },
  }
  return Object.fromEntries(
    Object.entries(entries).map(([name, keys]) => [
      name,
      Object.fromEntries(Object.entries(keys).filter(([, one]) => one !== undefined)),
    ]),
  ) as Record<string, Record<string, string | number | boolean | ReadonlyArray<string>>>
}
