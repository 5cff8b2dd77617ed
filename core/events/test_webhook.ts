import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Redacted from "effect/Redacted"
import { Entropy, Journal, Loopback, SecretBox, SettingsStore, StateStore } from "../ports/mod.ts"
import type { Settings } from "../settings/settings.ts"
import { webhookAddress } from "./manage_webhooks.ts"
import { maskUrl, type PublicBase } from "./webhook_address.ts"

/** The name of the event that the self-test posts; Plex has none like it. */
export const TEST_EVENT = "oncue.test"
/** Tests that are under way: one key each, gone when the test is over. */
const PREFIX = "webhook/test/"
const NONCE_BYTES = 16

/** How the self-test ended. */
export type TestOutcome =
  /** The event came back through the address. */
  | { readonly _tag: "Arrived"; readonly status: number; readonly tookMs: number }
  /** Somebody answered, but the event did not come here: a proxy, another program, or us with another key. */
  | {
      readonly _tag: "NotHere"
      readonly status: number
      readonly tookMs: number
      readonly reason: string
    }
  | { readonly _tag: "NotReached"; readonly fault: string; readonly reason: string }

export interface WebhookTest {
  /** Masked. */
  readonly address: string
  readonly from: PublicBase["from"]
  readonly outcome: TestOutcome
}

/** Signed with the webhook key, so that only who may post events can make one. */
const signingKeys = (settings: Settings) => ({
  signingKey: Redacted.value(settings.oncue.webhook_key),
  masterKey: "",
})

/** The event in the form in which Plex sends its own. */
function multipart(signed: string, nonce: string) {
  const boundary = `------------------------${nonce}`
  const payload = JSON.stringify({ event: TEST_EVENT, signed })
  const head = 'Content-Disposition: form-data; name="payload"\r\nContent-Type: application/json'
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: `--${boundary}\r\n${head}\r\n\r\n${payload}\r\n--${boundary}--\r\n`,
  }
}

function notHere(status: number): string {
  if (status === 401 || status === 403)
    return `It answers ${status}: another program, a proxy that asks for a password, or an OnCue with another key`
  if (status >= 300 && status < 400)
    return `It answers ${status}, a redirect, which Plex does not follow: set general.public_url to where it leads`
  if (status === 404)
    return "It answers 404: the path prefix is missing or wrong, or another program is there"
  if (status >= 500) return `It answers ${status}: a proxy in front of OnCue that does not reach it`
  return `It answers ${status}, but the event did not arrive here: another program is at this address`
}

/**
 * Posts an event to the address at which Plex is to post, the way Plex does, and looks whether it came back. It shows
 * that the address leads here, from this machine; Plex may still be in another network.
 */
export const testWebhook = Effect.fn("testWebhook")(function* () {
  const { from, url } = yield* webhookAddress()
  const settings = yield* (yield* SettingsStore).current
  const state = yield* StateStore
  const nonce = Hex.encode(yield* (yield* Entropy).bytes(NONCE_BYTES))
  const nowMs = yield* Clock.currentTimeMillis
  const box = yield* SecretBox
  const signed = yield* box.sign(Redacted.make(nonce), signingKeys(settings), Math.floor(nowMs / 1_000))
  const key = `${PREFIX}${nonce}`
  yield* state.put(key, { sentAtMs: nowMs })
  const { body, contentType } = multipart(signed, nonce)
  const outcome = yield* Effect.gen(function* () {
    const { status, tookMs } = yield* (yield* Loopback).post(url, contentType, body)
    const arrived = ((yield* state.get(key)) as { arrivedAtMs?: unknown } | null)?.arrivedAtMs !== undefined
    return (arrived
      ? { _tag: "Arrived", status, tookMs }
      : { _tag: "NotHere", status, tookMs, reason: notHere(status) }) satisfies TestOutcome as TestOutcome
  }).pipe(
    Effect.catchTag("LoopbackFailed", ({ fault, message }) =>
      Effect.succeed<TestOutcome>({ _tag: "NotReached", fault, reason: message }),
    ),
    Effect.ensuring(state.put(key, null).pipe(Effect.ignore)),
  )
  const address = maskUrl(Redacted.value(url))
  const said =
    outcome._tag === "Arrived" ? `The webhook test came back after ${outcome.tookMs} ms` : outcome.reason
  yield* (yield* Journal).write({ kind: "webhook", text: said, detail: { address, outcome } })
  return { address, from, outcome } satisfies WebhookTest
})

/** What the self-test's event carries, in parsed JSON that anybody may have sent; null when it is another event. */
export function signedTest(json: unknown): string | null {
  if (typeof json !== "object" || json === null) return null
  const { event, signed } = json as { event?: unknown; signed?: unknown }
  return event === TEST_EVENT && typeof signed === "string" ? signed : null
}

/** Notes that a test came back. False: it is none that was sent from here and is still under way. */
export const receiveTest = Effect.fn("receiveTest")(function* (signed: string) {
  const settings = yield* (yield* SettingsStore).current
  const box = yield* SecretBox
  const opened = yield* box
    .open(signed, signingKeys(settings), "webhook test")
    .pipe(Effect.catchTag("SecretUnreadable", () => Effect.succeed(null)))
  if (opened === null || opened.form !== "signed") return false
  const key = `${PREFIX}${Redacted.value(opened.secret)}`
  const state = yield* StateStore
  const sent = yield* state.get(key)
  if (typeof sent !== "object" || sent === null) return false
  yield* state.put(key, { ...sent, arrivedAtMs: yield* Clock.currentTimeMillis })
  return true
})
