import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import {
  type ShelfChanged,
  type ShelfUnavailable,
  SUBTITLE_BACKUP_DAYS,
  SubtitleShelf,
} from "../../core/ports/subtitle_shelf.ts"

/** An empty folder and the shelf over it. */
export interface ShelfWorld {
  readonly layer: Layer.Layer<SubtitleShelf>
  readonly folder: string
  readonly put: (path: string, bytes: Uint8Array) => void
  readonly bytesOf: (path: string) => Uint8Array | null
  readonly names: (folder: string) => ReadonlyArray<string>
}

const sha256 = (content: string) => createHash("sha256").update(content).digest("hex")
const reasonOf = (error: ShelfUnavailable | ShelfChanged) => ("reason" in error ? error.reason : error._tag)

export const text = (value: string) => new TextEncoder().encode(value)

/** Contents with the hashes that the description of OSHash gives, or that were computed for it. */
export const HASHED: ReadonlyArray<readonly [string, number, (index: number) => number, string | null]> = [
  ["all 0x00", 131_072, () => 0, "0000000000020000"],
  ["all 0xFF", 131_072, () => 255, "000000000001c000"],
  ["byte i = i mod 256", 200_000, (index) => index % 256, "a0601fdf9f620d40"],
  ["byte i = (7i + 3) mod 251", 131_073, (index) => (7 * index + 3) % 251, "2e4059667e93855a"],
  ["1 MiB of 0x00", 1_048_576, () => 0, "0000000000100000"],
  ["one byte too small", 131_071, () => 0, null],
  ["nothing", 0, () => 0, null],
]

/** What every SubtitleShelf owes. */
export function subtitleShelfContract(
  name: string,
  makeWorld: Effect.Effect<ShelfWorld, never, Scope.Scope>,
): void {
  const test = (
    title: string,
    body: (world: ShelfWorld, video: string) => Effect.Effect<void, unknown, SubtitleShelf>,
  ) =>
    it.effect(title, () =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const video = `${world.folder}/Sintel (2010).mkv`
        world.put(video, text("a film"))
        yield* Effect.provide(body(world, video), world.layer)
      }),
    )

  describe(`SubtitleShelf: ${name}`, () => {
    test("list() has the subtitles of this video and no other file", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        assert.deepStrictEqual(yield* shelf.list(video), [])
        for (const file of [
          "Sintel (2010).en.srt",
          "Sintel (2010).srt",
          "SINTEL (2010).FR.ASS",
          "Sintel (2010).nfo",
          "Sintel (2010) - Part 2.en.srt",
          "Sintel (2010)",
          "Other.en.srt",
        ])
          world.put(`${world.folder}/${file}`, text("12345"))
        const listed = yield* shelf.list(video)
        assert.deepStrictEqual(
          listed.map((one) => one.name),
          ["SINTEL (2010).FR.ASS", "Sintel (2010).en.srt", "Sintel (2010).srt"],
        )
        assert.isTrue(listed.every((one) => one.bytes === 5 && Number.isInteger(one.modifiedMs)))
      }))

    test("list() takes composed and decomposed letters for the same", (world) =>
      Effect.gen(function* () {
        world.put(`${world.folder}/Amélie.mkv`.normalize("NFD"), text("a film"))
        world.put(`${world.folder}/Amélie.fr.srt`.normalize("NFC"), text("1"))
        const listed = yield* SubtitleShelf.use((shelf) =>
          shelf.list(`${world.folder}/Amélie.mkv`.normalize("NFC")),
        )
        assert.deepStrictEqual(
          listed.map((one) => one.name.normalize("NFC")),
          ["Amélie.fr.srt".normalize("NFC")],
        )
      }))

    test("list() of a video that is not there is ShelfUnavailable, not an empty list", (world) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const inFolder = yield* Effect.flip(shelf.list(`${world.folder}/Gone.mkv`))
        const noFolder = yield* Effect.flip(shelf.list(`${world.folder}/gone/Gone.mkv`))
        assert.deepStrictEqual([inFolder.reason, noFolder.reason], ["missing", "missing"])
      }))

    test("read() answers the start of a file and at most its limit", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        world.put(`${world.folder}/Sintel (2010).en.srt`, text("0123456789"))
        assert.deepStrictEqual(yield* shelf.read(video, "Sintel (2010).en.srt", 4), text("0123"))
        assert.deepStrictEqual(yield* shelf.read(video, "Sintel (2010).en.srt", 100), text("0123456789"))
        assert.deepStrictEqual(yield* shelf.read(video, "Sintel (2010).en.srt", 0), new Uint8Array())
        const error = yield* Effect.flip(shelf.read(video, "Sintel (2010).fr.srt", 4))
        assert.strictEqual(error.reason, "missing")
      }))

    test("a name never leaves the folder", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        world.put(`${world.folder}/deeper/x.srt`, text("1"))
        for (const bad of ["../x.srt", "deeper/x.srt", "", ".", "..", "x\0.srt"]) {
          assert.strictEqual((yield* Effect.flip(shelf.read(video, bad, 1))).reason, "other")
          const written = yield* Effect.flip(shelf.write(video, bad, text("1"), { replace: true }))
          assert.strictEqual(written._tag, "ShelfUnavailable")
          assert.strictEqual((yield* Effect.flip(shelf.remove(video, bad)))._tag, "ShelfUnavailable")
        }
        assert.deepStrictEqual(world.bytesOf(`${world.folder}/deeper/x.srt`), text("1"))
      }))

    test("obstacle() is null where a file can be made, and leaves nothing behind", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        assert.strictEqual(yield* shelf.obstacle(video), null)
        assert.deepStrictEqual(world.names(world.folder), ["Sintel (2010).mkv"])
        const gone = yield* shelf.obstacle(`${world.folder}/gone/Gone.mkv`)
        assert.strictEqual(gone?.reason, "missing")
      }))

    test("folderObstacle() is null for a folder in which a file can be made, and leaves nothing behind", (world) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        assert.strictEqual(yield* shelf.folderObstacle(world.folder), null)
        assert.deepStrictEqual(world.names(world.folder), ["Sintel (2010).mkv"])
        const gone = yield* shelf.folderObstacle(`${world.folder}/gone`)
        assert.strictEqual(gone?.reason, "missing")
      }))

    test("write() puts the bytes beside the video and nothing else", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const path = `${world.folder}/Sintel (2010).en.srt`
        const written = yield* shelf.write(video, "Sintel (2010).en.srt", text("new"), { replace: false })
        assert.deepStrictEqual(written, { path, digest: sha256("new"), backup: null })
        assert.strictEqual(yield* shelf.digest(video, "Sintel (2010).en.srt"), sha256("new"))
        assert.strictEqual(yield* shelf.digest(video, "Sintel (2010).fr.srt"), null)
        assert.deepStrictEqual(world.bytesOf(path), text("new"))
        assert.deepStrictEqual(world.names(world.folder), ["Sintel (2010).en.srt", "Sintel (2010).mkv"])
      }))

    test("write() without replace leaves a file that exists alone", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const path = `${world.folder}/Sintel (2010).en.srt`
        world.put(path, text("theirs"))
        const error = yield* Effect.flip(
          shelf.write(video, "Sintel (2010).en.srt", text("ours"), { replace: false }),
        )
        assert.strictEqual(error._tag, "ShelfOccupied")
        assert.deepStrictEqual(world.bytesOf(path), text("theirs"))
        assert.deepStrictEqual(world.names(world.folder), ["Sintel (2010).en.srt", "Sintel (2010).mkv"])
      }))

    test("write() at the same time as another write: one file, one is told", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const results = yield* Effect.all(
          ["a", "b", "c", "d"].map((content) =>
            Effect.result(shelf.write(video, "Sintel (2010).en.srt", text(content), { replace: false })),
          ),
          { concurrency: "unbounded" },
        )
        assert.strictEqual(results.filter((one) => one._tag === "Success").length, 1)
        assert.deepStrictEqual(world.names(world.folder), ["Sintel (2010).en.srt", "Sintel (2010).mkv"])
      }))

    test("write() takes a name in another Unicode form for the same file", (world) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const video = `${world.folder}/Amélie.mkv`.normalize("NFD")
        world.put(video, text("a film"))
        const composed = "Amélie.fr.srt".normalize("NFC")
        const first = yield* shelf.write(video.normalize("NFC"), composed, text("1"), { replace: false })
        assert.strictEqual(first.path, `${world.folder}/${composed.normalize("NFD")}`)
        const second = yield* Effect.flip(shelf.write(video, composed, text("2"), { replace: false }))
        assert.strictEqual(second._tag, "ShelfOccupied")
        const third = yield* shelf.write(video, composed, text("3"), { replace: true })
        assert.strictEqual(third.path, first.path)
        assert.deepStrictEqual(world.bytesOf(first.path), text("3"))
      }))

    test("write() with replace keeps the old file, and restore() brings it back", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const path = `${world.folder}/Sintel (2010).en.srt`
        world.put(path, text("old"))
        yield* TestClock.setTime(1_700_000_000_000)
        const { backup } = yield* shelf.write(video, "Sintel (2010).en.srt", text("new"), { replace: true })
        assert.deepStrictEqual([backup?.path, backup?.atMs], [path, 1_700_000_000_000])
        assert.deepStrictEqual(world.bytesOf(path), text("new"))
        assert.strictEqual((yield* shelf.restore(backup!.id)).path, path)
        assert.deepStrictEqual(world.bytesOf(path), text("old"))
        assert.deepStrictEqual(world.names(world.folder), ["Sintel (2010).en.srt", "Sintel (2010).mkv"])
      }))

    test("remove() moves a file to the backups", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const path = `${world.folder}/Sintel (2010).en.srt`
        world.put(path, text("old"))
        const backup = yield* shelf.remove(video, "Sintel (2010).en.srt")
        assert.strictEqual(world.bytesOf(path), null)
        assert.strictEqual((yield* shelf.restore(backup.id)).path, path)
        assert.deepStrictEqual(world.bytesOf(path), text("old"))
        const gone = yield* Effect.flip(shelf.remove(video, "Sintel (2010).fr.srt"))
        assert.strictEqual(reasonOf(gone), "missing")
      }))

    test("restore() keeps what it replaces", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const path = `${world.folder}/Sintel (2010).en.srt`
        const replacing = { replace: true }
        yield* shelf.write(video, "Sintel (2010).en.srt", text("1"), replacing)
        const { backup } = yield* shelf.write(video, "Sintel (2010).en.srt", text("2"), replacing)
        yield* shelf.restore(backup!.id)
        yield* shelf.restore(backup!.id)
        assert.deepStrictEqual(world.bytesOf(path), text("1"))
      }))

    test("write(), remove() and restore() touch a file with a digest only while it is that file", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const name = "Sintel (2010).en.srt"
        const path = `${world.folder}/${name}`
        const first = yield* shelf.write(video, name, text("1"), { replace: false })
        const second = yield* shelf.write(video, name, text("2"), { replace: { digest: first.digest } })
        world.put(path, text("theirs"))
        const mine = { digest: second.digest }
        const refused = [
          yield* Effect.flip(shelf.write(video, name, text("3"), { replace: mine })),
          yield* Effect.flip(shelf.remove(video, name, mine)),
          yield* Effect.flip(shelf.restore(second.backup!.id, { replace: second.digest })),
          yield* Effect.flip(shelf.restore(second.backup!.id, { replace: null })),
        ]
        assert.deepStrictEqual(
          refused.map((one) => one._tag),
          ["ShelfChanged", "ShelfChanged", "ShelfChanged", "ShelfChanged"],
        )
        assert.deepStrictEqual(world.bytesOf(path), text("theirs"))
        assert.deepStrictEqual(world.names(world.folder), [name, "Sintel (2010).mkv"])
        const theirs = (yield* shelf.digest(video, name)) ?? ""
        const back = yield* shelf.restore(second.backup!.id, { replace: theirs })
        assert.strictEqual(back.digest, first.digest)
        const away = yield* shelf.remove(video, name, { digest: back.digest })
        const none = yield* Effect.flip(shelf.write(video, name, text("4"), { replace: mine }))
        assert.strictEqual(none._tag, "ShelfChanged")
        assert.strictEqual((yield* shelf.restore(away.id, { replace: null })).digest, first.digest)
        assert.deepStrictEqual(world.bytesOf(path), text("1"))
      }))

    test("foresee() says what a change will come to, and the backup gets the id that it named", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const name = "Sintel (2010).en.srt"
        const path = `${world.folder}/${name}`
        const first = yield* shelf.write(video, name, text("1"), { replace: false })
        const { backupId, digest } = yield* shelf.foresee(text("2"))
        const replace = { digest: first.digest }
        const second = yield* shelf.write(video, name, text("2"), { replace, backupId })
        assert.deepStrictEqual([second.digest, second.backup?.id], [digest, backupId])
        const back = yield* shelf.foresee({ backupId })
        assert.strictEqual(back.digest, first.digest)
        assert.notStrictEqual(back.backupId, backupId)
        const restored = yield* shelf.restore(backupId, { replace: second.digest, backupId: back.backupId })
        assert.strictEqual(restored.backup?.id, back.backupId)
        const away = yield* shelf.foresee(null)
        assert.strictEqual(away.digest, null)
        const wish = { digest: first.digest, backupId: away.backupId }
        assert.strictEqual((yield* shelf.remove(video, name, wish)).id, away.backupId)
        // What was kept under this id before the process ended is not kept twice.
        world.put(path, text("1"))
        assert.strictEqual((yield* shelf.remove(video, name, wish)).id, away.backupId)
        assert.strictEqual(world.bytesOf(path), null)
        yield* shelf.restore(away.backupId, { replace: null })
        assert.deepStrictEqual(world.bytesOf(path), text("1"))
        assert.strictEqual((yield* shelf.foresee({ backupId: "nothing" })).digest, null)
      }))

    test("restore() of a backup that is not there is missing", () =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        for (const id of ["", "nothing", "../../etc", "20261124T075812345Z-00000000"]) {
          assert.strictEqual(reasonOf(yield* Effect.flip(shelf.restore(id))), "missing")
        }
      }))

    test("a backup is kept for its days and no longer", (world, video) =>
      Effect.gen(function* () {
        const shelf = yield* SubtitleShelf
        const replacing = { replace: true }
        yield* TestClock.setTime(1_700_000_000_000)
        yield* shelf.write(video, "Sintel (2010).en.srt", text("1"), replacing)
        const first = yield* shelf.write(video, "Sintel (2010).en.srt", text("2"), replacing)
        yield* TestClock.adjust(`${SUBTITLE_BACKUP_DAYS} days`)
        yield* shelf.write(video, "Sintel (2010).en.srt", text("3"), replacing)
        assert.strictEqual((yield* shelf.restore(first.backup!.id)).path, first.path)
        yield* TestClock.adjust(1)
        const last = yield* shelf.write(video, "Sintel (2010).en.srt", text("4"), replacing)
        assert.strictEqual(reasonOf(yield* Effect.flip(shelf.restore(first.backup!.id))), "missing")
        assert.strictEqual((yield* shelf.restore(last.backup!.id)).path, first.path)
        assert.deepStrictEqual(world.bytesOf(first.path), text("1"))
      }))

    for (const [what, size, byteAt, hash] of HASHED)
      test(`movieHash() of ${what}`, (world, video) =>
        Effect.gen(function* () {
          world.put(
            video,
            Uint8Array.from({ length: size }, (_, index) => byteAt(index)),
          )
          const found = yield* SubtitleShelf.use((shelf) => shelf.movieHash(video))
          assert.deepStrictEqual(found, { hash, bytes: size })
        }))
  })
}
