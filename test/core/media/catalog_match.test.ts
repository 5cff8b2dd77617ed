import { describe, expect, it } from "@effect/vitest"
import { atPath, likeFile } from "../../../core/media/catalog_match.ts"
import type { MediaPart } from "../../../core/media/media_item.ts"

const entry = (path: string, bytes = 1) => ({ file: { path, bytes } as never })
const part = (file: string, bytes: number | null = 1) => ({ file, bytes }) as MediaPart
/** With so many others that names are looked up and not compared one by one. */
const among = <A>(...entries: ReadonlyArray<A>) => [
  ...Array.from({ length: 200 }, (_, n) => entry(`/films/Other ${n}/Other ${n}.mkv`) as A),
  { file: null } as A,
  ...entries,
]

describe.each([
  ["a short list", <A>(...entries: ReadonlyArray<A>) => [...entries]],
  ["a long list", among],
] as const)("in %s", (_, list) => {
  const here = entry("/data/films/A (2001)/Film.MKV")
  const there = entry("/data/films/B (2002)/film.mkv", 2)

  it("atPath() tells files of the same name apart by their folders, through mappings", () => {
    const entries = list(there, here)
    const mappings = [{ from: "/data", to: "/mnt" }]
    expect(atPath(entries, "/mnt/films/A (2001)/Film.MKV", mappings)).toEqual([here])
    expect(atPath(entries, "/mnt/films/A (2001)/Film.MKV", [])).toEqual([])
    expect(atPath(entries, "/mnt/films/A (2001)/Other.mkv", mappings)).toEqual([])
  })

  it("likeFile() tells them apart by their size", () => {
    const entries = list(here, there)
    expect(likeFile(entries, part("/x/film.mkv", 2))).toBe(there)
    expect(likeFile(entries, part("/x/film.mkv", 3))).toBeUndefined()
    expect(likeFile(entries, part("/x/A (2001)/film.mkv", null))).toBe(here)
  })
})
