import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { chown } from "node:fs/promises"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { fault } from "../../../adapters/files/_fault.ts"
import { layer } from "../../../adapters/files/subtitle_shelf.ts"
import { SubtitleShelf } from "../../../core/ports/subtitle_shelf.ts"
import { subtitleShelfContract, text } from "../../contracts/subtitle_shelf.ts"
import { tempFolder } from "../../support/temp_folder.ts"

subtitleShelfContract(
  "files",
  Effect.map(tempFolder, (root) => {
    const folder = join(root, "films")
    mkdirSync(folder)
    return {
      layer: layer({ backupsDir: join(root, "backups", "subtitles") }),
      folder,
      put: (path, bytes) => {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, bytes)
      },
      bytesOf: (path) => (existsSync(path) ? new Uint8Array(readFileSync(path)) : null),
      names: (of) => readdirSync(of).sort(),
    }
  }),
)

/** A folder with a film in it, and the shelf over it. */
const world = Effect.gen(function* () {
  const root = yield* tempFolder
  const video = join(root, "films", "a.mkv")
  mkdirSync(dirname(video))
  writeFileSync(video, "a film")
  const backupsDir = join(root, "backups", "subtitles")
  const shelf = yield* SubtitleShelf.pipe(Effect.provide(layer({ backupsDir })))
  return { root, video, folder: dirname(video), backupsDir, shelf }
})

const isRoot = process.getuid?.() === 0
const isWindows = process.platform === "win32"

describe("write()", () => {
  it.effect.skipIf(isWindows)("gives the video's mode without the right to execute", () =>
    Effect.gen(function* () {
      const { shelf, video, folder } = yield* world
      for (const [given, expected] of [
        [0o755, 0o644],
        [0o664, 0o664],
        [0o4770, 0o660],
        [0o444, 0o444],
      ] as const) {
        chmodSync(video, given)
        yield* shelf.write(video, "a.en.srt", text("1"), { replace: true })
        assert.strictEqual(statSync(join(folder, "a.en.srt")).mode & 0o7777, expected)
      }
    }),
  )

  it.effect.skipIf(!isRoot)("gives the video's owner", () =>
    Effect.gen(function* () {
      const { shelf, video, folder } = yield* world
      yield* Effect.promise(() => chown(video, 1234, 4321))
      yield* shelf.write(video, "a.en.srt", text("1"), { replace: false })
      const { uid, gid } = statSync(join(folder, "a.en.srt"))
      assert.deepStrictEqual([uid, gid], [1234, 4321])
    }),
  )

  it.effect("removes what a killed process left, and leaves what another is writing", () =>
    Effect.gen(function* () {
      const { shelf, video, folder } = yield* world
      const [old, fresh] = [".oncue-0123456789ab.tmp", ".oncue-ba9876543210.tmp"]
      for (const name of [old, fresh]) writeFileSync(join(folder, name), "half")
      utimesSync(join(folder, old), 1_000, 1_000)
      utimesSync(join(folder, fresh), 9_000, 9_000)
      yield* TestClock.setTime(10_000_000)
      yield* shelf.write(video, "a.en.srt", text("1"), { replace: false })
      assert.deepStrictEqual(readdirSync(folder).sort(), [fresh, "a.en.srt", "a.mkv"])
    }),
  )

  it.effect("leaves nothing behind when the name is too long for the file system", () =>
    Effect.gen(function* () {
      const { shelf, video, folder } = yield* world
      const error = yield* Effect.flip(
        shelf.write(video, `${"a".repeat(300)}.srt`, text("1"), { replace: false }),
      )
      assert.strictEqual(error._tag, "ShelfUnavailable")
      assert.deepStrictEqual(readdirSync(folder), ["a.mkv"])
    }),
  )

  it.effect("touches nothing when the old file cannot be kept", () =>
    Effect.gen(function* () {
      const { shelf, video, folder, root } = yield* world
      writeFileSync(join(root, "backups"), "a file where the folder should be")
      writeFileSync(join(folder, "a.en.srt"), "old")
      const error = yield* Effect.flip(shelf.write(video, "a.en.srt", text("new"), { replace: true }))
      assert.strictEqual(error._tag, "ShelfUnavailable")
      assert.strictEqual(readFileSync(join(folder, "a.en.srt"), "utf8"), "old")
      assert.deepStrictEqual(readdirSync(folder).sort(), ["a.en.srt", "a.mkv"])
    }),
  )

  it.effect("does not replace a folder", () =>
    Effect.gen(function* () {
      const { shelf, video, folder } = yield* world
      mkdirSync(join(folder, "a.en.srt"))
      const error = yield* Effect.flip(shelf.write(video, "a.en.srt", text("new"), { replace: true }))
      assert.include(error.message, "it is no file")
    }),
  )

  it.effect.skipIf(isWindows)("puts a file beside the link to a video, not beside what it points to", () =>
    Effect.gen(function* () {
      const { shelf, video, root } = yield* world
      const linked = join(root, "linked", "b.mkv")
      mkdirSync(dirname(linked))
      symlinkSync(video, linked)
      const { path } = yield* shelf.write(linked, "b.en.srt", text("1"), { replace: false })
      assert.strictEqual(path, join(root, "linked", "b.en.srt"))
    }),
  )

  it.effect.skipIf(isWindows)("replaces a link and not what it points to", () =>
    Effect.gen(function* () {
      const { shelf, video, folder, root } = yield* world
      const elsewhere = join(root, "elsewhere.srt")
      writeFileSync(elsewhere, "theirs")
      symlinkSync(elsewhere, join(folder, "a.en.srt"))
      yield* shelf.write(video, "a.en.srt", text("ours"), { replace: true })
      assert.strictEqual(readFileSync(elsewhere, "utf8"), "theirs")
      assert.strictEqual(readFileSync(join(folder, "a.en.srt"), "utf8"), "ours")
    }),
  )
})

describe("backups", () => {
  it.effect.skipIf(isWindows)("are for the owner only", () =>
    Effect.gen(function* () {
      const { shelf, video, folder, backupsDir } = yield* world
      writeFileSync(join(folder, "a.en.srt"), "old")
      const { backup } = yield* shelf.write(video, "a.en.srt", text("new"), { replace: true })
      const of = join(backupsDir, backup!.id)
      assert.deepStrictEqual(
        [of, join(of, "content"), join(of, "backup.json")].map((path) => statSync(path).mode & 0o777),
        [0o700, 0o600, 0o600],
      )
    }),
  )

  it.effect("of a folder that went away cannot be restored, and stay", () =>
    Effect.gen(function* () {
      const { shelf, backupsDir, root } = yield* world
      const id = "19700101T000000000Z-0123abcd"
      mkdirSync(join(backupsDir, id), { recursive: true })
      writeFileSync(join(backupsDir, id, "content"), "old")
      const path = join(root, "gone", "a.en.srt")
      const about = JSON.stringify({ path, mode: 0o644, uid: 0, gid: 0 })
      writeFileSync(join(backupsDir, id, "backup.json"), about)
      assert.propertyVal(yield* Effect.flip(shelf.restore(id)), "reason", "missing")
      mkdirSync(dirname(path))
      assert.strictEqual((yield* shelf.restore(id)).path, path)
      assert.strictEqual(readFileSync(path, "utf8"), "old")
    }),
  )
})

describe("list()", () => {
  it.effect("finds the folder by its name in another Unicode form", () =>
    Effect.gen(function* () {
      const { shelf, root } = yield* world
      const video = join(root, "Amélie (2001)".normalize("NFD"), "Amélie.mkv".normalize("NFD"))
      mkdirSync(dirname(video))
      writeFileSync(video, "a film")
      writeFileSync(join(dirname(video), "Amélie.fr.srt"), "1")
      assert.strictEqual((yield* shelf.list(video.normalize("NFC"))).length, 1)
    }),
  )

  it.effect("has no folders, and no links to nowhere", () =>
    Effect.gen(function* () {
      const { shelf, video, folder } = yield* world
      mkdirSync(join(folder, "a.en.srt"))
      if (!isWindows) symlinkSync(join(folder, "nowhere"), join(folder, "a.fr.srt"))
      assert.deepStrictEqual(yield* shelf.list(video), [])
    }),
  )

  it.effect("refuses a path that is not absolute", () =>
    Effect.gen(function* () {
      const { shelf } = yield* world
      assert.strictEqual((yield* Effect.flip(shelf.list("films/a.mkv"))).reason, "missing")
    }),
  )
})

describe("movieHash()", () => {
  it.effect("reads the two ends of a file of any size", () =>
    Effect.gen(function* () {
      const { shelf, video } = yield* world
      truncateSync(video, 0)
      truncateSync(video, 5 * 1024 ** 3)
      const { hash, bytes } = yield* shelf.movieHash(video)
      assert.deepStrictEqual([hash, bytes], ["0000000140000000", 5 * 1024 ** 3])
    }),
  )
})

describe("fault()", () => {
  for (const [code, doing, reason] of [
    ["ENOENT", "write", "missing"],
    ["ENOTDIR", "read", "missing"],
    ["EACCES", "read", "not_readable"],
    ["EACCES", "write", "not_writable"],
    ["EPERM", "write", "not_writable"],
    ["EROFS", "write", "not_writable"],
    ["ENOSPC", "write", "full"],
    ["EDQUOT", "write", "full"],
    ["EIO", "read", "other"],
    ["EMFILE", "read", "other"],
  ] as const)
    it(`calls ${code} on ${doing} ${reason}`, () => {
      const error = fault("/films", doing, Object.assign(new Error("no"), { code }))
      assert.strictEqual(error._tag === "ShelfUnavailable" && error.reason, reason)
      assert.match(error.message, new RegExp(`^Cannot use /films: .*${code}`))
    })
})
