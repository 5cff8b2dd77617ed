import { spawn } from "node:child_process"
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { layer, type YamlSettingsOptions } from "../../../adapters/yaml/settings_store.ts"
import { SettingsStore } from "../../../core/ports/settings_store.ts"
import { settingsStoreContract } from "../../contracts/settings_store.ts"
import { tempFolder } from "../../support/temp_folder.ts"

const inNewFolder = Layer.unwrap(
  Effect.map(tempFolder, (folder) =>
    layer({ file: join(folder, "config", "config.yaml"), backupsDir: join(folder, "backups") }),
  ),
)
settingsStoreContract("yaml", inNewFolder)

const TEXT = "# mine\nplex:\n  ip: 10.0.0.1 # attic\n  port: 32400\nmine:\n  a: 1\n"

interface Place {
  readonly folder: string
  readonly file: string
  readonly text: () => string
  readonly options: YamlSettingsOptions
}

/** A folder with a config.yaml in it. */
const place = (text: string | null = TEXT) =>
  Effect.map(tempFolder, (folder): Place => {
    const file = join(folder, "config.yaml")
    if (text !== null) writeFileSync(file, text, { mode: 0o640 })
    return {
      folder,
      file,
      text: () => readFileSync(file, "utf8"),
      options: { file, backupsDir: join(folder, "backups"), lookEveryMs: 50 },
    }
  })

const store = (options: YamlSettingsOptions) =>
  Effect.map(Layer.build(layer(options)), (context) => context).pipe(
    Effect.flatMap((context) => Effect.provide(SettingsStore.use(Effect.succeed), context)),
  )

const refusing = (code: string) => () =>
  Promise.reject(Object.assign(new Error(`${code}: refused`), { code }))

describe("update()", () => {
  it.live("keeps a copy of a file in which it replaces what it could not understand", () =>
    Effect.gen(function* () {
      const { text, options } = yield* place("plex:\n- mine\nauth:\n  apikey: [1]\n")
      const settings = yield* store(options)
      const before = text()
      yield* settings.update(() => ({ auth: { apikey: Redacted.make("0123456789") } }))
      assert.notInclude(text(), "[1]")
      const [copy] = yield* settings.backups
      assert.strictEqual(readFileSync(join(options.backupsDir, copy?.id ?? ""), "utf8"), before)
      yield* settings.update(() => ({ auth: { apikey: Redacted.make("9876543210") } }))
      assert.lengthOf(yield* settings.backups, 1)
    }),
  )

  it.live("writes a new file for the owner only", () =>
    Effect.gen(function* () {
      const { file, text, options, folder } = yield* place(null)
      const settings = yield* store(options)
      assert.isFalse(existsSync(file))
      yield* settings.update(() => ({ auth: { apikey: Redacted.make("0123456789") } }))
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      assert.match(text(), /^# .*\nauth:\n {2}apikey: '0123456789'\n$/)
      assert.deepStrictEqual(readdirSync(folder), ["config.yaml"])
    }).pipe(Effect.scoped),
  )

  it.live("keeps the byte order mark, the line ends, the mode and the owner", () =>
    Effect.gen(function* () {
      const windows = `\uFEFF${TEXT.replaceAll("\n", "\r\n")}`
      const { file, text, options, folder } = yield* place(windows)
      chmodSync(file, 0o664)
      const settings = yield* store(options)
      yield* settings.update(() => ({ plex: { ip: "10.0.0.2" } }))
      assert.strictEqual(text(), windows.replace("10.0.0.1", "10.0.0.2"))
      assert.strictEqual(statSync(file).mode & 0o777, 0o664)
      assert.deepStrictEqual(readdirSync(folder), ["config.yaml"])
    }).pipe(Effect.scoped),
  )

  it.live("writes nothing when nothing changes: same bytes, same time, no other file", () =>
    Effect.gen(function* () {
      const { file, text, options, folder } = yield* place()
      utimesSync(file, 1_000, 1_000)
      const [before, folderBefore] = [statSync(file), statSync(folder)]
      const settings = yield* store(options)
      yield* settings.current
      yield* settings.update(() => ({}))
      yield* settings.update((now) => ({ plex: { port: now.plex.port, ip: "10.0.0.1" } }))
      assert.strictEqual(text(), TEXT)
      assert.deepStrictEqual([statSync(file).mtimeMs, statSync(file).ino], [before.mtimeMs, before.ino])
      assert.strictEqual(statSync(folder).mtimeMs, folderBefore.mtimeMs)
    }).pipe(Effect.scoped),
  )

  it.live("writes through a symbolic link and leaves the link", () =>
    Effect.gen(function* () {
      const { folder, file, options } = yield* place(null)
      const target = join(folder, "elsewhere", "real.yaml")
      mkdirSync(join(folder, "elsewhere"))
      writeFileSync(target, TEXT)
      symlinkSync("elsewhere/real.yaml", file)
      const settings = yield* store(options)
      yield* settings.update(() => ({ plex: { port: 1 } }))
      assert.isTrue(lstatSync(file).isSymbolicLink())
      assert.include(readFileSync(target, "utf8"), "port: 1\n")
      assert.deepStrictEqual(readdirSync(join(folder, "elsewhere")), ["real.yaml"])
    }).pipe(Effect.scoped),
  )

  for (const [what, disk] of [
    ["the folder is read-only", { open: refusing("EROFS") }],
    ["the disk is full", { open: refusing("ENOSPC") }],
    ["the new file cannot take the name", { rename: refusing("EIO") }],
  ] as const) {
    it.live(`fails with SettingsNotSaved when ${what}, and changes neither memory nor disk`, () =>
      Effect.gen(function* () {
        const { text, options, folder } = yield* place()
        const settings = yield* store({ ...options, disk })
        const error = yield* Effect.flip(settings.update(() => ({ plex: { port: 1 } })))
        assert.strictEqual(error._tag, "SettingsNotSaved")
        assert.strictEqual((yield* settings.current).plex.port, 32_400)
        assert.strictEqual(text(), TEXT)
        assert.deepStrictEqual(readdirSync(folder), ["config.yaml"])
      }).pipe(Effect.scoped),
    )
  }

  it.live("leaves nothing behind when the disk has no room for a single byte, nor half a backup", () =>
    Effect.gen(function* () {
      const { options, folder } = yield* place()
      let isRoom = true
      const filling = async (path: string, flags: string | number, mode?: number) => {
        const handle = await open(path, flags, mode)
        const { writeFile } = handle
        handle.writeFile = async (data, more) => {
          if (isRoom) return writeFile.call(handle, data, more)
          await handle.write(Buffer.from(data as Uint8Array), 0, 1)
          throw Object.assign(new Error("full"), { code: "ENOSPC" })
        }
        return handle
      }
      const settings = yield* store({ ...options, disk: { open: filling } })
      yield* settings.backup("by-hand")
      const before = yield* settings.backups
      isRoom = false
      assert.include((yield* Effect.flip(settings.update(() => ({ plex: { port: 1 } })))).message, "ENOSPC")
      assert.include((yield* Effect.flip(settings.backup("by-hand"))).message, "ENOSPC")
      assert.deepStrictEqual(readdirSync(folder).sort(), ["backups", "config.yaml"])
      assert.deepStrictEqual(yield* settings.backups, before)
    }).pipe(Effect.scoped),
  )

  it.live("overwrites a file that a mount forbids to replace, and keeps a copy first", () =>
    Effect.gen(function* () {
      const { file, text, options, folder } = yield* place()
      const inode = statSync(file).ino
      const settings = yield* store({ ...options, disk: { rename: refusing("EBUSY") } })
      yield* settings.update(() => ({ plex: { ip: "10.0.0.200", port: 1 } }))
      assert.strictEqual(text(), TEXT.replace("10.0.0.1", "10.0.0.200").replace("32400", "1"))
      yield* settings.update(() => ({ plex: { ip: "a" } }))
      assert.strictEqual(text(), TEXT.replace("10.0.0.1", "a").replace("32400", "1"))
      assert.strictEqual(statSync(file).ino, inode)
      const [newest, oldest] = yield* settings.backups
      assert.include(readFileSync(join(options.backupsDir, newest?.id ?? ""), "utf8"), "10.0.0.200")
      assert.strictEqual(readFileSync(join(options.backupsDir, oldest?.id ?? ""), "utf8"), TEXT)
      assert.deepStrictEqual(readdirSync(folder).sort(), ["backups", "config.yaml"])
    }).pipe(Effect.scoped),
  )

  it.live("puts the old content back when overwriting fails half-way", () =>
    Effect.gen(function* () {
      const { text, options } = yield* place()
      let failures = 1
      const breaking = async (path: string, flags: string | number, mode?: number) => {
        const handle = await open(path, flags, mode)
        if (flags === "r+" && failures-- > 0)
          handle.truncate = async () => {
            throw Object.assign(new Error("full"), { code: "ENOSPC" })
          }
        return handle
      }
      const settings = yield* store({ ...options, disk: { rename: refusing("EBUSY"), open: breaking } })
      const error = yield* Effect.flip(settings.update(() => ({ plex: { ip: "10.0.0.200" } })))
      assert.include(error.message, "ENOSPC")
      assert.strictEqual(text(), TEXT)
      assert.strictEqual((yield* settings.current).plex.ip, "10.0.0.1")
    }).pipe(Effect.scoped),
  )

  it.live("does not save what the environment sets, and saves what is changed to something else", () =>
    Effect.gen(function* () {
      const { text, options } = yield* place()
      const settings = yield* store({
        ...options,
        overrides: { auth: { apikey: Redacted.make("from the environment") }, general: { port: 7000 } },
      })
      assert.strictEqual((yield* settings.current).general.port, 7000)
      yield* settings.update((now) => ({ auth: now.auth, general: now.general, plex: { ip: "b" } }))
      assert.strictEqual(text(), TEXT.replace("10.0.0.1", "b"))
      yield* settings.update(() => ({ general: { port: 8000 } }))
      assert.include(text(), "general:\n  port: 8000\n")
      assert.strictEqual((yield* settings.current).general.port, 7000)
    }).pipe(Effect.scoped),
  )

  it.live("loses nothing when two processes save at once", () =>
    Effect.gen(function* () {
      const { text, options } = yield* place()
      const [one, two] = [yield* store(options), yield* store(options)]
      const add = (settings: SettingsStore["Service"], name: string) =>
        settings.update((now) => ({ plex: { movie_library: [...now.plex.movie_library, name] } }))
      yield* Effect.forEach(
        Array.from({ length: 12 }, (_, index) => index),
        (index) => add(index % 2 === 0 ? one : two, `library ${index}`),
        { concurrency: "unbounded" },
      )
      assert.strictEqual(text().match(/- library/g)?.length, 12)
      assert.isFalse(existsSync(`${options.file}.lock`))
    }).pipe(Effect.scoped),
  )

  it.live("is not held up by the lock of a process that was killed", () =>
    Effect.gen(function* () {
      const { text, options } = yield* place()
      const child = spawn(process.execPath, ["-e", "0"])
      yield* Effect.promise(() => new Promise((done) => child.on("exit", done)))
      const host = (yield* Effect.promise(() => import("node:os"))).hostname()
      writeFileSync(`${options.file}.lock`, JSON.stringify({ pid: child.pid, host }))
      const settings = yield* store(options)
      yield* settings.update(() => ({ plex: { port: 1 } }))
      assert.include(text(), "port: 1\n")
    }).pipe(Effect.scoped),
  )

  it.live("outlasts a lock that says nothing about its holder, or names one that cannot be asked", () =>
    Effect.gen(function* () {
      for (const content of ["", JSON.stringify({ pid: 1, host: "another container" })]) {
        const { text, options } = yield* place()
        writeFileSync(`${options.file}.lock`, content)
        const aged = Date.now() / 1_000 - 7
        utimesSync(`${options.file}.lock`, aged, aged)
        const settings = yield* store(options)
        yield* settings.update(() => ({ plex: { port: 1 } }))
        assert.include(text(), "port: 1\n")
        assert.isFalse(existsSync(`${options.file}.lock`))
      }
    }).pipe(Effect.scoped),
  )

  it.live(
    "leaves the old or the new file to a reader at any moment, also when the process is killed",
    () =>
      Effect.gen(function* () {
        const { folder, file, options } = yield* place()
        const writer = fileURLToPath(new URL("../../support/settings_writer.ts", import.meta.url))
        const children = [1, 2, 3].map(() => spawn(process.execPath, [writer, file, options.backupsDir]))
        yield* Effect.forEach(
          children,
          (child) => Effect.promise(() => new Promise((ready) => child.stdout.once("data", ready))),
          { concurrency: "unbounded" },
        )
        for (const child of children) {
          for (let look = 0; look < 40; look++) {
            assert.match(readFileSync(file, "utf8"), WHOLE)
            yield* Effect.promise(() => new Promise((next) => setImmediate(next)))
          }
          child.kill("SIGKILL")
          yield* Effect.promise(() => new Promise((done) => child.on("exit", done)))
          assert.match(readFileSync(file, "utf8"), WHOLE)
        }
        const aged = Date.now() / 1_000 - 120
        for (const name of readdirSync(folder))
          if (name.endsWith(".tmp")) utimesSync(join(folder, name), aged, aged)
        const settings = yield* store(options)
        yield* settings.update(() => ({ plex: { ip: "after" } }))
        assert.deepStrictEqual(readdirSync(folder), ["config.yaml"])
      }).pipe(Effect.scoped),
    30_000,
  )
})

/** The text that three writers leave at any moment after the first save. */
const WHOLE = /^# mine\nplex:\n {2}ip: 10\.0\.0\.1 # attic\n {2}port: \d+\n {2}token: x+\nmine:\n {2}a: 1\n$/

describe("an edit by hand", () => {
  const next = (settings: SettingsStore["Service"]) =>
    Effect.forkChild(
      settings.events.pipe(
        Stream.take(1),
        Stream.runCollect,
        Effect.map(([event]) => event),
      ),
      {
        startImmediately: true,
      },
    )

  for (const [how, write] of [
    ["in place", (file: string, text: string) => writeFileSync(file, text)],
    [
      "by a new file in its place",
      (file: string, text: string) => {
        writeFileSync(`${file}~`, text)
        renameSync(`${file}~`, file)
      },
    ],
  ] as const) {
    it.live(`${how} is applied and told`, () =>
      Effect.gen(function* () {
        const { file, options } = yield* place()
        const settings = yield* store(options)
        const heard = yield* next(settings)
        write(file, TEXT.replace("32400", "32500"))
        const event = yield* Fiber.join(heard)
        assert.isTrue(event?._tag === "Changed" && event.by === "hand")
        assert.deepStrictEqual(event?._tag === "Changed" ? event.keys : [], ["plex.port"])
        assert.strictEqual((yield* settings.current).plex.port, 32_500)
      }).pipe(Effect.scoped),
    )
  }

  it.live("that cannot be read is told once, and neither applied nor overwritten", () =>
    Effect.gen(function* () {
      const { file, text, options } = yield* place()
      const settings = yield* store(options)
      const heard = yield* next(settings)
      const broken = TEXT.replace("  port", " port")
      writeFileSync(file, broken)
      const event = yield* Fiber.join(heard)
      assert.isTrue(event?._tag === "Rejected" && event.error.line === 4)
      assert.strictEqual((yield* settings.current).plex.ip, "10.0.0.1")
      assert.strictEqual((yield* settings.rejected)?.line, 4)
      const error = yield* Effect.flip(settings.update(() => ({ plex: { port: 1 } })))
      assert.include(error.message, ":4")
      assert.strictEqual(text(), broken)

      const mended = yield* Effect.forkChild(settings.events.pipe(Stream.take(2), Stream.runCollect), {
        startImmediately: true,
      })
      writeFileSync(file, TEXT.replace("10.0.0.1", "10.0.0.9"))
      assert.deepStrictEqual(
        [...(yield* Fiber.join(mended))].map((one) => one._tag),
        ["Accepted", "Changed"],
      )
      assert.isNull(yield* settings.rejected)
      yield* settings.update(() => ({ plex: { port: 1 } }))
      assert.strictEqual(text(), TEXT.replace("10.0.0.1", "10.0.0.9").replace("32400", "1"))
    }).pipe(Effect.scoped),
  )

  it.live("that has not been noticed yet is kept by a save", () =>
    Effect.gen(function* () {
      const { file, text, options } = yield* place()
      const settings = yield* store({ ...options, lookEveryMs: 60_000 })
      writeFileSync(file, `${TEXT}  b: 2 # new\n`)
      yield* settings.update(() => ({ plex: { port: 1 } }))
      assert.strictEqual(text(), `${TEXT.replace("32400", "1")}  b: 2 # new\n`)
    }).pipe(Effect.scoped),
  )

  it.live("that removes the file leaves the settings in force, and the next save writes them", () =>
    Effect.gen(function* () {
      const { file, text, options } = yield* place()
      const settings = yield* store(options)
      rmSync(file)
      yield* Effect.sleep("150 millis")
      assert.strictEqual((yield* settings.current).plex.ip, "10.0.0.1")
      yield* settings.update(() => ({ plex: { port: 1 } }))
      assert.strictEqual(text(), TEXT.replace("32400", "1"))
    }).pipe(Effect.scoped),
  )
})

describe("backup() and restore()", () => {
  it.live("copy every byte, for the owner only", () =>
    Effect.gen(function* () {
      const odd = `\uFEFF${TEXT}\r\n\t# odd \u00a0`
      const { file, text, options } = yield* place(odd)
      const settings = yield* store(options)
      const backup = yield* settings.backup("Before: the Migration!")
      const copy = join(options.backupsDir, backup.id)
      assert.isTrue(readFileSync(copy).equals(readFileSync(file)))
      assert.strictEqual(statSync(copy).mode & 0o777, 0o600)
      assert.deepStrictEqual([backup.reason, backup.bytes], ["before-the-migration-", Buffer.byteLength(odd)])
      yield* settings.update(() => ({ plex: { ip: "b" } }))
      yield* settings.restore(backup.id)
      assert.strictEqual(text(), odd)
      assert.strictEqual((yield* settings.backups)[0]?.reason, "restore")
    }).pipe(Effect.scoped),
  )

  it.live("refuse a backup that cannot be read, and keep a broken file that is replaced", () =>
    Effect.gen(function* () {
      const { file, text, options } = yield* place()
      const settings = yield* store(options)
      const good = yield* settings.backup("good")
      writeFileSync(file, "plex: [\n")
      const broken = yield* settings.backup("broken")
      const error = yield* Effect.flip(settings.restore(broken.id))
      assert.strictEqual(error._tag, "SettingsUnreadable")
      assert.strictEqual(text(), "plex: [\n")
      yield* settings.restore(good.id)
      assert.strictEqual(text(), TEXT)
      const kept = (yield* settings.backups)[0]?.id ?? ""
      assert.strictEqual(readFileSync(join(options.backupsDir, kept), "utf8"), "plex: [\n")
    }).pipe(Effect.scoped),
  )
})

describe("layer()", () => {
  it.live("fails for a file that cannot be read, and leaves it untouched", () =>
    Effect.gen(function* () {
      for (const [bytes, expected] of [
        [Buffer.from("plex: [\n"), "config.yaml:"],
        [Buffer.from([0x70, 0xff, 0xfe]), "UTF-8"],
      ] as const) {
        const { file, options } = yield* place(null)
        writeFileSync(file, bytes)
        utimesSync(file, 1_000, 1_000)
        const error = yield* Effect.flip(Effect.scoped(Layer.build(layer(options))))
        assert.strictEqual(error._tag, "SettingsUnreadable")
        assert.include(error.message, expected)
        assert.isTrue(readFileSync(file).equals(bytes))
        assert.strictEqual(statSync(file).mtimeMs, 1_000_000)
      }
    }).pipe(Effect.scoped),
  )
})
