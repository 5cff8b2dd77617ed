import { gzipSync, inflateRawSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { zipSync } from "fflate"
import { RAR_UNPACKED_BYTES_MAX } from "../../../adapters/files/_rar.ts"
import { layer } from "../../../adapters/files/subtitle_reader.ts"
import {
  ARCHIVE_ENTRIES_MAX,
  SUBTITLE_BYTES_MAX,
  SubtitleReader,
} from "../../../core/ports/subtitle_reader.ts"
import { bytesOf, SRT, subtitleReaderContract, wish } from "../../contracts/subtitle_reader.ts"
import encoded from "../../support/encoded_subtitles.json" with { type: "json" }
import { storedRar } from "../../support/stored_rar.ts"

subtitleReaderContract("files", layer)

const read = (bytes: Uint8Array, wanted = wish()) =>
  SubtitleReader.use((reader) => reader.read(bytes, wanted)).pipe(Effect.provide(layer))
const srt = (line: string) => bytesOf(`1\r\n00:00:01,000 --> 00:00:02,000\r\n${line}\r\n`)
const archiveOf = (kind: "zip" | "rar", files: Readonly<Record<string, Uint8Array>>) =>
  kind === "zip"
    ? zipSync({ ...files })
    : storedRar(Object.entries(files).map(([name, content]) => ({ name, content })))
const episode = (season: number, number: number) => wish({ season, episode: number, fileName: null })

describe("read() of encodings", () => {
  for (const { base64, encoding, language, lines } of encoded)
    it.effect(`loses no letter of ${language} in ${encoding}`, () =>
      Effect.gen(function* () {
        const { text } = yield* read(Buffer.from(base64, "base64"), wish({ language }))
        for (const line of lines) assert.include(text, line)
        assert.notInclude(text, "\uFEFF")
      }),
    )

  for (const [language, encoding] of [
    ["ru", "windows-1251"],
    ["ru", "koi8-r"],
    ["el", "windows-1253"],
    ["ja", "shift_jis"],
    ["zh-Hant", "big5"],
    ["ko", "euc-kr"],
    ["ar", "windows-1256"],
    ["he", "windows-1255"],
    ["th", "windows-874"],
    ["pl", "windows-1250"],
  ] as const)
    it.effect(`names the encoding ${encoding}`, () =>
      Effect.gen(function* () {
        const names: Readonly<Record<string, string>> = {
          shift_jis: "cp932",
          "windows-874": "cp874",
          "euc-kr": "cp949",
        }
        const python = names[encoding] ?? encoding.replace("windows-", "cp")
        const row = encoded.find((one) => one.language === language && one.encoding === python)
        const found = yield* read(Buffer.from(row!.base64, "base64"), wish({ language }))
        assert.strictEqual(found.encoding, encoding)
      }),
    )

  for (const encoding of ["cp1250", "cp1252", "cp1254", "cp1257"])
    for (const row of encoded.filter((one) => one.encoding === encoding))
      it.effect(`tells ${encoding} of a ${row.language} text by its letters alone`, () =>
        Effect.gen(function* () {
          for (const language of [null, "en"]) {
            const { text } = yield* read(Buffer.from(row.base64, "base64"), wish({ language }))
            for (const line of row.lines) assert.include(text, line)
          }
        }),
      )

  it.effect("believes the bytes more than the language that was said", () =>
    Effect.gen(function* () {
      const row = encoded.find((one) => one.language === "ru" && one.encoding === "cp1251")
      const { text } = yield* read(Buffer.from(row!.base64, "base64"), wish({ language: "en" }))
      assert.include(text, row!.lines[0]!)
    }),
  )

  it.effect("keeps the rest of a UTF-8 text in which one letter is broken", () =>
    Effect.gen(function* () {
      const text = "Größe übt Mühe; die Straße fließt für Äpfel und Öl ".repeat(5)
      const bytes = Buffer.concat([srt(text), Buffer.from("caf\xe9\r\n", "latin1")])
      const found = yield* read(bytes, wish({ language: "de" }))
      assert.include(found.text, text.trim())
      assert.include(found.text, "café")
      assert.strictEqual(found.encoding, "utf-8")
    }),
  )

  it.effect.prop(
    "reads any text in UTF-8 and UTF-16 back",
    [
      Schema.String.check(
        Schema.makeFilter((text) => text.isWellFormed() && !/[\p{Cc}\p{Co}\uFEFF]/u.test(text)),
      ),
    ],
    ([line]) =>
      Effect.gen(function* () {
        const text = `1\r\n00:00:01,000 --> 00:00:02,000\r\nx${line}\r\n`
        assert.strictEqual((yield* read(bytesOf(text))).text, text)
        const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")])
        assert.strictEqual((yield* read(wide)).text, text)
      }),
  )
})

describe("read() of archives", () => {
  for (const kind of ["zip", "rar"] as const) {
    it.effect(`takes the only subtitle of a ${kind} archive`, () =>
      Effect.gen(function* () {
        const files = { "readme.nfo": bytesOf("visit us"), "Sub/Film é.srt": bytesOf(SRT) }
        const found = yield* read(archiveOf(kind, files))
        assert.deepStrictEqual(found, { text: SRT, format: "srt", encoding: "utf-8", fileName: "Film é.srt" })
      }),
    )

    it.effect(`takes the right episode of a season in a ${kind} archive`, () =>
      Effect.gen(function* () {
        const files = Object.fromEntries(
          [1, 2, 3, 10, 12, 13].map((number) => [
            `The Season/The Harbor Line - S01E${String(number).padStart(2, "0")}.srt`,
            srt(`episode ${number}`),
          ]),
        )
        for (const number of [1, 3, 12]) {
          const { text } = yield* read(archiveOf(kind, files), episode(1, number))
          assert.include(text, `episode ${number}\r\n`)
        }
        const missing = yield* Effect.flip(read(archiveOf(kind, files), episode(1, 4)))
        assert.strictEqual(missing.reason, "no_matching_file")
        const other = yield* Effect.flip(read(archiveOf(kind, files), episode(2, 1)))
        assert.strictEqual(other.reason, "no_matching_file")
      }),
    )

    it.effect(`takes nothing of a ${kind} archive whose names leave it`, () =>
      Effect.gen(function* () {
        for (const name of [
          "../../etc/cron.d/x.srt",
          "/etc/x.srt",
          "C:\\x.srt",
          "a/../../x.srt",
          "..\\x.srt",
        ]) {
          const error = yield* Effect.flip(read(archiveOf(kind, { [name]: bytesOf(SRT) })))
          assert.strictEqual(error.reason, "archive", name)
        }
      }),
    )

    it.effect(`opens no archive within a ${kind} archive`, () =>
      Effect.gen(function* () {
        const inner = archiveOf("zip", { "a.srt": bytesOf(SRT) })
        for (const name of ["inner.zip", "inner.srt"]) {
          const error = yield* Effect.flip(read(archiveOf(kind, { [name]: inner })))
          assert.include(["archive", "no_matching_file"], error.reason)
        }
      }),
    )

    it.effect(`refuses a ${kind} archive of too many entries`, () =>
      Effect.gen(function* () {
        const many = (count: number) =>
          Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}.nfo`, bytesOf("x")]))
        const most = archiveOf(kind, { ...many(ARCHIVE_ENTRIES_MAX - 1), "a.srt": bytesOf(SRT) })
        assert.strictEqual((yield* read(most)).text, SRT)
        const error = yield* Effect.flip(read(archiveOf(kind, many(ARCHIVE_ENTRIES_MAX + 1))))
        assert.include(error.message, `more than ${ARCHIVE_ENTRIES_MAX} entries`)
      }),
    )

    it.effect(`refuses a file of a ${kind} archive that is too large`, () =>
      Effect.gen(function* () {
        const bomb = new Uint8Array(SUBTITLE_BYTES_MAX + 1).fill(0x20)
        const error = yield* Effect.flip(read(archiveOf(kind, { "a.srt": bomb })))
        assert.strictEqual(error.reason, "too_large")
      }),
    )

    it.effect(`refuses an empty ${kind} archive, and one that stops half way`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* Effect.flip(read(archiveOf(kind, {})))).reason, "archive")
        const whole = archiveOf(kind, { "a.srt": srt("x".repeat(2_000)) })
        for (const length of [8, 40, Math.floor(whole.length / 2), whole.length - 30]) {
          const error = yield* Effect.flip(read(whole.subarray(0, length)))
          assert.include(["archive", "no_matching_file"], error.reason)
        }
      }),
    )

    it.effect(`takes the next file of a ${kind} archive when the likeliest is none`, () =>
      Effect.gen(function* () {
        const page = bytesOf("<html>buy</html>")
        const files = { "Sintel.2010.srt": page, "other.srt": bytesOf(SRT) }
        const found = yield* read(archiveOf(kind, files), wish({ names: ["Sintel.2010"], fileName: null }))
        assert.strictEqual(found.fileName, "other.srt")
      }),
    )
  }

  it.effect("reads a gzip file, by its content and not by its name", () =>
    Effect.gen(function* () {
      const found = yield* read(gzipSync(SRT), wish({ fileName: "a.srt.gz" }))
      assert.deepStrictEqual([found.text, found.fileName], [SRT, "a.srt"])
    }),
  )

  it.effect("refuses a gzip file that grows a thousandfold", () =>
    Effect.gen(function* () {
      const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024, 0x20))
      assert.isBelow(bomb.length, 50_000)
      assert.strictEqual((yield* Effect.flip(read(bomb))).reason, "too_large")
    }),
  )

  it.effect("refuses a zip file that grows a thousandfold without unpacking it", () =>
    Effect.gen(function* () {
      const bomb = zipSync({ "a.srt": new Uint8Array(24 * 1024 * 1024) }, { level: 1 })
      assert.isBelow(bomb.length, 200_000)
      const before = process.memoryUsage().arrayBuffers
      assert.strictEqual((yield* Effect.flip(read(bomb))).reason, "too_large")
      assert.isBelow(process.memoryUsage().arrayBuffers - before, 12 * 1024 * 1024)
    }),
  )

  it.effect("unpacks no more of a zip entry than its size in the directory says", () =>
    Effect.gen(function* () {
      const zip = zipSync({ "a.srt": bytesOf(SRT.repeat(5_000)) })
      const view = new DataView(zip.buffer)
      const directory = zip.length - 22 - 46 - "a.srt".length
      assert.strictEqual(view.getUint32(directory, true), 0x02014b50)
      view.setUint32(directory + 24, 100, true)
      const found = yield* Effect.result(read(zip))
      if (found._tag === "Success") assert.isAtMost(found.success.text.length, 100)
      else assert.strictEqual(found.failure.reason, "archive")
    }),
  )

  it.effect("does not go through a zip entry of hundreds of megabytes that the directory calls small", () =>
    Effect.gen(function* () {
      const zip = zipSync({ "a.srt": new Uint8Array(300 * 1024 * 1024).fill(0x20) }, { level: 9 })
      const view = new DataView(zip.buffer)
      const directory = zip.length - 22 - 46 - "a.srt".length
      assert.strictEqual(view.getUint32(directory, true), 0x02014b50)
      view.setUint32(directory + 24, 1_000, true)
      const inflating = process.cpuUsage()
      inflateRawSync(zip.subarray(30 + "a.srt".length), { maxOutputLength: 512 * 1024 * 1024 })
      const whole = process.cpuUsage(inflating).user
      const begun = process.cpuUsage()
      assert.strictEqual((yield* Effect.flip(read(zip))).reason, "archive")
      assert.isBelow(process.cpuUsage(begun).user, whole / 4)
    }),
  )

  it.effect("finds the entry that is meant among others, stored or deflated", () =>
    Effect.gen(function* () {
      const files = { "b.txt": bytesOf("x".repeat(900)), "c.srt": bytesOf(SRT), "d.nfo": bytesOf("y") }
      for (const level of [0, 6] as const) {
        const zip = zipSync(files, { level, comment: "made for tests" })
        assert.strictEqual((yield* read(zip)).text, SRT)
      }
    }),
  )

  it.effect("refuses a zip entry with a password", () =>
    Effect.gen(function* () {
      const zip = zipSync({ "a.srt": bytesOf(SRT) })
      // Method 99 is how AES is written down.
      new DataView(zip.buffer).setUint16(zip.length - 22 - 46 - "a.srt".length + 10, 99, true)
      assert.include((yield* Effect.flip(read(zip))).message, "password")
    }),
  )

  it.effect("refuses a rar archive that wants gigabytes of memory", () =>
    Effect.gen(function* () {
      const rar = storedRar([{ name: "a.srt", content: bytesOf(SRT), dictionary: 14 }])
      assert.include((yield* Effect.flip(read(rar))).message, "dictionary of 2048 MiB")
    }),
  )

  it.effect("refuses a solid rar archive with a film before the subtitle", () =>
    Effect.gen(function* () {
      const film = { name: "film.mkv", content: bytesOf("x"), saidBytes: RAR_UNPACKED_BYTES_MAX + 1 }
      const rar = storedRar([film, { name: "a.srt", content: bytesOf(SRT), isSolid: true }])
      assert.include((yield* Effect.flip(read(rar))).message, "have to be unpacked for it")
    }),
  )

  it.effect("reads many archives at the same time", () =>
    Effect.gen(function* () {
      const reader = yield* SubtitleReader.pipe(Effect.provide(layer))
      const numbers = Array.from({ length: 12 }, (_, index) => index)
      const texts = yield* Effect.forEach(
        numbers,
        (number) =>
          reader.read(
            archiveOf(number % 2 === 0 ? "zip" : "rar", { "a.srt": srt(`text ${number}`) }),
            wish(),
          ),
        { concurrency: "unbounded" },
      )
      for (const number of numbers) assert.include(texts[number]?.text, `text ${number}\r\n`)
    }),
  )

  for (const [what, start] of [
    ["7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
    ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
    ["bzip2", [0x42, 0x5a, 0x68, 0x39]],
  ] as const)
    it.effect(`says that it does not open ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(read(Uint8Array.from([...start, 1, 2, 3])))
        assert.strictEqual(error.reason, "archive")
        assert.include(error.message, "not opened")
      }),
    )

  it.effect.prop(
    "answers or refuses whatever bytes follow a signature",
    [Schema.Uint8Array, Schema.Literals(["zip", "rar", "rar5", "gzip", ""])],
    ([noise, kind]) =>
      Effect.gen(function* () {
        const signatures = {
          zip: [0x50, 0x4b, 3, 4],
          rar: [0x52, 0x61, 0x72, 0x21, 0x1a, 7, 0],
          rar5: [0x52, 0x61, 0x72, 0x21, 0x1a, 7, 1, 0],
          gzip: [0x1f, 0x8b, 8],
          "": [],
        }
        const result = yield* Effect.result(read(Uint8Array.from([...signatures[kind], ...noise])))
        if (result._tag === "Failure") assert.strictEqual(result.failure._tag, "SubtitleUnreadable")
      }),
  )
})
