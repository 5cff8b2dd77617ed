import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { entryAddress, PlexAppUrl } from "../../../core/access/entry_address.ts"
import { clearPlex } from "../../../core/auth/clear_plex.ts"
import { logOut } from "../../../core/auth/log_out.ts"
import { PIN_TTL_MS, PinId } from "../../../core/auth/pin.ts"
import { beginSignIn, cancelSignIn, checkSignIn } from "../../../core/auth/sign_in.ts"
import { sealApiKey, storeApiKey } from "../../../core/auth/store_api_key.ts"
import { accountStatus, validateToken } from "../../../core/auth/validate_token.ts"
import { SettingsStore } from "../../../core/ports/mod.ts"
import { FlagArgument, SecretArgument, TextArgument } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

const tag = "Plex sign-in"
const upstream = { 429: ErrorBody, 502: ErrorBody, 503: ErrorBody }

/** Only an address of http or https can be returned to; anything else breaks Plex's own page. */
const ForwardUrl = TextArgument.check(Schema.isPattern(/^https?:\/\/[^\s]{1,2000}$/u))

export const beginPlexSignIn = route({
  method: "POST",
  path: "/api/plex/oauth/pin",
  tag,
  summary: "Begin a sign-in at plex.tv",
  access: "key",
  input: Schema.Struct({
    /** Taken for compatibility and ignored: this installation has one identifier for ever. */
    clientId: Schema.optionalKey(TextArgument),
    /** Where plex.tv sends the browser back to, for a sign-in in the same tab. */
    forwardUrl: Schema.optionalKey(ForwardUrl),
    /** A code of four characters for plex.tv/link instead of an address to open. */
    short: Schema.optionalKey(FlagArgument),
  }),
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        pinId: Schema.Finite,
        code: Schema.String,
        clientId: Schema.String,
        state: Schema.String,
        authUrl: Schema.String,
        /** Where the short code is typed; null for a sign-in by address. */
        linkUrl: Schema.NullOr(Schema.String),
        expiresIn: Schema.Int,
      }),
    }),
    400: ErrorBody,
    ...upstream,
  },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const pin = yield* beginSignIn({ strong: input.short !== true })
      const { general } = yield* SettingsStore.use((store) => store.current)
      const entry = {
        clientIdentifier: pin.clientIdentifier,
        code: pin.code,
        deviceName: general.instance_name,
        ...(input.forwardUrl === undefined ? {} : { forwardUrl: input.forwardUrl }),
      }
      return answer(200, {
        data: {
          pinId: Number(pin.id),
          code: pin.code,
          clientId: pin.clientIdentifier,
          state: pin.stateToken,
          authUrl: entryAddress(yield* PlexAppUrl, entry),
          linkUrl: pin.strong ? null : `https://plex.tv/link/?pin=${pin.code}`,
          expiresIn: PIN_TTL_MS / 1_000,
        },
      })
    }),
})

const PinParam = Schema.Struct({ pinId: Schema.String })
const isPinId = Schema.is(PinId)

export const checkPlexSignIn = route({
  method: "GET",
  path: "/api/plex/oauth/pin/{pinId}/check",
  tag,
  summary: "How a sign-in stands",
  access: "key",
  params: PinParam,
  input: Schema.Struct({ state: Schema.optionalKey(TextArgument) }),
  answers: {
    200: Schema.Struct({
      data: Schema.Union([
        Schema.Struct({ authenticated: Schema.Literal(false), code: Schema.String }),
        Schema.Struct({ authenticated: Schema.Literal(true), username: Schema.String, email: Schema.String }),
      ]),
    }),
    403: ErrorBody,
    410: ErrorBody,
    500: ErrorBody,
    ...upstream,
  },
  handle: ({ input, params }) =>
    Effect.gen(function* () {
      // What is no PIN's number is no PIN of ours either; nothing of it goes anywhere.
      const id = isPinId(params.pinId) ? params.pinId : PinId.make("0")
      const stands = yield* checkSignIn(id, input.state ?? "")
      if (stands._tag === "Pending")
        return answer(200, { data: { authenticated: false as const, code: stands.code } })
      return answer(200, {
        data: { authenticated: true as const, username: stands.username, email: stands.email },
      })
    }),
})

export const cancelPlexSignIn = route({
  method: "DELETE",
  path: "/api/plex/oauth/pin/{pinId}",
  tag,
  summary: "End a sign-in that is not wanted any more",
  access: "key",
  params: PinParam,
  input: Schema.Struct({ state: Schema.optionalKey(TextArgument) }),
  answers: {
    200: Schema.Struct({ data: Schema.Struct({ success: Schema.Literal(true) }) }),
    403: ErrorBody,
    410: ErrorBody,
    503: ErrorBody,
  },
  handle: ({ input, params }) => {
    const id = isPinId(params.pinId) ? params.pinId : PinId.make("0")
    return Effect.as(cancelSignIn(id, input.state ?? ""), answer(200, { data: { success: true as const } }))
  },
})

export const plexAccount = route({
  method: "GET",
  path: "/api/plex/account",
  tag,
  summary: "The account as it was last seen; plex.tv is not asked",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        authMethod: Schema.NullOr(Schema.Literals(["apikey", "oauth"])),
        username: Schema.String,
        email: Schema.String,
        /** `unknown` until plex.tv was first asked; `absent`: nobody is signed in. */
        state: Schema.Literals(["valid", "rejected", "unknown", "absent"]),
        reason: Schema.NullOr(Schema.String),
        sinceMs: Schema.NullOr(Schema.Finite),
      }),
    }),
    503: ErrorBody,
  },
  handle: () => Effect.map(accountStatus(), (data) => answer(200, { data })),
})

export const clearPlexSettings = route({
  method: "POST",
  path: "/api/plex/clear",
  tag,
  summary: "Remove everything of Plex from the settings, with a backup before; plex.tv is told nothing",
  access: "key",
  answers: {
    200: Schema.Struct({ data: Schema.Struct({ success: Schema.Literal(true), backupId: Schema.String }) }),
    500: ErrorBody,
    503: ErrorBody,
  },
  handle: () =>
    Effect.map(clearPlex(), (backupId) => answer(200, { data: { success: true as const, backupId } })),
})

export const validatePlexToken = route({
  method: "GET",
  path: "/api/plex/oauth/validate",
  tag,
  summary: "Whether the stored token is good; an outage is told apart",
  access: "key",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        valid: Schema.Boolean,
        auth_method: Schema.Literals(["apikey", "oauth"]),
        state: Schema.Literals(["valid", "rejected", "unknown", "absent"]),
        username: Schema.optionalKey(Schema.String),
        email: Schema.optionalKey(Schema.String),
        error: Schema.optionalKey(Schema.String),
        code: Schema.optionalKey(Schema.String),
      }),
    }),
  },
  handle: () =>
    Effect.map(validateToken(), ({ authMethod, code, reason, state, user }) =>
      answer(200, {
        data: {
          valid: state === "valid",
          auth_method: authMethod,
          state,
          ...(user === null ? {} : { username: user.username, email: user.email }),
          ...(reason === null ? {} : { error: reason }),
          ...(code === null ? {} : { code }),
        },
      }),
    ),
})

export const logOutOfPlex = route({
  method: "POST",
  path: "/api/plex/oauth/logout",
  tag,
  summary: "Sign out: clear the account and the servers, keep the libraries",
  access: "key",
  answers: {
    200: Schema.Struct({
      success: Schema.Literal(true),
      token: Schema.Literals(["revoked", "not_ours", "not_reached", "none"]),
      webhook: Schema.Literals(["removed", "none", "not_reached"]),
    }),
    500: ErrorBody,
  },
  handle: () => Effect.map(logOut(), (outcome) => answer(200, { success: true as const, ...outcome })),
})

const Done = Schema.Struct({ success: Schema.Literal(true), message: Schema.String })

export const savePlexApiKey = route({
  method: "POST",
  path: "/api/plex/apikey",
  tag,
  summary: "Store a Plex token that you have got by yourself, sealed",
  access: "key",
  input: Schema.Struct({ apikey: Schema.optionalKey(SecretArgument) }),
  answers: { 200: Done, 400: ErrorBody, 500: ErrorBody },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const key = input.apikey === undefined ? "" : Redacted.value(input.apikey).trim()
      if (key === "") return answer(400, { error: "API key is required", code: "BAD_REQUEST" })
      yield* storeApiKey(Redacted.make(key))
      return answer(200, { success: true as const, message: "API key saved securely" })
    }),
})

export const sealPlexApiKey = route({
  method: "POST",
  path: "/api/plex/encrypt-apikey",
  tag,
  summary: "Seal the API key where the configuration holds it in clear",
  access: "key",
  answers: { 200: Done, 500: ErrorBody, 502: ErrorBody },
  handle: () =>
    Effect.map(sealApiKey(), (sealed) =>
      answer(200, {
        success: true as const,
        message: sealed ? "API key encrypted successfully" : "There is no API key that needs encryption",
      }),
    ),
})
