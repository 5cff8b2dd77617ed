import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { PlexAccount, type PlexClient } from "../ports/mod.ts"

/** plex.tv refused an address of the list as it stands, for example one that it does not take for an address. */
export class WebhookRefused extends Schema.TaggedError<WebhookRefused>()("WebhookRefused", {
  code: Schema.NullOr(Schema.Int),
}) {
  override get message(): string {
    return "plex.tv refuses the webhook address: check general.public_url"
  }
}

/** The list was written several times and is never what was written: another program changes it all the time. */
export class WebhookNotKept extends Schema.TaggedError<WebhookNotKept>()("WebhookNotKept", {
  attempts: Schema.Int,
}) {
  override get message(): string {
    return `Cannot change the webhooks of the account: plex.tv did not keep the change in ${this.attempts} attempts`
  }
}

/** How often a change is written before it is given up. */
export const WRITES_MAX = 3

export interface AccountAccess {
  readonly client: PlexClient
  readonly token: Redacted.Redacted
}

const same = (a: ReadonlyArray<string>, b: ReadonlyArray<string>) =>
  a.length === b.length && a.every((one, index) => one === b[index])

/** The same address, also when plex.tv has spelled it in another way. */
export function sameAddress(a: string, b: string): boolean {
  return a === b || (URL.canParse(a) && URL.canParse(b) && new URL(a).href === new URL(b).href)
}

/**
 * Changes the account's webhook list. plex.tv replaces the list whole and has no lock, so it is read just before it is
 * written and read again afterwards; when another program wrote in between, the change is made again on what it left.
 * `change` must change nothing where its work is done. Nothing is written when there is nothing to change.
 */
export const changeWebhooks = Effect.fn("changeWebhooks")(function* (
  { client, token }: AccountAccess,
  change: (urls: ReadonlyArray<string>) => ReadonlyArray<string>,
) {
  const account = yield* PlexAccount
  const before = yield* account.webhooks(client, token)
  let urls = before
  for (let writes = 0; writes < WRITES_MAX; writes++) {
    const wanted = change(urls)
    if (same(wanted, urls)) return { before, urls, changed: writes > 0 }
    yield* account
      .setWebhooks(client, token, wanted)
      .pipe(
        Effect.catchTag("PlexRefused", (error) =>
          Effect.fail(error.status === 422 ? new WebhookRefused({ code: error.code }) : error),
        ),
      )
    urls = yield* account.webhooks(client, token)
  }
  if (same(change(urls), urls)) return { before, urls, changed: true }
  return yield* new WebhookNotKept({ attempts: WRITES_MAX })
})
