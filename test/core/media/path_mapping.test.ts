import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import {
  explainPath,
  fileNameOf,
  folderOf,
  inverse,
  isInside,
  learnMappings,
  mapPath,
  PATH_LENGTH_MAX,
  samePath,
} from "../../../core/media/path_mapping.ts"

const one = (from: string, to: string) => [{ from, to }]

describe("mapPath()", () => {
  for (const [from, to, path, mapped] of [
    ["/tv", "/mnt/tv", "/tv/Show/a.mkv", "/mnt/tv/Show/a.mkv"],
    ["/tv/", "/mnt/tv/", "/tv/Show/a.mkv", "/mnt/tv/Show/a.mkv"],
    ["/tv", "/mnt/tv", "/tv", "/mnt/tv"],
    ["/tv", "/mnt/tv", "/tv2/Show/a.mkv", "/tv2/Show/a.mkv"],
    ["/tv", "/mnt/tv", "/TV/Show/a.mkv", "/TV/Show/a.mkv"],
    ["/", "/host", "/tv/a.mkv", "/host/tv/a.mkv"],
    ["/data", "/", "/data/tv/a.mkv", "/tv/a.mkv"],
    ["", "/mnt", "/tv/a.mkv", "/tv/a.mkv"],
    ["D:\\Media", "/media", "d:\\media\\Film\\a.mkv", "/media/Film/a.mkv"],
    ["D:/Media/", "/media", "D:\\MEDIA\\Film\\a.mkv", "/media/Film/a.mkv"],
    ["D:\\", "/d", "D:\\Film\\a.mkv", "/d/Film/a.mkv"],
    ["/d", "D:\\", "/d", "D:\\"],
    ["/media", "D:\\Media", "/media/Film/a.mkv", "D:\\Media\\Film\\a.mkv"],
    ["\\\\NAS\\Media", "/media", "\\\\nas\\media\\Film\\a.mkv", "/media/Film/a.mkv"],
    ["/media", "\\\\nas\\media", "/media/Film/a.mkv", "\\\\nas\\media\\Film\\a.mkv"],
    ["\\\\nas\\tv", "/tv", "\\\\nas\\tv2\\a.mkv", "\\\\nas\\tv2\\a.mkv"],
    ["/tv", "/mnt", "relative/a.mkv", "relative/a.mkv"],
    ["/tv", "/mnt", "/tv/../etc/passwd", "/tv/../etc/passwd"],
    ["/tv", "/mnt", "/tv/back\\slash/a.mkv", "/mnt/back\\slash/a.mkv"],
    ["/caf\u00e9", "/mnt", "/cafe\u0301/a.mkv", "/mnt/a.mkv"],
    ["/tv", "nowhere", "/tv/a.mkv", "/tv/a.mkv"],
  ] as const) {
    it(`${JSON.stringify(from)} to ${JSON.stringify(to)} makes ${path} ${mapped}`, () => {
      assert.strictEqual(mapPath(one(from, to), path), mapped)
    })
  }

  it("takes the longest prefix, whatever the order", () => {
    const mappings = [
      { from: "/tv", to: "/a" },
      { from: "/tv/anime", to: "/b" },
      { from: "/", to: "/c" },
    ]
    for (const list of [mappings, mappings.toReversed()]) {
      assert.strictEqual(mapPath(list, "/tv/anime/x.mkv"), "/b/x.mkv")
      assert.strictEqual(mapPath(list, "/tv/anime2/x.mkv"), "/a/anime2/x.mkv")
      assert.strictEqual(mapPath(list, "/films/x.mkv"), "/c/films/x.mkv")
    }
  })

  it("leaves a path over the limit alone", () => {
    const path = `/tv/${"a".repeat(PATH_LENGTH_MAX)}`
    assert.strictEqual(mapPath(one("/tv", "/mnt"), path), path)
  })

  const Name = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9 _()\-é]{1,12}$/u)).check(
    Schema.makeFilter((name) => name !== "." && name !== ".."),
  )
  const Names = Schema.Array(Name).check(Schema.isMinLength(1), Schema.isMaxLength(4))

  it.prop("is taken back by the inverse mapping", [Names, Names, Names], ([from, to, rest]) => {
    const mappings = one(`/${from.join("/")}`, `/${to.join("/")}`)
    const path = `/${[...from, ...rest].join("/")}`
    assert.strictEqual(mapPath(inverse(mappings), mapPath(mappings, path)), path)
  })

  it.prop("never maps a sibling whose name begins the same", [Names, Name], ([from, more]) => {
    const folder = `/${from.join("/")}`
    assert.strictEqual(mapPath(one(folder, "/mnt"), `${folder}${more}/a.mkv`), `${folder}${more}/a.mkv`)
  })

  it.prop("is total", [Schema.String, Schema.String, Schema.String], ([from, to, path]) => {
    assert.isString(mapPath(one(from, to), path))
    assert.isBoolean(samePath(from, path))
    learnMappings([from, path], [to])
  })
})

describe("explainPath()", () => {
  it("names the mapping that decided and those it shadows", () => {
    const mappings = [
      { from: "/tv", to: "/a" },
      { from: "/tv/anime", to: "/b" },
    ]
    assert.deepStrictEqual(explainPath(mappings, "/tv/anime/x.mkv"), {
      path: "/tv/anime/x.mkv",
      mapped: "/b/x.mkv",
      by: mappings[1]!,
      shadowed: [mappings[0]!],
      reason: "mapped",
    })
  })

  it("says why nothing was mapped", () => {
    assert.strictEqual(explainPath([], "/tv/a.mkv").reason, "no_mapping_fits")
    assert.strictEqual(explainPath([], "a.mkv").reason, "not_absolute")
    assert.strictEqual(explainPath([], "/tv/../a.mkv").reason, "has_dot_segments")
  })
})

describe("samePath()", () => {
  it("ignores case and separators on Windows alone, and the Unicode form everywhere", () => {
    assert.isTrue(samePath("D:\\Media\\A.mkv", "d:/media/a.MKV"))
    assert.isFalse(samePath("/media/A.mkv", "/media/a.mkv"))
    assert.isTrue(samePath("/caf\u00e9/a.mkv", "/cafe\u0301/a.mkv"))
    assert.isFalse(samePath("/media/a.mkv", "/media/b.mkv"))
  })
})

describe("isInside()", () => {
  it("ends at a separator", () => {
    assert.isTrue(isInside("/data/tv/", "/data/tv/Show/a.mkv"))
    assert.isFalse(isInside("/data/tv", "/data/tv2/a.mkv"))
    assert.isTrue(isInside("\\\\nas\\tv", "\\\\NAS\\TV\\a.mkv"))
  })
})

describe("folderOf() and fileNameOf()", () => {
  it("keep the style of the path", () => {
    assert.strictEqual(folderOf("/data/tv/a.mkv"), "/data/tv")
    assert.strictEqual(folderOf("/a.mkv"), "/")
    assert.strictEqual(folderOf("D:\\Films\\a.mkv"), "D:\\Films")
    assert.strictEqual(folderOf("D:\\a.mkv"), "D:\\")
    assert.strictEqual(folderOf("\\\\nas\\tv\\a.mkv"), "\\\\nas\\tv")
    assert.strictEqual(folderOf("a.mkv"), null)
    assert.strictEqual(fileNameOf("D:\\Films\\a.mkv"), "a.mkv")
  })
})

describe("learnMappings()", () => {
  it("learns each mount from the files that both sides have", () => {
    const learned = learnMappings(
      ["/data/media/tv/Show/S1/a.mkv", "/data/media/tv/Show/S1/b.mkv", "/data/films/F (2010)/F.mkv"],
      ["/tv/Show/S1/a.mkv", "/tv/Show/S1/b.mkv", "D:\\Films\\F (2010)\\F.mkv", "/tv/Other/S1/c.mkv"],
    )
    assert.deepStrictEqual(
      learned.map(({ from, to, support }) => ({ from, to, support })),
      [
        { from: "/data/media/tv", to: "/tv", support: 2 },
        { from: "/data/films", to: "D:\\Films", support: 1 },
      ],
    )
  })

  it("learns nothing from names that several files share, nor from equal paths", () => {
    assert.deepStrictEqual(
      learnMappings(["/a/Show/S1/e1.mkv", "/b/Other/S1/e1.mkv"], ["/c/Show/S1/e1.mkv"]),
      [],
    )
    assert.deepStrictEqual(learnMappings(["/tv/Show/a.mkv"], ["/tv/Show/a.mkv"]), [])
  })

  it("proposes only what maps its example", () => {
    for (const { from, to, example } of learnMappings(["/x/y/Show/a.mkv"], ["/z/Show/a.mkv"]))
      assert.strictEqual(mapPath([{ from, to }], example.from), example.to)
  })
})
