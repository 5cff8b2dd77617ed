/** From one program's view of a folder to another's: containers mount the same disk at different places. */
export interface PathMapping {
  readonly from: string
  readonly to: string
}

/** Longest path that is looked at, in characters (Windows allows 32,767, Linux 4,096 bytes). */
export const PATH_LENGTH_MAX = 32_767

/** What became of one path, for the page's test field. */
export interface PathExplanation {
  readonly path: string
  readonly mapped: string
  /** The mapping that decided; null: none fits and the path stays as it is. */
  readonly by: PathMapping | null
  /** Mappings that fit too and are shorter. */
  readonly shadowed: ReadonlyArray<PathMapping>
  readonly reason: "mapped" | "no_mapping_fits" | "not_absolute" | "has_dot_segments"
}

interface Split {
  readonly windows: boolean
  /** `/`, `C:\` or `\\server\share` as it is written, without a trailing separator; "" for `/`. */
  readonly segments: ReadonlyArray<string>
}

const DRIVE = /^[a-z]:(?=[\\/]|$)/i
const UNC = /^(\\\\|\/\/)(?=[^\\/])/

/** Windows paths are those with a drive letter, a share, or backslashes alone; null when the path is not absolute. */
function split(path: string): Split | null {
  if (path.length > PATH_LENGTH_MAX) return null
  const share = UNC.test(path)
  if (DRIVE.test(path) || (share && path.startsWith("\\"))) {
    const segments = path.split(/[\\/]+/).filter((segment) => segment !== "")
    return { windows: true, segments: share ? [`\\\\${segments[0]}`, ...segments.slice(1)] : segments }
  }
  if (!path.startsWith("/")) return null
  return { windows: false, segments: path.split("/").filter((segment) => segment !== "") }
}

const key = (segment: string, windows: boolean) => {
  const one = segment.normalize("NFC")
  return windows ? one.toLowerCase() : one
}

const join = (windows: boolean, segments: ReadonlyArray<string>) => {
  if (!windows) return `/${segments.join("/")}`
  const text = segments.join("\\")
  return /^[a-z]:$/i.test(text) ? `${text}\\` : text
}

/** How many segments of the mapping's `from` the path begins with, all of them; null when it does not. */
function depthOf(mapping: PathMapping, path: Split): number | null {
  const from = split(mapping.from)
  if (from === null || from.windows !== path.windows || from.segments.length > path.segments.length)
    return null
  const same = from.segments.every(
    (segment, index) => key(segment, path.windows) === key(path.segments[index] ?? "", path.windows),
  )
  return same ? from.segments.length : null
}

/**
 * Maps a path by the longest `from` that ends at a separator, and says why. POSIX paths are compared with case, Windows
 * paths (drive letter or share) without; the rest of the path gets the separators of `to`. A path with `..` in it is
 * never mapped: it could leave the folder that the mapping stands for.
 *
 * @example
 * ```ts
 * const mappings = [{ from: "/tv", to: "/mnt/tv" }, { from: "/tv/anime/", to: "/mnt/anime" }]
 * assert.strictEqual(mapPath(mappings, "/tv/anime/Show/a.mkv"), "/mnt/anime/Show/a.mkv")
 * assert.strictEqual(mapPath(mappings, "/tv2/Show/a.mkv"), "/tv2/Show/a.mkv")
 * assert.strictEqual(mapPath([{ from: "D:\\Media", to: "/media" }], "d:/media/Film/a.mkv"), "/media/Film/a.mkv")
 * ```
 */
export function explainPath(mappings: ReadonlyArray<PathMapping>, path: string): PathExplanation {
  const unmapped = (reason: PathExplanation["reason"]): PathExplanation => ({
    path,
    mapped: path,
    by: null,
    shadowed: [],
    reason,
  })
  const parts = split(path)
  if (parts === null) return unmapped("not_absolute")
  if (parts.segments.some((segment) => segment === ".." || segment === "."))
    return unmapped("has_dot_segments")
  const fits = mappings
    .flatMap((mapping) => {
      const to = split(mapping.to)
      const depth = depthOf(mapping, parts)
      return depth === null || to === null ? [] : [{ mapping, depth, to }]
    })
    .sort((a, b) => b.depth - a.depth)
  const [best, ...others] = fits
  if (best === undefined) return unmapped("no_mapping_fits")
  const mapped = join(best.to.windows, [...best.to.segments, ...parts.segments.slice(best.depth)])
  return { path, mapped, by: best.mapping, shadowed: others.map((one) => one.mapping), reason: "mapped" }
}

/** The path after the longest mapping that fits; unchanged when none does. */
export function mapPath(mappings: ReadonlyArray<PathMapping>, path: string): string {
  return explainPath(mappings, path).mapped
}

/** The same mappings the other way round. Where two map to one place, the first is taken back. */
export function inverse(mappings: ReadonlyArray<PathMapping>): ReadonlyArray<PathMapping> {
  return mappings.map(({ from, to }) => ({ from: to, to: from }))
}

/** Whether two paths name the same file: separators, Unicode forms and, on Windows, case do not matter. */
export function samePath(a: string, b: string): boolean {
  return a === b || pathKey(a) === pathKey(b)
}

/** A text that is equal for paths that name the same file; for maps and indexes. */
export function pathKey(path: string): string {
  const parts = split(path)
  if (parts === null) return path.normalize("NFC")
  return join(
    parts.windows,
    parts.segments.map((segment) => key(segment, parts.windows)),
  )
}

/** Whether `path` lies in `folder` or is it, on a separator boundary. */
export function isInside(folder: string, path: string): boolean {
  const parts = split(path)
  return parts !== null && depthOf({ from: folder, to: folder }, parts) !== null
}

/** The folder of a file, in the path's own style; null for a root or a relative path. */
export function folderOf(path: string): string | null {
  const parts = split(path)
  if (parts === null || parts.segments.length === 0) return null
  return join(parts.windows, parts.segments.slice(0, -1))
}

/** The last segment. */
export function fileNameOf(path: string): string {
  return split(path)?.segments.at(-1) ?? path
}

/** The path of another file in the same folder. */
export function besideOf(path: string, name: string): string {
  return path.slice(0, path.length - fileNameOf(path).length) + name
}

/** A text that is equal for files of the same name, whatever the letter case; for finding candidates, never as proof. */
export function fileNameKey(path: string): string {
  return fileNameOf(path).normalize("NFC").toLowerCase()
}

/** The same of the folder that a file lies in; empty where it has none. */
export function folderNameKey(path: string): string {
  return fileNameKey(folderOf(path) ?? "")
}

/** A mapping that was seen to hold. */
export interface LearnedMapping extends PathMapping {
  /** Files whose paths it explains. */
  readonly support: number
  readonly example: { readonly from: string; readonly to: string }
}

/** Segments that must agree at the end: the file and its folder, so that two `extras/trailer.mkv` do not teach. */
const TAIL_SEGMENTS_MIN = 2
/** Paths of one side that are compared at most. */
export const LEARN_PATHS_MAX = 200_000

/**
 * Learns mappings from two lists of files that are the same files seen by two programs, by comparing the ends of their
 * paths. Only ends that are unique on both sides count. The mapping with the most support comes first; nothing is
 * learned from paths that are the same already.
 *
 * @example
 * ```ts
 * const [learned] = learnMappings(
 *   ["/data/media/tv/Show/Season 01/a.mkv", "/data/media/tv/Show/Season 01/b.mkv"],
 *   ["/tv/Show/Season 01/a.mkv", "/tv/Show/Season 01/b.mkv"],
 * )
 * assert.strictEqual(`${learned?.from} -> ${learned?.to}, ${learned?.support}`, "/data/media/tv -> /tv, 2")
 * ```
 */
export function learnMappings(
  theirs: ReadonlyArray<string>,
  ours: ReadonlyArray<string>,
): ReadonlyArray<LearnedMapping> {
  const mine = byTail(ours)
  const learned = new Map<string, LearnedMapping>()
  for (const [tail, from] of byTail(theirs)) {
    const to = mine.get(tail)
    if (from === null || to === null || to === undefined) continue
    const mapping = prefixes(from, to)
    if (mapping === null) continue
    const id = `${mapping.from}\n${mapping.to}`
    const support = (learned.get(id)?.support ?? 0) + 1
    learned.set(
      id,
      learned.has(id) ? { ...learned.get(id)!, support } : { ...mapping, support, example: { from, to } },
    )
  }
  return [...learned.values()].sort((a, b) => b.support - a.support || a.from.localeCompare(b.from))
}

/** Paths by their last segments; null where several paths share them. */
function byTail(paths: ReadonlyArray<string>): Map<string, string | null> {
  const found = new Map<string, string | null>()
  for (const path of paths.slice(0, LEARN_PATHS_MAX)) {
    const parts = split(path)
    if (parts === null || parts.segments.length < TAIL_SEGMENTS_MIN) continue
    const tail = parts.segments
      .slice(-TAIL_SEGMENTS_MIN)
      .map((segment) => key(segment, true))
      .join("/")
    const known = found.get(tail)
    found.set(tail, known === undefined || (known !== null && samePath(known, path)) ? path : null)
  }
  return found
}

/**
 * What is left of two paths when the common end is cut off, with one common folder kept at the root: `/data/media/tv` and
 * `/tv` say more than `/data/media` and `/`, and are right also when another mount lies beside it.
 */
function prefixes(from: string, to: string): PathMapping | null {
  const a = split(from)
  const b = split(to)
  if (a === null || b === null || samePath(from, to)) return null
  const loose = a.windows && b.windows
  let common = 0
  const shorter = Math.min(a.segments.length, b.segments.length)
  while (
    common < shorter &&
    key(a.segments.at(-1 - common) ?? "", loose) === key(b.segments.at(-1 - common) ?? "", loose)
  ) {
    common += 1
  }
  if (common < TAIL_SEGMENTS_MIN) return null
  const cut = common === shorter ? common - 1 : common
  return {
    from: join(a.windows, a.segments.slice(0, a.segments.length - cut)),
    to: join(b.windows, b.segments.slice(0, b.segments.length - cut)),
  }
}
