import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layer as memoryEntropy } from "../../adapters/memory/entropy.ts"
import { layer as memoryJournal } from "../../adapters/memory/journal.ts"
import { type MemoryLoopback, layer as memoryLoopback } from "../../adapters/memory/loopback.ts"
import { layer as memorySecrets } from "../../adapters/memory/secret_box.ts"
import { layer as memorySettings } from "../../adapters/memory/settings_store.ts"
import { layer as memoryState } from "../../adapters/memory/state_store.ts"
import {
  PlexAccount,
  PlexForbidden,
  type PlexRefused,
  type PlexUnreachable,
  TokenRejected,
} from "../../core/ports/mod.ts"
import { applyPatch, DEFAULT_SETTINGS, type SettingsPatch } from "../../core/settings/settings.ts"

export const TOKEN = "ExamplePlexToken0001"
export const API_KEY = "0123456789abcdef0123456789abcdef"
export const OTHER_HOOK = "https://hooks.example.net/plex/other-app?key=theirs"

/** What plex.tv keeps of one account, and what it was asked. */
export class WebhookAccount {
  urls: ReadonlyArray<string> = [OTHER_HOOK]
  plexPass = true
  failure: PlexUnreachable | PlexRefused | null = null
  readonly calls: Array<string> = []
  /** What another program does to the list right after it was written. */
  afterWrite: ((urls: ReadonlyArray<string>) => ReadonlyArray<string>) | null = null

  readonly layer = Layer.mock(PlexAccount)({
    user: (_, token) =>
      this.#ask("user", token).pipe(
        Effect.map(() => ({
          id: "7",
          username: "owner_user",
          email: "owner@example.net",
          subtitleLanguage: null,
          audioLanguage: null,
          subscription: {
            active: this.plexPass,
            plan: this.plexPass ? "lifetime" : "",
            hasWebhooks: this.plexPass,
          },
        })),
      ) as Effect.Effect<never, PlexUnreachable>,
    webhooks: (_, token) =>
      Effect.flatMap(this.#ask("webhooks", token), () => this.#allowed) as Effect.Effect<
        never,
        PlexUnreachable
      >,
    setWebhooks: (_, token, urls) =>
      Effect.gen({ self: this }, function* () {
        yield* this.#ask("setWebhooks", token)
        yield* this.#allowed
        this.urls = this.afterWrite === null ? [...urls] : this.afterWrite(urls)
      }),
  })

  readonly #allowed = Effect.suspend(() =>
    this.plexPass
      ? Effect.succeed(this.urls)
      : Effect.fail(new PlexForbidden({ where: "plex.tv", what: "have webhooks" })),
  )

  #ask(call: string, token: Redacted.Redacted) {
    return Effect.suspend((): Effect.Effect<void, PlexUnreachable | PlexRefused | TokenRejected> => {
      this.calls.push(call)
      if (this.failure !== null && (this.failure._tag === "PlexUnreachable" || call === "setWebhooks"))
        return Effect.fail(this.failure)
      return Redacted.value(token) === TOKEN
        ? Effect.void
        : Effect.fail(new TokenRejected({ where: "plex.tv" }))
    })
  }
}

/** Everything that managing webhooks asks for, signed in as the owner of `account`. */
export function webhookWorld(
  account: WebhookAccount,
  options: {
    readonly settings?: SettingsPatch
    readonly loopback?: MemoryLoopback
    readonly refusal?: string
  } = {},
) {
  const base = applyPatch(DEFAULT_SETTINGS, {
    auth: { apikey: Redacted.make(API_KEY) },
    general: { use_plex: true, public_url: "http://nas.lan:6868" },
    plex: { token: Redacted.make(TOKEN), client_identifier: "client-1" },
  })
  return Layer.mergeAll(
    account.layer,
    memoryEntropy(),
    memoryJournal,
    memoryLoopback({ port: 6868, ...options.loopback }),
    memorySecrets(),
    memorySettings({
      settings: applyPatch(base, options.settings ?? {}),
      refusal: () => options.refusal ?? null,
    }),
    memoryState,
  )
}
