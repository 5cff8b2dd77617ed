import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { Dispatcher } from "undici"
import type { PlexUnreachable } from "../../core/ports/mod.ts"
import type { PlexClient } from "../../core/ports/plex_account.ts"
import { connectionOf, placeName } from "../../core/servers/connection.ts"
import type { ServerAddress } from "../../core/servers/server.ts"
import { clientHeaders } from "./_client.ts"
import { Dialer, fixedDialer, liveDialer } from "./_dialer.ts"
import { badAnswer } from "./_faults.ts"
import { address, type Call } from "./_http.ts"

export interface ServerOptions<R = never> {
  /** Our version, for `X-Plex-Version`. */
  readonly version: string
  /** How this installation presents itself; asked at every call, since the name may be changed. */
  readonly client: Effect.Effect<PlexClient, never, R>
  /** Everything goes here instead of to the server's address; for tests. */
  readonly dispatcher?: Dispatcher
}

/** The dialler that belongs to these options; the live one is shared by all adapters of a process. */
export function dialerOf(options: { readonly dispatcher?: Dispatcher }): Layer.Layer<Dialer> {
  return options.dispatcher === undefined ? liveDialer : fixedDialer(options.dispatcher)
}

type Extras = Partial<Pick<Call, "subject" | "method" | "headers" | "body" | "timeoutMs" | "bytesMax">> & {
  readonly query?: Readonly<Record<string, string | number | null>>
}

/** Makes the calls of one server adapter. `what` completes "refused to …". */
export type ServerCaller = (
  target: ServerAddress & { readonly token?: Redacted.Redacted },
  what: string,
  path: string,
  extras?: Extras,
) => Effect.Effect<Call, PlexUnreachable>

/** Needs the dialler at build time; what it answers needs nothing more. */
export const makeCaller = Effect.fnUntraced(function* <R>(options: ServerOptions<R>) {
  const { dispatcher } = yield* Dialer
  const context = yield* Effect.context<R>()
  const client = Effect.provideContext(options.client, context as Context.Context<R>)
  const call: ServerCaller = (target, what, path, extras = {}) =>
    Effect.gen(function* () {
      const where = placeName(target)
      if (connectionOf(target.uri) === null)
        return yield* badAnswer(where, "its address is not an http or https one")
      const { query, headers, ...rest } = extras
      const common = clientHeaders(yield* client, options.version)
      return {
        ...rest,
        where,
        what,
        url: address(target.uri, path, query),
        headers: { ...common, ...headers },
        dispatcher: dispatcher(target),
        ...(target.token === undefined ? {} : { token: target.token }),
      }
    })
  return call
})
