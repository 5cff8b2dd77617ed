import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { StreamStatus } from "../../../core/events/heard.ts"
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  renewWebhookKey,
} from "../../../core/events/manage_webhooks.ts"
import { reportTriggers } from "../../../core/events/report_triggers.ts"
import { testWebhook } from "../../../core/events/test_webhook.ts"
import { TriggerSource } from "../../../core/jobs/job.ts"
import { FlagArgument, SecretArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const upstream = { 403: ErrorBody, 429: ErrorBody, 502: ErrorBody, 503: ErrorBody }

export const createPlexWebhook = route({
  method: "POST",
  path: "/api/plex/webhook/create",
  tag: "Webhooks",
  summary: "Add our webhook to the Plex account; other programs' webhooks are left alone",
  access: "key",
  input: Schema.Struct({
    /** Also remove earlier forms of our webhook: other addresses and keys of ours. */
    replace_stale: Schema.optionalKey(FlagArgument),
  }),
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        success: Schema.Literal(true),
        message: Schema.String,
        webhook_url: Schema.String,
        total_webhooks: Schema.Int,
        /** Earlier forms of our webhook that are still in the account, exactly as they stand there. */
        stale_webhooks: Schema.Array(Schema.String),
      }),
    }),
    400: ErrorBody,
    422: ErrorBody,
    500: ErrorBody,
    ...upstream,
  },
  handle: ({ input }) =>
    Effect.map(
      createWebhook({ replaceStale: input.replace_stale ?? false }),
      ({ existed, stale, total, url }) =>
        answer(200, {
          data: {
            success: true as const,
            message: existed ? "Webhook already exists" : "Webhook created successfully",
            webhook_url: Redacted.value(url),
            total_webhooks: total,
            stale_webhooks: stale.map((one) => Redacted.value(one)),
          },
        }),
    ),
})

const Hook = Schema.Struct({
  /** Exactly as it stands in the account, since a webhook is deleted by it. It may hold a key. */
  url: Schema.String,
  /** The same without what may be secret, for showing. */
  masked: Schema.String,
  /** `current`: ours. `stale`: an earlier form of ours. `other`: another program's. */
  owner: Schema.Literals(["current", "stale", "other"]),
})

export const listPlexWebhooks = route({
  method: "GET",
  path: "/api/plex/webhook/list",
  tag: "Webhooks",
  summary: "The webhooks of the Plex account",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        webhooks: Schema.Array(Hook),
        count: Schema.Int,
        plexPassSubscription: Schema.Struct({
          active: Schema.Boolean,
          has_webhooks_feature: Schema.Boolean,
          plan: Schema.String,
        }),
        /** Why plex.tv shows none although there may be some; null when it shows all. */
        reason: Schema.NullOr(Schema.String),
      }),
    }),
    ...upstream,
  },
  handle: () =>
    Effect.map(listWebhooks(), ({ hooks, refused, subscription }) =>
      answer(200, {
        data: {
          webhooks: hooks.map(({ masked, owner, url }) => ({ url: Redacted.value(url), masked, owner })),
          count: hooks.length,
          plexPassSubscription: {
            active: subscription.active,
            has_webhooks_feature: subscription.hasWebhooks,
            plan: subscription.plan,
          },
          reason: refused,
        },
      }),
    ),
})

export const deletePlexWebhook = route({
  method: "POST",
  path: "/api/plex/webhook/delete",
  tag: "Webhooks",
  summary: "Delete the webhook with exactly this address from the Plex account",
  access: "key",
  input: Schema.Struct({ webhook_url: SecretArgument }),
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({ success: Schema.Literal(true), message: Schema.String }),
    }),
    404: ErrorBody,
    422: ErrorBody,
    ...upstream,
  },
  handle: ({ input }) =>
    Effect.as(
      deleteWebhook(input.webhook_url),
      answer(200, { data: { success: true as const, message: "Webhook deleted successfully" } }),
    ),
})

export const testPlexWebhook = route({
  method: "POST",
  path: "/api/plex/webhook/test",
  tag: "Webhooks",
  summary: "Post an event to the address that Plex has, and say whether it came back",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        success: Schema.Boolean,
        /** Where it was posted to, without the key. */
        address: Schema.String,
        /** The setting that the address comes from. */
        from: Schema.String,
        /** HTTP status of the answer; null when nobody answered. */
        status: Schema.NullOr(Schema.Int),
        /** Until the answer had come; null when nobody answered. */
        tookMs: Schema.NullOr(Schema.Finite),
        /** `arrived`, `not_here`, or the way in which it failed: `refused`, `timeout`, `dns`, `tls`, `reset`. */
        outcome: Schema.String,
        /** A sentence for people when it did not come back. */
        reason: Schema.NullOr(Schema.String),
      }),
    }),
    400: ErrorBody,
    500: ErrorBody,
    502: ErrorBody,
    503: ErrorBody,
  },
  handle: () =>
    Effect.map(testWebhook(), ({ address, from, outcome }) => {
      const answered = outcome._tag === "NotReached" ? null : outcome
      return answer(200, {
        data: {
          success: outcome._tag === "Arrived",
          address,
          from,
          status: answered?.status ?? null,
          tookMs: answered?.tookMs ?? null,
          outcome:
            outcome._tag === "Arrived" ? "arrived" : outcome._tag === "NotHere" ? "not_here" : outcome.fault,
          reason: outcome._tag === "Arrived" ? null : outcome.reason,
        },
      })
    }),
})

export const renewPlexWebhookKey = route({
  method: "POST",
  path: "/api/plex/webhook/renew-key",
  tag: "Webhooks",
  summary: "Revoke the webhook key, make a new one, and give our webhook in the Plex account the new address",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        success: Schema.Literal(true),
        /** `replaced`, `not_there`, or `not_reached`: create the webhook again. */
        webhook: Schema.Literals(["replaced", "not_there", "not_reached"]),
        reason: Schema.NullOr(Schema.String),
      }),
    }),
    500: ErrorBody,
  },
  handle: () =>
    Effect.map(renewWebhookKey(), (renewal) => {
      const webhook = { Replaced: "replaced", NotThere: "not_there", NotReached: "not_reached" } as const
      return answer(200, {
        data: {
          success: true as const,
          webhook: webhook[renewal._tag],
          reason: renewal._tag === "NotReached" ? renewal.reason : null,
        },
      })
    }),
})

const Via = Schema.Literals(["websocket", "eventsource"])
const StreamView = Schema.Struct({
  state: Schema.Literals(["connecting", "connected", "waiting"]),
  /** Unix milliseconds, as all times here. */
  sinceMs: Schema.Finite,
  /** Null unless it is connected. */
  via: Schema.NullOr(Via),
  /** Why it is not connected, and when that is tried again; null unless it waits. */
  reason: Schema.NullOr(Schema.String),
  untilMs: Schema.NullOr(Schema.Finite),
  lastEventMs: Schema.NullOr(Schema.Finite),
}).annotate({ identifier: "EventStream" })

function streamView(status: StreamStatus): typeof StreamView.Type {
  const { lastEventMs, sinceMs, state } = status
  return {
    state: state._tag === "Connected" ? "connected" : state._tag === "Waiting" ? "waiting" : "connecting",
    sinceMs,
    via: state._tag === "Connected" ? state.via : null,
    reason: state._tag === "Waiting" ? state.reason : null,
    untilMs: state._tag === "Waiting" ? state.untilMs : null,
    lastEventMs,
  }
}

export const plexWebhookStatus = route({
  method: "GET",
  path: "/api/plex/webhook/status",
  tag: "Webhooks",
  summary:
    "How playback is heard: the address, the sources heard last, each server's switch and event stream",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        webhook: Schema.Struct({
          /** Where Plex is to post, without the key; null when it cannot be told. */
          address: Schema.NullOr(Schema.String),
          from: Schema.NullOr(Schema.String),
          problem: Schema.NullOr(Schema.String),
        }),
        suggestions: Schema.Array(Schema.String),
        sources: Schema.Array(
          Schema.Struct({
            source: TriggerSource,
            event: Schema.String,
            serverId: Schema.NullOr(Schema.String),
            atMs: Schema.Finite,
          }),
        ),
        servers: Schema.Array(
          Schema.Struct({
            serverId: Schema.String,
            name: Schema.String,
            /** Null: not known, and `reason` says why. */
            webhooksEnabled: Schema.NullOr(Schema.Boolean),
            reason: Schema.NullOr(Schema.String),
            stream: Schema.NullOr(StreamView),
          }),
        ),
      }),
    }),
  },
  handle: () =>
    Effect.map(reportTriggers(), (report) => {
      const servers = report.servers.map((one) => ({
        ...one,
        stream: one.stream === null ? null : streamView(one.stream),
      }))
      return answer(200, { data: { ...report, servers } })
    }),
})
