import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { Entered } from "../../core/access/check_session.ts"
import type { Visitor } from "../../core/access/visitor.ts"
import type { AnyPort } from "../../core/ports/mod.ts"
import type { KnownError } from "./errors.ts"

/**
 * Who may call: `key` needs the API key or a browser that is signed in, `events` also takes the webhook key (which may
 * do nothing else), `open` is for everybody.
 */
export type Access = "key" | "events" | "open"

/** What a route may answer, by status. `null`: no body. */
export interface Answers {
  readonly [status: number]: Schema.Top | null
}

/** One answer of the ones that a route declares. */
export type AnswerOf<A extends Answers> = {
  readonly [S in keyof A]: {
    readonly status: S
    readonly body: A[S] extends Schema.Top ? A[S]["Type"] : null
    readonly headers?: Readonly<Record<string, string>>
  }
}[keyof A]

/** A request whose body has not been read: for the one route that must be fast and bounded while it reads. */
export interface RawRequest {
  readonly contentType: string
  readonly contentEncoding: string
  /** As declared; null when it is not, or is no number. */
  readonly contentLength: number | null
  readonly query: URLSearchParams
  /**
   * Hands out the body in pieces until `onChunk` answers false. `aborted`: the sender went away before the end. May be
   * called once.
   */
  readonly read: (onChunk: (chunk: Uint8Array) => boolean) => Promise<"ended" | "aborted" | "stopped">
}

/** What a handler is given. */
export interface RouteRequest<P extends Schema.Top, I extends Schema.Top> {
  readonly params: P["Type"]
  readonly input: I["Type"]
  /** A valid key or session came with the request; always true where the route needs one. */
  readonly trusted: boolean
  readonly visitor: Visitor
  /** The browser's session; null for a program, and for a browser that is not signed in. */
  readonly session: Entered | null
  /** What the browser's cookie holds, whether it opens a session or not. */
  readonly cookie: Redacted.Redacted | null
}

export type Method = "GET" | "POST" | "PUT" | "DELETE"

/** One event of a stream that a browser follows. `id` is given back to us when the browser connects again. */
export interface LiveEvent {
  readonly event: string
  readonly data: unknown
  readonly id?: string
}

interface Described<
  P extends Schema.Top,
  I extends Schema.Top,
  A extends Answers,
  M extends Method,
  L extends string,
> {
  readonly method: M
  /** With parameters in braces: `/api/plex/oauth/pin/{pinId}/check`. */
  readonly path: L
  readonly tag: string
  /** One line for the API document. */
  readonly summary: string
  readonly access: Access
  readonly params?: P
  /**
   * The arguments. As in Bazarr they come from a JSON body, a form body (urlencoded or multipart) or the query, in this
   * order of precedence; repeated fields are lists. Use the types of `arguments.ts` for texts that JSON may send as
   * numbers.
   */
  readonly input?: I
  readonly answers: A
  /** How long, in milliseconds, an answer may take where that is longer than usual; see `_deadline.ts`. */
  readonly answerWithinMs?: number
  /** Media type of answer 200 where it is not JSON, for example `image/*`. */
  readonly media?: string
}

/** A route of the API: all that is needed to serve it, to document it and to type the page's client. */
export interface Route<
  P extends Schema.Top = Schema.Top,
  I extends Schema.Top = Schema.Top,
  A extends Answers = Answers,
  M extends Method = Method,
  L extends string = string,
> extends Described<P, I, A, M, L> {
  readonly handle: ((request: RouteRequest<P, I>) => Effect.Effect<AnswerOf<A>, KnownError, AnyPort>) | null
  /** Instead of `handle`: reads the body itself. `input` then only documents it. */
  readonly handleRaw: ((request: RawRequest) => Effect.Effect<AnswerOf<A>, KnownError, AnyPort>) | null
  /** Instead of `handle`: server-sent events for as long as the browser stays. Answer 200 then describes one event. */
  readonly handleLive: ((request: RouteRequest<P, I>) => Stream.Stream<LiveEvent, KnownError, AnyPort>) | null
}

/** Declares a route; the types of parameters, arguments and answers follow from its Schemas. */
export function route<
  const A extends Answers,
  const M extends Method,
  const L extends string,
  P extends Schema.Top = Schema.Void,
  I extends Schema.Top = Schema.Void,
>(
  description: Described<P, I, A, M, L> & {
    readonly handle: (request: RouteRequest<P, I>) => Effect.Effect<AnswerOf<A>, KnownError, AnyPort>
  },
): Route<P, I, A, M, L> {
  return { ...description, handleRaw: null, handleLive: null }
}

/** Declares a route that reads its body itself. */
export function rawRoute<
  I extends Schema.Top,
  const A extends Answers,
  const M extends Method,
  const L extends string,
>(
  description: Described<Schema.Top, I, A, M, L> & {
    readonly handleRaw: (request: RawRequest) => Effect.Effect<AnswerOf<A>, KnownError, AnyPort>
  },
): Route<Schema.Top, I, A, M, L> {
  return { ...description, handle: null, handleLive: null }
}

/** Declares a route that answers with server-sent events. */
export function liveRoute<
  const A extends Answers,
  const L extends string,
  P extends Schema.Top = Schema.Void,
  I extends Schema.Top = Schema.Void,
>(
  description: Omit<Described<P, I, A, "GET", L>, "method" | "media"> & {
    readonly handleLive: (request: RouteRequest<P, I>) => Stream.Stream<LiveEvent, KnownError, AnyPort>
  },
): Route<P, I, A, "GET", L> {
  return { ...description, method: "GET", media: "text/event-stream", handle: null, handleRaw: null }
}

/** An answer with this status. A text or bytes with a `content-type` among the headers are sent as they are. */
export function answer<const S extends number, B>(
  status: S,
  body: B,
  headers?: Readonly<Record<string, string>>,
) {
  return headers === undefined ? { status, body } : { status, body, headers }
}
