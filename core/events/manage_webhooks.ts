import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { accountAccess } from "../auth/account_access.ts"
import { Entropy, Journal, Loopback, PlexAccount, SettingsStore, StateStore } from "../ports/mod.ts"
import type { Settings } from "../settings/settings.ts"
import {
  type HookOwner,
  maskUrl,
  type OurHooks,
  ownerOf,
  type PublicBase,
  publicBase,
  webhookUrl,
} from "./webhook_address.ts"
import { changeWebhooks, sameAddress } from "./webhook_list.ts"

/** It is not known where Plex can reach us; the message names the setting. */
export class WebhookAddressUnknown extends Schema.TaggedError<WebhookAddressUnknown>()(
  "WebhookAddressUnknown",
  { reason: Schema.String },
) {
  override get message(): string {
    return `Cannot build the webhook address: ${this.reason}`
  }
}

/** Plex makes the calls only for an account with a Plex Pass. The event stream needs none. */
export class WebhooksNeedPlexPass extends Schema.TaggedError<WebhooksNeedPlexPass>()("WebhooksNeedPlexPass", {
  username: Schema.String,
}) {
  override get message(): string {
    return `The Plex account ${this.username} has no active Plex Pass, which webhooks need; OnCue hears playback through the server's event stream without it`
  }
}

/** No such address is in the account's list. */
export class WebhookUnknown extends Schema.TaggedError<WebhookUnknown>()("WebhookUnknown", {}) {
  override get message(): string {
    return "The Plex account has no such webhook"
  }
}

/** Random bytes in a webhook key. */
const KEY_BYTES = 16
/** Where the addresses that were made are kept, masked, so that ours are known after a move or a new key. */
const MADE_KEY = "webhook/made"
/** How many of them. */
export const MADE_MAX = 20

const newKey = Effect.gen(function* () {
  const bytes = yield* (yield* Entropy).bytes(KEY_BYTES)
  return Redacted.make(Hex.encode(bytes))
})

/** The settings with a webhook key in them, which is made now when there is none. */
const withKey = Effect.fnUntraced(function* () {
  const store = yield* SettingsStore
  const current = yield* store.current
  if (Redacted.value(current.oncue.webhook_key) !== "") return current
  const key = yield* newKey
  return yield* store.update((latest) =>
    Redacted.value(latest.oncue.webhook_key) === "" ? { oncue: { webhook_key: key } } : {},
  )
})

/** The address that the settings make, with the setting that it comes from; or why there is none. Makes no key. */
const addressOf = Effect.fnUntraced(function* (settings: Settings) {
  const port = yield* (yield* Loopback).port
  const found = publicBase(settings.general, port ?? settings.general.port)
  if (typeof found === "string") return found
  const url = webhookUrl(found.base, settings.oncue.webhook_key, settings.general.instance_name)
  return { ...found, url }
})

export interface WebhookAddress extends PublicBase {
  readonly url: Redacted.Redacted
}

/** The address at which Plex is to post, key included; the key is made when there is none yet. */
export const webhookAddress = Effect.fnUntraced(function* () {
  const settings = yield* withKey()
  const found = yield* addressOf(settings)
  return typeof found === "string" ? yield* new WebhookAddressUnknown({ reason: found }) : found
})

/** The same for showing: masked, no key is made for it, and what is wrong is an answer instead of a failure. */
export const showAddress = Effect.fnUntraced(function* () {
  const settings = yield* (yield* SettingsStore).current
  const found = yield* addressOf(settings)
  return typeof found === "string"
    ? { address: null, from: null, problem: found }
    : { address: maskUrl(Redacted.value(found.url)), from: found.from, problem: null }
})

const madeBefore = Effect.gen(function* () {
  const made = yield* (yield* StateStore).get(MADE_KEY)
  return Array.isArray(made) ? made.filter((one) => typeof one === "string") : []
}).pipe(Effect.catchTag("StoreUnavailable", () => Effect.succeed<Array<string>>([])))

/** That an address was made is good to know later and no reason to fail now. */
const remember = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const masked = maskUrl(Redacted.value(url))
  const made = yield* madeBefore
  if (made[0] === masked) return
  const state = yield* StateStore
  yield* state
    .put(MADE_KEY, [masked, ...made.filter((one) => one !== masked)].slice(0, MADE_MAX))
    .pipe(Effect.catch((error) => Effect.logWarning(error.message)))
})

const ourHooks = Effect.fnUntraced(function* () {
  const settings = yield* (yield* SettingsStore).current
  const address = yield* addressOf(settings)
  const hasKey = Redacted.value(settings.oncue.webhook_key) !== ""
  const ours: OurHooks = {
    current: typeof address === "string" || !hasKey ? null : address.url,
    keys: [settings.auth.apikey, settings.oncue.webhook_key],
    made: yield* madeBefore,
  }
  return ours
})

const note = (text: string, detail: unknown = null) =>
  Journal.use((journal) => journal.write({ kind: "webhook", text, detail }))

/** A hook as the account's list has it. Clients delete by the exact address; people are shown the masked one. */
export interface ListedHook {
  readonly url: Redacted.Redacted
  readonly masked: string
  readonly owner: HookOwner
}

/**
 * The account's hooks, whoever made them, and what its subscription allows. Without a Plex Pass there are none, and
 * `refused` says so.
 */
export const listWebhooks = Effect.fn("listWebhooks")(function* () {
  const { client, token } = yield* accountAccess("list the webhooks")
  const account = yield* PlexAccount
  const user = yield* account.user(client, token)
  const { active, hasWebhooks } = user.subscription
  const listed = account.webhooks(client, token)
  const urls = yield* active && hasWebhooks
    ? listed
    : listed.pipe(Effect.catchTag("PlexForbidden", () => Effect.succeed(null)))
  const ours = yield* ourHooks()
  const hooks: ReadonlyArray<ListedHook> = (urls ?? []).map((url) => ({
    url: Redacted.make(url),
    masked: maskUrl(url),
    owner: ownerOf(url, ours),
  }))
  return {
    hooks,
    subscription: user.subscription,
    refused: urls === null ? new WebhooksNeedPlexPass({ username: user.username }).message : null,
  }
})

/**
 * Adds our hook to the account. Other programs' hooks stay as they are; stale forms of ours are named, and removed in
 * the same write when `replaceStale` says so.
 */
export const createWebhook = Effect.fn("createWebhook")(function* (options: {
  readonly replaceStale: boolean
}) {
  const { url } = yield* webhookAddress()
  const current = Redacted.value(url)
  const access = yield* accountAccess("add the webhook")
  const user = yield* (yield* PlexAccount).user(access.client, access.token)
  if (!user.subscription.active || !user.subscription.hasWebhooks)
    return yield* new WebhooksNeedPlexPass({ username: user.username })
  const ours = yield* ourHooks()
  const isStale = (one: string) => ownerOf(one, ours) === "stale" && !sameAddress(one, current)
  const { before, urls } = yield* changeWebhooks(access, (list) => {
    const kept = options.replaceStale ? list.filter((one) => !isStale(one)) : list
    return kept.some((one) => sameAddress(one, current)) ? kept : [...kept, current]
  })
  const existed = before.some((one) => sameAddress(one, current))
  const removed = before.filter((one) => isStale(one) && !urls.includes(one))
  yield* remember(url)
  if (!existed) yield* note(`Added the webhook ${maskUrl(current)} to the Plex account ${user.username}`)
  if (removed.length > 0) {
    const masked = removed.map(maskUrl)
    yield* note(`Removed ${masked.length} earlier webhooks from the Plex account`, { removed: masked })
  }
  return { url, existed, total: urls.length, stale: urls.filter(isStale).map((one) => Redacted.make(one)) }
})

/** Takes the hook with exactly this address out of the account's list. */
export const deleteWebhook = Effect.fn("deleteWebhook")(function* (url: Redacted.Redacted) {
  const gone = Redacted.value(url)
  const access = yield* accountAccess("delete the webhook")
  const { before } = yield* changeWebhooks(access, (list) => list.filter((one) => one !== gone))
  if (!before.includes(gone)) return yield* new WebhookUnknown()
  yield* note(`Deleted the webhook ${maskUrl(gone)} from the Plex account`)
})

/** What became of our hook in the account when its key was renewed. */
export type Renewal =
  | { readonly _tag: "Replaced" }
  | { readonly _tag: "NotThere" }
  /** The old key opens nothing any more, but Plex still posts with it: create the webhook again. */
  | { readonly _tag: "NotReached"; readonly reason: string }

/**
 * Revokes the webhook key: a new one is made, the old one opens nothing from then on, and our hook in the account is
 * given the new address where it has the old one.
 */
export const renewWebhookKey = Effect.fn("renewWebhookKey")(function* () {
  const store = yield* SettingsStore
  const before = yield* store.current
  const key = yield* newKey
  const after = yield* store.update(() => ({ oncue: { webhook_key: key } }))
  yield* note("Made a new webhook key; the old one opens nothing any more")
  const [old, renewed] = [yield* addressOf(before), yield* addressOf(after)]
  if (typeof old === "string" || typeof renewed === "string") return { _tag: "NotThere" } as Renewal
  const [oldUrl, newUrl] = [Redacted.value(old.url), Redacted.value(renewed.url)]
  return yield* Effect.gen(function* () {
    const access = yield* accountAccess("change the webhook")
    const { changed } = yield* changeWebhooks(access, (list) =>
      list.map((one) => (sameAddress(one, oldUrl) ? newUrl : one)),
    )
    if (changed) yield* remember(renewed.url)
    return { _tag: changed ? "Replaced" : "NotThere" } as Renewal
  }).pipe(
    Effect.catchTag("NotSignedIn", () => Effect.succeed<Renewal>({ _tag: "NotThere" })),
    Effect.catch((error) => Effect.succeed<Renewal>({ _tag: "NotReached", reason: error.message })),
  )
})
