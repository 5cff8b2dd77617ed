import type * as Redacted from "effect/Redacted"
import type { ROUTES } from "../../http/route_table.ts"

/** The server's routes as the page sees them: derived, so that a changed route does not compile here. */

type AnyRoute = (typeof ROUTES)[keyof typeof ROUTES]
type RouteOf = {
  readonly [R in AnyRoute as `${R["method"]} ${R["path"]}`]: R
}

/** Method and path, as in `GET /api/jobs`. */
export type Endpoint = keyof RouteOf & string

type Known<T> = unknown extends T ? undefined : T
type SchemaOf<R, K extends "params" | "input"> = R extends { readonly [P in K]?: infer S }
  ? Known<S>
  : undefined
type Encoded<S> = S extends { readonly Encoded: infer E } ? (E extends void ? undefined : E) : undefined

/** Parameters of the path, and arguments. */
export type Params<E extends Endpoint> = Encoded<NonNullable<SchemaOf<RouteOf[E], "params">>>
export type Input<E extends Endpoint> = Encoded<NonNullable<SchemaOf<RouteOf[E], "input">>>

type Success = 200 | 201 | 202 | 204
type AnswersOf<R> = R extends { readonly answers: infer A } ? A : never
type Body<S> = S extends { readonly Type: infer T } ? Json<T> : null
type SuccessBody<A> = { readonly [S in keyof A & Success]: Body<A[S]> }[keyof A & Success]

/** What a value is after its way through JSON. */
export type Json<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends Redacted.Redacted
    ? never
    : T extends ReadonlyArray<infer I>
      ? ReadonlyArray<Json<I>>
      : T extends object
        ? { readonly [K in keyof T]: Json<T[K]> }
        : T

/** The body of the answer when all went well. */
export type Answer<E extends Endpoint> = SuccessBody<AnswersOf<RouteOf[E]>>

/** The `data` of an answer, where there is one. */
export type Data<E extends Endpoint> = Answer<E> extends { readonly data: infer D } ? D : never
