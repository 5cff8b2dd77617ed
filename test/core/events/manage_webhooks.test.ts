import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  renewWebhookKey,
  webhookAddress,
} from "../../../core/events/manage_webhooks.ts"
import { WRITES_MAX } from "../../../core/events/webhook_list.ts"
import { Journal, PlexRefused, PlexUnreachable, SettingsStore } from "../../../core/ports/mod.ts"
import { API_KEY, OTHER_HOOK, WebhookAccount, webhookWorld } from "../../support/webhook_account.ts"

const BAZARRS = `http://bazarr.lan/api/webhooks/plex?apikey=${API_KEY}&instance=Bazarr`
const create = createWebhook({ replaceStale: false })
const key = Effect.map(
  SettingsStore.use((store) => store.current),
  ({ oncue }) => Redacted.value(oncue.webhook_key),
)
const story = Journal.use((journal) => journal.read({ limit: 20 }))
const outage = new PlexUnreachable({
  where: "plex.tv",
  fault: "timeout",
  status: null,
  retryAfterSeconds: null,
  detail: "no answer in 10 s",
})

describe("webhookAddress", () => {
  it.effect("webhookAddress() makes the key once and keeps it", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      const first = Redacted.value((yield* webhookAddress()).url)
      assert.match(first, /^http:\/\/nas\.lan:6868\/api\/webhooks\/plex\?apikey=[0-9a-f]{32}&instance=OnCue$/)
      assert.notInclude(first, API_KEY)
      assert.strictEqual(Redacted.value((yield* webhookAddress()).url), first)
      assert.include(first, yield* key)
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect("webhookAddress() uses the port on which the process listens", () =>
    Effect.gen(function* () {
      const { from, url } = yield* webhookAddress()
      assert.strictEqual(from, "general.hostname")
      assert.match(Redacted.value(url), /^http:\/\/nas:7001\/oncue\/api/)
    }).pipe(
      Effect.provide(
        webhookWorld(new WebhookAccount(), {
          settings: { general: { public_url: "", hostname: "nas", base_url: "/oncue", port: 6868 } },
          loopback: { port: 7001 },
        }),
      ),
    ),
  )
})

describe("createWebhook", () => {
  it.effect("createWebhook() adds ours and leaves the others as they are", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      const { existed, stale, total, url } = yield* create
      assert.deepStrictEqual([existed, total, stale], [false, 2, []])
      assert.deepStrictEqual(account.urls, [OTHER_HOOK, Redacted.value(url)])
      assert.deepStrictEqual(account.calls, ["user", "webhooks", "setWebhooks", "webhooks"])
      const entries = yield* story
      assert.strictEqual(
        entries[0]?.text,
        "Added the webhook http://nas.lan:6868/api/webhooks/plex?apikey=…&instance=OnCue to the Plex account owner_user",
      )
      assert.notInclude(JSON.stringify(entries), yield* key)
      assert.notInclude(JSON.stringify(entries), "theirs")
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect("createWebhook() writes nothing when ours is there", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      yield* create
      account.calls.length = 0
      assert.isTrue((yield* create).existed)
      assert.deepStrictEqual(account.calls, ["user", "webhooks"])
      assert.strictEqual((yield* story).length, 1)
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect("createWebhook() takes an address that plex.tv spelled differently for ours", () => {
    const account = new WebhookAccount()
    account.afterWrite = (urls) =>
      urls.map((url) => url.replace("http://nas.lan:6868", "http://NAS.lan:6868"))
    return Effect.gen(function* () {
      yield* create
      yield* create
      assert.strictEqual(account.urls.length, 2)
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect(
    "createWebhook() names stale forms of ours, and removes them in the same write when it is told to",
    () => {
      const account = new WebhookAccount()
      account.urls = [BAZARRS, OTHER_HOOK]
      return Effect.gen(function* () {
        const first = yield* create
        assert.deepStrictEqual(
          first.stale.map((one) => Redacted.value(one)),
          [BAZARRS],
        )
        assert.deepStrictEqual(account.urls, [BAZARRS, OTHER_HOOK, Redacted.value(first.url)])
        account.calls.length = 0
        const second = yield* createWebhook({ replaceStale: true })
        assert.deepStrictEqual([second.existed, second.total, second.stale], [true, 2, []])
        assert.deepStrictEqual(account.urls, [OTHER_HOOK, Redacted.value(first.url)])
        assert.deepStrictEqual(account.calls, ["user", "webhooks", "setWebhooks", "webhooks"])
        assert.notInclude(JSON.stringify(yield* story), API_KEY)
      }).pipe(Effect.provide(webhookWorld(account)))
    },
  )

  it.effect(
    "createWebhook() writes again when another program overwrote the list, and keeps that program's hook",
    () => {
      const account = new WebhookAccount()
      const late = "https://late.example/hook"
      let writes = 0
      account.afterWrite = (urls) => (++writes === 1 ? [OTHER_HOOK, late] : urls)
      return Effect.gen(function* () {
        const { url } = yield* create
        assert.deepStrictEqual(account.urls, [OTHER_HOOK, late, Redacted.value(url)])
        assert.strictEqual(writes, 2)
      }).pipe(Effect.provide(webhookWorld(account)))
    },
  )

  it.effect("createWebhook() gives up on a list that never keeps it", () => {
    const account = new WebhookAccount()
    account.afterWrite = () => [OTHER_HOOK]
    return Effect.gen(function* () {
      const error = yield* Effect.flip(create)
      assert.strictEqual(error._tag, "WebhookNotKept")
      assert.strictEqual(account.calls.filter((call) => call === "setWebhooks").length, WRITES_MAX)
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect("createWebhook() says that a Plex Pass is needed, and asks for nothing more", () => {
    const account = new WebhookAccount()
    account.plexPass = false
    return Effect.gen(function* () {
      const error = yield* Effect.flip(create)
      assert.strictEqual(error._tag, "WebhooksNeedPlexPass")
      assert.include(error.message, "owner_user has no active Plex Pass")
      assert.deepStrictEqual(account.calls, ["user"])
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect(
    "createWebhook() names the setting when the address is unknown, and asks plex.tv for nothing",
    () => {
      const account = new WebhookAccount()
      return Effect.gen(function* () {
        const error = yield* Effect.flip(create)
        assert.strictEqual(error._tag, "WebhookAddressUnknown")
        assert.include(error.message, "general.public_url")
        assert.deepStrictEqual(account.calls, [])
      }).pipe(Effect.provide(webhookWorld(account, { settings: { general: { public_url: "" } } })))
    },
  )

  it.effect("createWebhook() fails as plex.tv does, and changes nothing", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      account.failure = outage
      assert.strictEqual((yield* Effect.flip(create))._tag, "PlexUnreachable")
      const refused = { where: "plex.tv", what: "set the webhooks", code: 1998 }
      account.failure = new PlexRefused({ ...refused, status: 422 })
      assert.strictEqual((yield* Effect.flip(create))._tag, "WebhookRefused")
      account.failure = new PlexRefused({ ...refused, status: 400 })
      assert.strictEqual((yield* Effect.flip(create))._tag, "PlexRefused")
      assert.deepStrictEqual(account.urls, [OTHER_HOOK])
      assert.deepStrictEqual(yield* story, [])
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect("createWebhook() needs somebody signed in, with a token that is valid", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      const store = yield* SettingsStore
      yield* store.update(() => ({ plex: { token: Redacted.make("revoked") } }))
      assert.strictEqual((yield* Effect.flip(create))._tag, "TokenRejected")
      yield* store.update(() => ({ plex: { token: Redacted.make("") } }))
      assert.strictEqual((yield* Effect.flip(create))._tag, "NotSignedIn")
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect("createWebhook() makes no hook whose key it could not save", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(create))._tag, "SettingsNotSaved")
      assert.deepStrictEqual(account.urls, [OTHER_HOOK])
    }).pipe(Effect.provide(webhookWorld(account, { refusal: "the folder is read-only" })))
  })
})

describe("listWebhooks", () => {
  it.effect("listWebhooks() tells whose each hook is, exactly and masked", () => {
    const account = new WebhookAccount()
    account.urls = [BAZARRS, OTHER_HOOK]
    return Effect.gen(function* () {
      const { url } = yield* create
      const { hooks, refused, subscription } = yield* listWebhooks()
      assert.deepStrictEqual(
        hooks.map((hook) => [Redacted.value(hook.url), hook.masked, hook.owner]),
        [
          [BAZARRS, "http://bazarr.lan/api/webhooks/plex?apikey=…&instance=Bazarr", "stale"],
          [OTHER_HOOK, "https://hooks.example.net/…", "other"],
          [Redacted.value(url), "http://nas.lan:6868/api/webhooks/plex?apikey=…&instance=OnCue", "current"],
        ],
      )
      assert.deepStrictEqual([refused, subscription.active], [null, true])
      assert.notInclude(JSON.stringify(hooks), "theirs")
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect("listWebhooks() makes no key, and says why there are none without a Plex Pass", () => {
    const account = new WebhookAccount()
    account.plexPass = false
    return Effect.gen(function* () {
      const { hooks, refused, subscription } = yield* listWebhooks()
      assert.deepStrictEqual([hooks, subscription.active], [[], false])
      assert.match(refused ?? "", /no active Plex Pass/)
      assert.strictEqual(yield* key, "")
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect("listWebhooks() never answers a failure with an empty list", () => {
    const account = new WebhookAccount()
    account.failure = outage
    return Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(listWebhooks()))._tag, "PlexUnreachable")
    }).pipe(Effect.provide(webhookWorld(account)))
  })
})

describe("deleteWebhook", () => {
  it.effect("deleteWebhook() removes exactly the one, and says when there is none", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      const { url } = yield* create
      const almost = Redacted.make(`${Redacted.value(url)}x`)
      assert.strictEqual((yield* Effect.flip(deleteWebhook(almost)))._tag, "WebhookUnknown")
      assert.strictEqual(account.urls.length, 2)
      yield* deleteWebhook(url)
      assert.deepStrictEqual(account.urls, [OTHER_HOOK])
      assert.include(
        (yield* story)[0]?.text,
        "Deleted the webhook http://nas.lan:6868/api/webhooks/plex?apikey=…",
      )
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect("deleteWebhook() can remove the last one", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      yield* deleteWebhook(Redacted.make(OTHER_HOOK))
      assert.deepStrictEqual(account.urls, [])
    }).pipe(Effect.provide(webhookWorld(account)))
  })
})

describe("renewWebhookKey", () => {
  it.effect("renewWebhookKey() revokes the key and gives the hook its new address in place", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      const before = Redacted.value((yield* create).url)
      account.urls = [before, OTHER_HOOK]
      assert.deepStrictEqual(yield* renewWebhookKey(), { _tag: "Replaced" })
      const after = Redacted.value((yield* webhookAddress()).url)
      assert.notStrictEqual(after, before)
      assert.deepStrictEqual(account.urls, [after, OTHER_HOOK])
    }).pipe(Effect.provide(webhookWorld(account)))
  })

  it.effect(
    "renewWebhookKey() revokes the key also when plex.tv cannot be reached, and the old hook is then stale",
    () => {
      const account = new WebhookAccount()
      return Effect.gen(function* () {
        const before = yield* create
        const old = yield* key
        account.failure = outage
        const renewal = yield* renewWebhookKey()
        assert.deepStrictEqual(renewal, { _tag: "NotReached", reason: outage.message })
        assert.notStrictEqual(yield* key, old)
        account.failure = null
        const { hooks } = yield* listWebhooks()
        const hook = hooks.find((one) => Redacted.value(one.url) === Redacted.value(before.url))
        assert.strictEqual(hook?.owner, "stale")
      }).pipe(Effect.provide(webhookWorld(account)))
    },
  )

  it.effect("renewWebhookKey() works while nobody is signed in", () =>
    Effect.gen(function* () {
      yield* SettingsStore.use((store) => store.update(() => ({ plex: { token: Redacted.make("") } })))
      assert.deepStrictEqual(yield* renewWebhookKey(), { _tag: "NotThere" })
    }).pipe(Effect.provide(webhookWorld(new WebhookAccount()))),
  )

  it.effect("a hook that was made before a move and a new key is known as ours", () => {
    const account = new WebhookAccount()
    return Effect.gen(function* () {
      yield* create
      yield* SettingsStore.use((store) =>
        store.update(() => ({
          general: { public_url: "http://new-nas.lan" },
          oncue: { webhook_key: Redacted.make("another-key") },
        })),
      )
      const { stale } = yield* createWebhook({ replaceStale: true })
      assert.deepStrictEqual(stale, [])
      assert.strictEqual(account.urls.length, 2)
    }).pipe(Effect.provide(webhookWorld(account)))
  })
})
