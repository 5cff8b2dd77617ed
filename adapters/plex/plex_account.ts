import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Agent, type Dispatcher } from "undici"
import { PinId } from "../../core/auth/pin.ts"
import { PlexForbidden, PlexRefused, type PlexUnreachable, type TokenRejected } from "../../core/ports/mod.ts"
import { PlexAccount, type PlexClient } from "../../core/ports/plex_account.ts"
import { readPin, readServers, readUser, readWebhooks } from "./_account_answers.ts"
import { clientHeaders } from "./_client.ts"
import { badAnswer } from "./_faults.ts"
import { address, ask, type Call, type CallFailure, neverMissing, neverRefused, send } from "./_http.ts"

const WHERE = "plex.tv"
/** plex.tv itself, and the host that serves the same API and is tried when the first cannot be reached at all. */
export const PLEX_TV_URL = "https://plex.tv"
const CLIENTS_URL = "https://clients.plex.tv"
/** Longest wait for the first host, in milliseconds, when there is a second one; both together stay under ten seconds. */
const FIRST_HOST_TIMEOUT_MS = 5_000
const SECOND_HOST_TIMEOUT_MS = 4_500
const ONLY_HOST_TIMEOUT_MS = 9_500
/** Largest answer, in bytes; accounts with many shared servers have long lists. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024

export interface AccountOptions {
  /** Scheme, host and path prefix of plex.tv or what stands in for it. */
  readonly url?: string
  readonly version: string
  readonly dispatcher?: Dispatcher
}

type Request = Pick<Call, "what"> &
  Partial<Pick<Call, "method" | "token" | "body">> & {
    readonly path: string
    readonly query?: Readonly<Record<string, string | number | null>>
    readonly headers?: Readonly<Record<string, string>>
  }

/** Faults before any answer; only after these another host may do better. */
const TRANSPORT = new Set<PlexUnreachable["fault"]>(["refused", "timeout", "dns", "tls", "reset"])

/** 403 stays what it is; anything else that plex.tv refuses is refused because the account may not. */
const forbidden = <A>(what: string, effect: Effect.Effect<A, CallFailure>) =>
  Effect.catchTag(effect, "PlexRefused", () => new PlexForbidden({ where: WHERE, what }))

/**
 * Callers that ask the same of the same token at the same time share one call. It goes on when the first of them leaves,
 * and nothing is kept once it has answered.
 */
function shared<A, E>() {
  const running = new Map<string, Deferred.Deferred<A, E>>()
  return (key: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const joined = running.get(key)
      if (joined !== undefined) return Deferred.await(joined)
      const mine = Deferred.makeUnsafe<A, E>()
      running.set(key, mine)
      const asked = Effect.onExit(effect, (exit) => {
        running.delete(key)
        return Deferred.done(mine, exit)
      })
      return Effect.andThen(Effect.forkDetach(asked), Deferred.await(mine))
    })
}

function make(options: AccountOptions, dispatcher: Dispatcher): PlexAccount["Service"] {
  const url = options.url ?? PLEX_TV_URL
  const isPlexTv = url.replace(/\/+$/, "") === PLEX_TV_URL

  const callTo = (base: string, client: PlexClient, request: Request, timeoutMs: number): Call => {
    const { path, query, headers, ...rest } = request
    return {
      ...rest,
      where: WHERE,
      url: address(base, path, query),
      headers: { ...clientHeaders(client, options.version), ...headers },
      dispatcher,
      timeoutMs,
      bytesMax: ANSWER_BYTES_MAX,
    }
  }
  /** Runs one call at plex.tv, and at its second host when the first gave no answer of any kind. */
  const at = <A>(
    client: PlexClient,
    request: Request,
    run: (call: Call) => Effect.Effect<A, CallFailure>,
  ): Effect.Effect<A, CallFailure> => {
    if (!isPlexTv) return run(callTo(url, client, request, ONLY_HOST_TIMEOUT_MS))
    return Effect.catchTag(
      run(callTo(url, client, request, FIRST_HOST_TIMEOUT_MS)),
      "PlexUnreachable",
      (error) =>
        TRANSPORT.has(error.fault) && request.path.startsWith("/api/v2/")
          ? run(callTo(CLIENTS_URL, client, request, SECOND_HOST_TIMEOUT_MS))
          : Effect.fail(error),
    )
  }
  const get = (client: PlexClient, request: Request) => at(client, request, ask)
  const tell = (client: PlexClient, request: Request) => at(client, request, send)
  const understood = <A>(read: A | null): Effect.Effect<A, PlexUnreachable> =>
    read === null
      ? Effect.fail(badAnswer(WHERE, "its answer is not what was asked for"))
      : Effect.succeed(read)

  /** A refusal of the client or the PIN is not a word about any token. */
  const aboutPin = <A>(what: string, effect: Effect.Effect<A, CallFailure>) =>
    effect.pipe(
      Effect.catchTag(
        "TokenRejected",
        () => new PlexRefused({ where: WHERE, what, status: 401, code: null }),
      ),
      Effect.catchTag(
        "PlexForbidden",
        () => new PlexRefused({ where: WHERE, what, status: 403, code: null }),
      ),
    )

  const createPin: PlexAccount["Service"]["createPin"] = (client, { strong }) =>
    get(client, {
      what: "create a PIN",
      method: "POST",
      path: "/api/v2/pins",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ strong }),
    }).pipe(
      (effect) => neverMissing(aboutPin("create a PIN", effect)),
      Effect.flatMap((body) => {
        const pin = readPin(body)
        const id = pin === null ? Option.none() : Schema.decodeUnknownOption(PinId)(pin.id)
        return understood(
          Option.isNone(id) || pin === null || pin.code === "" ? null : { id: id.value, code: pin.code },
        )
      }),
    )

  const pollPin: PlexAccount["Service"]["pollPin"] = (client, id) =>
    get(client, { what: "answer about a PIN", path: `/api/v2/pins/${id}` }).pipe(
      Effect.flatMap((body) => understood(readPin(body))),
      Effect.map(({ token }) =>
        token === null ? ({ _tag: "Pending" } as const) : ({ _tag: "Claimed", token } as const),
      ),
      (effect) => aboutPin("answer about a PIN", effect),
      Effect.catchTag("PlexNotFound", () => Effect.succeed({ _tag: "Unknown" } as const)),
    )

  type Failure = PlexUnreachable | TokenRejected | PlexForbidden
  const shareUser = shared<Effect.Success<ReturnType<PlexAccount["Service"]["user"]>>, Failure>()
  const shareServers = shared<Effect.Success<ReturnType<PlexAccount["Service"]["servers"]>>, Failure>()
  const keyOf = (client: PlexClient, token: Redacted.Redacted) =>
    `${client.identifier} ${Redacted.value(token)}`

  const user: PlexAccount["Service"]["user"] = (client, token) =>
    shareUser(
      keyOf(client, token),
      get(client, { what: "read the account", path: "/api/v2/user", token }).pipe(
        (effect) => neverRefused(neverMissing(effect)),
        Effect.flatMap((body) => understood(readUser(body))),
      ),
    )

  const listed = (
    client: PlexClient,
    token: Redacted.Redacted,
    path: string,
    query: Record<string, number>,
  ) =>
    get(client, { what: "list the servers", path, query, token }).pipe(
      (effect) => neverRefused(neverMissing(effect)),
      Effect.flatMap((body) => understood(readServers(body))),
    )
  const servers: PlexAccount["Service"]["servers"] = (client, token) => {
    const current = listed(client, token, "/api/v2/resources", {
      includeHttps: 1,
      includeRelay: 1,
      includeIPv6: 1,
    })
    const legacy = listed(client, token, "/pms/resources", { includeHttps: 1, includeRelay: 1 })
    const canTryLegacy = (error: PlexUnreachable) =>
      error.fault === "bad_answer" || (error.fault === "status" && error.status !== 429)
    // What the second list says about the failure of both is no better than what the first said.
    return shareServers(
      keyOf(client, token),
      Effect.catchTag(current, "PlexUnreachable", (error) =>
        canTryLegacy(error)
          ? Effect.catchTag(legacy, "PlexUnreachable", () => Effect.fail(error))
          : Effect.fail(error),
      ),
    )
  }

  return {
    createPin,
    pollPin,
    user,
    servers,
    webhooks: (client, token) =>
      get(client, { what: "list the webhooks", path: "/api/v2/user/webhooks", token }).pipe(
        (effect) => neverMissing(forbidden("have webhooks", effect)),
        Effect.flatMap((body) => understood(readWebhooks(body))),
      ),
    setWebhooks: (client, token, urls) => {
      const body = new URLSearchParams()
      for (const one of urls) body.append("urls[]", one)
      if (urls.length === 0) body.append("urls[]", "")
      const what = "change the webhooks"
      const headers = { "content-type": "application/x-www-form-urlencoded" }
      const request: Request = {
        what,
        method: "POST",
        path: "/api/v2/user/webhooks",
        token,
        headers,
        body: String(body),
      }
      return Effect.asVoid(neverMissing(tell(client, request)))
    },
    ping: (client, token) =>
      Effect.asVoid(
        neverRefused(neverMissing(tell(client, { what: "answer a ping", path: "/api/v2/ping", token }))),
      ),
    signOut: (client, token) =>
      Effect.asVoid(
        neverRefused(
          tell(client, { what: "revoke the token", method: "DELETE", path: "/api/v2/users/signout", token }),
        ),
      ),
  }
}

/** plex.tv, or what the URL says stands in for it. */
export function layer(options: AccountOptions): Layer.Layer<PlexAccount> {
  return Layer.effect(
    PlexAccount,
    Effect.gen(function* () {
      const { dispatcher } = options
      if (dispatcher !== undefined) return make(options, dispatcher)
      const agent = yield* Effect.acquireRelease(
        Effect.sync(() => new Agent({ allowH2: false, connections: 16, connect: { timeout: 5_000 } })),
        (made) => Effect.promise(() => made.destroy()),
      )
      return make(options, agent)
    }),
  )
}
