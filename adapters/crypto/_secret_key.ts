import { randomBytes } from "node:crypto"
import {
  chmodSync,
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SEALING_KEYS_MAX, SecretKeyUnavailable } from "../../core/ports/secret_box.ts"
import { NEW_FILE, syncFileNow } from "../_disk/open_file.ts"

/** Where the sealing key comes from. `Own` is made on first use; the other two belong to the user and are never written. */
export type SecretKeySource =
  | { readonly _tag: "Own"; readonly file: string; readonly strict?: boolean }
  /** `strict`: a file that others can read, and that cannot be changed to be the owner's alone, is refused. */
  | { readonly _tag: "File"; readonly file: string; readonly strict?: boolean }
  | { readonly _tag: "Given"; readonly key: Redacted.Redacted }

/** Shortest key, in characters, that is accepted: 128 bits as hexadecimal digits. */
const KEY_CHARACTERS_MIN = 32
const KEY_BYTES = 32

/** The sealing keys, newest first; the first one seals, all of them open. */
export interface SealingKeys {
  /** Empty while no value was ever sealed. */
  readonly all: Effect.Effect<ReadonlyArray<string>, SecretKeyUnavailable>
  /** Made when there is none. */
  readonly newest: Effect.Effect<string, SecretKeyUnavailable>
  readonly rotate: Effect.Effect<void, SecretKeyUnavailable>
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const unavailable = (file: string, reason: string) => new SecretKeyUnavailable({ file, reason })

/** Keys are separated by white space, so that a file and a variable can both hold an old one after the new one. */
function keysIn(text: string, where: string): Effect.Effect<ReadonlyArray<string>, SecretKeyUnavailable> {
  const keys = text.split(/\s+/).filter((key) => key !== "")
  return keys.some((key) => key.length < KEY_CHARACTERS_MIN)
    ? Effect.fail(unavailable(where, `a key must have at least ${KEY_CHARACTERS_MIN} characters`))
    : Effect.succeed(keys.slice(0, SEALING_KEYS_MAX))
}

const openToOthers = (file: string) => process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0

/** Files about which it was said that others can read them. */
const toldOf = new Set<string>()

/**
 * Owner only. A file system without modes, or a file of somebody else, is told about once and lived with, unless that is
 * to be refused.
 */
const tightened = (file: string, strict: boolean) =>
  Effect.suspend(() => {
    if (!openToOthers(file)) return Effect.void
    let why = "the file system keeps no modes"
    try {
      chmodSync(file, 0o600)
    } catch (error) {
      why = reasonOf(error)
    }
    if (!openToOthers(file)) return Effect.void
    if (strict) {
      return Effect.fail(
        unavailable(
          file,
          `others can read it, which cannot be changed (${why}), and ONCUE_STRICT_FILES is set`,
        ),
      )
    }
    if (toldOf.has(file)) return Effect.void
    toldOf.add(file)
    return Effect.logWarning(`${file} can be read by others, which cannot be changed: ${why}`)
  })

const readKeys = (file: string, strict: boolean) =>
  Effect.try({
    try: () => readFileSync(file, "utf8"),
    catch: (error) => error as NodeJS.ErrnoException,
  }).pipe(
    Effect.flatMap((text) => Effect.andThen(tightened(file, strict), keysIn(text, file))),
    Effect.catchIf(
      (error): error is NodeJS.ErrnoException => !(error instanceof SecretKeyUnavailable),
      (error) =>
        error.code === "ENOENT"
          ? Effect.succeed<ReadonlyArray<string>>([])
          : Effect.fail(unavailable(file, reasonOf(error))),
    ),
  )

/** Writes a complete file beside `file` and returns its name, so that a reader never sees half a key. */
function writtenBeside(file: string, keys: ReadonlyArray<string>): string {
  const beside = `${file}.${randomBytes(6).toString("hex")}.tmp`
  const handle = openSync(beside, NEW_FILE, 0o600)
  try {
    writeSync(handle, `${keys.join("\n")}\n`)
    syncFileNow(handle)
  } finally {
    closeSync(handle)
  }
  return beside
}

const makeKey = () => randomBytes(KEY_BYTES).toString("base64url")

/** Puts a first key there unless another process was quicker, whose key then counts. */
function createKeys(file: string): void {
  const beside = writtenBeside(file, [makeKey()])
  try {
    linkSync(beside, file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === "EEXIST") {
      if (readFileSync(file, "utf8").trim() === "") renameSync(beside, file)
    } else renameSync(beside, file)
  } finally {
    rmSync(beside, { force: true })
  }
}

const attempt = (file: string, work: () => void) =>
  Effect.try({ try: work, catch: (error) => unavailable(file, reasonOf(error)) })

/** Keys of the file `secret.key`. It is read again each time: another process may have changed the key. */
function ownKeys(file: string, strict: boolean): SealingKeys {
  const all = readKeys(file, strict)
  return {
    all,
    newest: Effect.gen(function* () {
      const [present] = yield* all
      if (present !== undefined) return present
      yield* attempt(file, () => createKeys(file))
      const [made] = yield* all
      return made ?? (yield* unavailable(file, "the key that was written cannot be read back"))
    }),
    rotate: Effect.gen(function* () {
      const before = yield* all
      const after = [makeKey(), ...before].slice(0, SEALING_KEYS_MAX)
      yield* attempt(file, () => renameSync(writtenBeside(file, after), file))
    }),
  }
}

function usersKeys(where: string, keys: Effect.Effect<ReadonlyArray<string>, SecretKeyUnavailable>) {
  const all = Effect.filterOrFail(
    keys,
    (found) => found.length > 0,
    () => unavailable(where, "there is no key in it"),
  )
  return {
    all,
    newest: Effect.map(all, (found) => found[0] as string),
    rotate: Effect.fail(
      unavailable(where, "put a new key before the old one, separated by a space, and start again"),
    ),
  } satisfies SealingKeys
}

export function sealingKeys(source: SecretKeySource): SealingKeys {
  switch (source._tag) {
    case "Own":
      return ownKeys(source.file, source.strict === true)
    case "File":
      return usersKeys(source.file, readKeys(source.file, source.strict === true))
    case "Given":
      return usersKeys("ONCUE_SECRET_KEY", keysIn(Redacted.value(source.key), "ONCUE_SECRET_KEY"))
  }
}
