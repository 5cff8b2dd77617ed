import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { BazarrItem, BazarrTarget } from "../../core/bridge/bazarr_item.ts"
import {
  Bazarr,
  type BazarrAccess,
  BazarrKeyRejected,
  BazarrRefused,
  BazarrUnreachable,
} from "../../core/ports/bazarr.ts"

/** A Bazarr of a test, which may change it between calls. */
export interface MemoryBazarr {
  readonly url: string
  readonly apiKey: string
  readonly version: string
  /** By `targetKey`. */
  readonly items: Map<string, BazarrItem>
  /** What it finds, by language code; what is not here it does not find. */
  readonly stock: Set<string>
  /** How long one search takes. */
  searchMs: number
  /** Set: it cannot write, and says so. */
  refusal: string | null
  /** Searches in order, for example `movie/7 nl`. */
  readonly searches: Array<string>
}

export const targetKey = (target: BazarrTarget) =>
  target._tag === "Movie" ? `movie/${target.radarrId}` : `episode/${target.episodeId}`

export const memoryBazarr = (given: Partial<MemoryBazarr> = {}): MemoryBazarr => ({
  url: "http://bazarr.example:6767",
  apiKey: "key-of-bazarr",
  version: "1.5.3",
  items: new Map(),
  stock: new Set(),
  searchMs: 0,
  refusal: null,
  searches: [],
  ...given,
})

/** A Bazarr in memory. */
export function layer(world: MemoryBazarr = memoryBazarr()): Layer.Layer<Bazarr> {
  const admitted = Effect.fnUntraced(function* ({ apiKey, url }: BazarrAccess) {
    if (url !== world.url) return yield* new BazarrUnreachable({ detail: "nobody answers there" })
    if (Redacted.value(apiKey) !== world.apiKey) return yield* new BazarrKeyRejected()
  })
  return Layer.succeed(Bazarr, {
    version: (access) => Effect.as(admitted(access), world.version),
    item: (access, target) => Effect.map(admitted(access), () => world.items.get(targetKey(target)) ?? null),
    search: Effect.fnUntraced(function* (access, target, language, timeoutMs) {
      yield* admitted(access)
      const key = targetKey(target)
      world.searches.push(`${key} ${language.code}`)
      const slow = world.searchMs > timeoutMs
      yield* Effect.sleep(slow ? timeoutMs : world.searchMs)
      if (slow) return yield* new BazarrUnreachable({ detail: "no answer in time" })
      const item = world.items.get(key)
      if (item === undefined) return yield* new BazarrRefused({ detail: "it does not know the item" })
      if (world.refusal !== null) return yield* new BazarrRefused({ detail: world.refusal })
      if (!world.stock.has(language.code)) return
      world.items.set(key, {
        subtitles: [...item.subtitles, { ...language, path: `/media/${key}.${language.code}.srt` }],
        missing: item.missing.filter(
          ({ code, forced }) => code !== language.code || forced !== language.forced,
        ),
      })
    }),
  })
}
