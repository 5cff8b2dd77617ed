import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SecretBox, SettingsStore } from "../ports/mod.ts"
import { secretKeys } from "./settings.ts"
import { storedSecrets } from "./stored_secrets.ts"

/** What may be said of a secret: enough to tell one from another, and nothing to guess it by. */
export interface SecretHint {
  /** `sonarr.apikey`, or `oncue.sonarr[main].apikey`. */
  readonly where: string
  /** Its last characters; null for passwords, for addresses, and for what is short. */
  readonly endsIn: string | null
  /** False: the key that it was sealed with is lost, so it has to be entered again. */
  readonly readable: boolean
}

/** Characters that are told, */
const TOLD_CHARS = 2
/** of a secret that has at least so many. */
const SECRET_CHARS_MIN = 16
/** Passwords are chosen by people, and the end of an address may be all of its key. */
const UNTOLD = /\.(?:password|url)$/

/** The secrets of the settings that are set, each with its end, as a key is told from another on a page. */
export const describeSecrets = Effect.fn("describeSecrets")(function* () {
  const settings = yield* SettingsStore.use((store) => store.current)
  const box = yield* SecretBox
  return yield* Effect.forEach(storedSecrets(settings), ({ flaggedEncrypted, stored, where }) =>
    box.open(Redacted.value(stored), { ...secretKeys(settings), flaggedEncrypted }, where).pipe(
      Effect.map(({ secret }): SecretHint => {
        const characters = [...Redacted.value(secret)]
        const isTold = characters.length >= SECRET_CHARS_MIN && !UNTOLD.test(where)
        return { where, endsIn: isTold ? characters.slice(-TOLD_CHARS).join("") : null, readable: true }
      }),
      Effect.catch(() => Effect.succeed<SecretHint>({ where, endsIn: null, readable: false })),
    ),
  )
})
