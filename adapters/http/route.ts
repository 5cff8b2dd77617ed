import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { AnyPort } from "../../core/ports/mod.ts"
import type { KnownError } from "./errors.ts"

/**
 * Who may call: `key` needs the API key, `events` also takes the webhook key (which may do nothing else), `open` is
 * for everybody.
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
  /** A valid key came with the request; always true where the route needs one. */
  readonly trusted: boolean
}

interface Described<P extends Schema.Top, I extends Schema.Top, A extends Answers> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  /** With parameters in braces: `/api/plex/oauth/pin/{pinId}/check`. */
  readonly path: string
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
}

/** A route of the API: all that is needed to serve it, to document it and to type the page's client. */
export interface Route<
  P extends Schema.Top = Schema.Top,
  I extends Schema.Top = Schema.Top,
  A extends Answers = Answers,
> extends Described<P, I, A> {
  readonly handle: ((request: RouteRequest<P, I>) => Effect.Effect<AnswerOf<A>, KnownError, AnyPort>) | null
  /** Instead of `handle`: reads the body itself. `input` then only documents it. */
  readonly handleRaw: ((request: RawRequest) => Effect.Effect<AnswerOf<A>, KnownError, AnyPort>) | null
}

/** Declares a route; the types of parameters, arguments and answers follow from its Schemas. */
export function route<
  const A extends Answers,
  P extends Schema.Top = Schema.Void,
  I extends Schema.Top = Schema.Void,
>(
  description: Described<P, I, A> & {
    readonly handle: (request: RouteRequest<P, I>) => Effect.Effect<AnswerOf<A>, KnownError, AnyPort>
  },
): Route<P, I, A> {
  return { ...description, handleRaw: null }
}

/** Declares a route that reads its body itself. */
export function rawRoute<I extends Schema.Top, const A extends Answers>(
  description: Described<Schema.Top, I, A> & {
    readonly handleRaw: (request: RawRequest) => Effect.Effect<AnswerOf<A>, KnownError, AnyPort>
  },
): Route<Schema.Top, I, A> {
  return { ...description, handle: null }
}

/** An answer with this status. */
export function answer<const S extends number, B>(
  status: S,
  body: B,
  headers?: Readonly<Record<string, string>>,
) {
  return headers === undefined ? { status, body } : { status, body, headers }
}
